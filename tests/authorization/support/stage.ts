// Requests that never happened: each is asked within a transaction that is taken back, so that every one of
// hundreds finds the same tables, and PostgreSQL counts what it wrote.
import { createApp } from "../../../src/app.ts";
import { makeWorld, type World } from "../../../src/world.ts";
import { documentOf, type Operation } from "../../architecture/operations.ts";
import { fakeCalendars } from "../../calendars/support/fake-calendar.ts";
import { type Send, sender } from "../../support/http.ts";
import { testWorld } from "../../support/world.ts";
import type { Actor } from "./actors.ts";
import { type Cast, makeCast, type Proof } from "./cast.ts";

/** A request as it is asked; the path begins at the root. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: object | undefined;
  /** Sent as a browser sends a form. */
  readonly form?: Record<string, string> | undefined;
}

export interface Told {
  readonly status: number;
  readonly text: string;
  /** Whether any row was written, but for the counters of requests. */
  readonly isChanged: boolean;
}

/** What somebody did just before. */
export type Before = readonly [Proof, Asked];

export interface Stage {
  readonly cast: Cast;
  readonly operations: readonly Operation[];
  /** "GET /b/:id" of every route that the app has. */
  readonly routes: readonly string[];
  /** Asks as an actor, after what happened before, and forgets both. */
  ask(actor: Actor, asked: Asked, before?: Before): Promise<Told>;
  /** Sends whatever it likes, and forgets it. */
  undone<T>(work: (send: Send) => Promise<T>): Promise<T>;
  /** Sends for good. */
  readonly send: Send;
}

export async function makeStage(overrides: Partial<World> = {}): Promise<Stage> {
  const wide = await testWorld();
  const cast = await makeCast(wide);
  // One connection: whatever the app says is said within the transaction.
  const given = { now: wide.now, calendars: fakeCalendars(), ...overrides };
  const world = makeWorld({ ...wide.config, DATABASE_POOL_SIZE: 1 }, given);
  const app = createApp(world);
  const send = sender(world, app.fetch);
  async function sent(proof: Proof, asked: Asked): Promise<{ status: number; text: string }> {
    const response = await send(asked.path, requestOf(proof, asked));
    return { status: response.status, text: await textOf(response) };
  }

  /** How many rows were written in this transaction, on this connection; null where a statement failed in it. */
  async function written(): Promise<string | null> {
    try {
      const [row] = await world.db.run(
        `select sum(n_tup_ins + n_tup_upd + n_tup_del)::text as rows from pg_stat_xact_user_tables
         where relname <> 'rate_limits'`,
        [],
      );
      return `${row?.["rows"]}`;
    } catch (error) {
      if ((error as { code?: string }).code === "25P02") return null;
      throw error;
    }
  }

  async function undone<T>(work: (send: Send) => Promise<T>): Promise<T> {
    await world.db.run("begin", []);
    try {
      const done = await work(send);
      await world.events.flush();
      return done;
    } finally {
      await world.db.run("rollback", []);
    }
  }

  return {
    cast,
    operations: await documentOf(send as Send),
    routes: app.routes.map(({ method, path }) => `${method} ${path}`),
    undone,
    send,
    ask: (actor, asked, before) =>
      undone(async () => {
        if (before) {
          const { status, text } = await sent(...before);
          if (status >= 300) throw new Error(`${before[1].path} cannot be: ${status} ${text}`);
        }
        const from = await written();
        const told = await sent(cast.proofs[actor], asked);
        await world.events.flush();
        const until = await written();
        return { ...told, isChanged: until !== null && until !== from };
      }),
  };
}

function requestOf({ bearer, token }: Proof, { method, body, form }: Asked): RequestInit {
  const headers = {
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...(token !== undefined && { "x-booking-token": token }),
    ...(body && { "content-type": "application/json" }),
    ...(form && { "content-type": "application/x-www-form-urlencoded", accept: "text/html" }),
  };
  const content = form ? `${new URLSearchParams(form)}` : body && JSON.stringify(body);
  return { method, headers, ...(content !== undefined && { body: content }) };
}

/** The whole answer, or of a stream that it is one. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
    return response.text();
  await response.body?.cancel();
  return "a stream";
}
