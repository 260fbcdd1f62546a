// The real provider in front of the stand-in, as one account.
import { afterEach } from "bun:test";
import { CalendarFailure } from "../../src/calendars/failure.ts";
import { makeMicrosoft } from "../../src/calendars/microsoft.ts";
import type { Access, ChangedResource, ChangesPage, Span } from "../../src/calendars/provider.ts";
import { parseConfig } from "../../src/config.ts";
import { type GraphStandIn, startGraph } from "../support/graph.ts";
import { NOW } from "../support/world.ts";

export const WINDOW: Span = {
  start: Temporal.Instant.from("2026-11-21T00:00:00Z"),
  end: Temporal.Instant.from("2027-01-21T00:00:00Z"),
};

export interface Account {
  readonly graph: GraphStandIn;
  readonly provider: ReturnType<typeof makeMicrosoft>;
  readonly access: Access;
  /** What was said of tokens that were refused. */
  readonly rejected: string[];
  /** The token that is handed out. */
  token: string;
  readonly calendar: string;
  /** A whole run, from a cursor or from the beginning. */
  changes(cursor?: string | null, window?: Span): Promise<Run>;
}

export interface Run {
  readonly pages: readonly ChangesPage[];
  readonly resources: readonly ChangedResource[];
  readonly cursor: string;
}

const open: GraphStandIn[] = [];
afterEach(async () => {
  for (const graph of open.splice(0)) await graph[Symbol.asyncDispose]();
});

export async function openAccount(
  options: Parameters<typeof startGraph>[0] & { answerWithinMs?: number } = {},
): Promise<Account> {
  const graph = await startGraph({ now: () => NOW, ...options });
  open.push(graph);
  const config = parseConfig({
    NODE_ENV: "test",
    DATABASE_URL: "postgres://nowhere",
    JWT_SECRET: "a secret for tests that is long enough",
    ...graph.env,
  });
  const bounds = options.answerWithinMs ? { answerWithinMs: options.answerWithinMs } : {};
  const provider = makeMicrosoft({ config, now: () => NOW }, bounds);
  const rejected: string[] = [];
  const account: Account = {
    graph,
    provider,
    rejected,
    token: "token-1",
    calendar: graph.addCalendar(),
    access: {
      kind: "token",
      token: async (refused) => {
        if (refused !== undefined) {
          rejected.push(refused);
          account.token = "token-2";
        }
        return account.token;
      },
    },
    async changes(cursor = null, window = WINDOW) {
      const from = { calendar: account.calendar, cursor, window };
      const pages: ChangesPage[] = [];
      for await (const page of provider.changes(account.access, from)) pages.push(page);
      const last = pages.at(-1)?.cursor;
      if (typeof last !== "string") throw new Error("a run without a cursor");
      return { pages, resources: pages.flatMap(({ resources }) => resources), cursor: last };
    },
  };
  return account;
}

/** The failure that something ends with. */
export async function failureOf(doing: Promise<unknown>): Promise<CalendarFailure> {
  try {
    await doing;
  } catch (error) {
    if (error instanceof CalendarFailure) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

/** Busy times as text, in order: "2026-11-24T09:00:00Z/2026-11-24T10:00:00Z busy". */
export const busyIn = (resources: readonly ChangedResource[]): string[] =>
  resources
    .flatMap(({ busy }) => busy)
    .map(({ start, end, kind }) => `${start}/${end} ${kind}`)
    .sort();
