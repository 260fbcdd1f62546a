// An installation of so many bookings with an API process of its own, and what its guests ask for.
import bookText from "#sql/bookings/book.sql" with { type: "text" };
import findSlotFactsText from "#sql/slots/find_slot_facts.sql" with { type: "text" };
import { book } from "../../src/bookings/book.ts";
import { parseConfig } from "../../src/config.ts";
import type { Db } from "../../src/db/sql.ts";
import { makeWorld, type World } from "../../src/world.ts";
import { startApi } from "../../tests/support/api-process.ts";
import {
  type Host,
  type MeetingType,
  makeHost,
  makeMeetingType,
} from "../../tests/support/make.ts";
import { fill } from "./history.ts";

const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
const MONTHLY = [{ per: "month", bookings: 100_000 }];
export const HOSTS = 100;
export const TEAM = 5;
export const POOL = 8;
/** As many as there are addresses in a past of ten thousand bookings. */
const GUESTS = 500;

/** One host each; teams that take turns; a cap of the type and one of its host. */
export const KINDS = ["one host", "round robin", "capped"] as const;
export type Kind = (typeof KINDS)[number];

type Values = Parameters<Db["run"]>[1];
/** One booking, ready to be taken; what makes it ready is not measured. */
export type Way = (kind: Kind) => Promise<() => Promise<unknown>>;

export interface House {
  readonly size: number;
  readonly ways: Readonly<Record<"statement" | "HTTP", Way>>;
  /** Pages that a booking's two statements look at, their functions and triggers included. */
  pages(kind: Kind): Promise<{ facts: number; book: number }>;
  close(): Promise<void>;
}

class Prepared extends Error {
  readonly facts: Values;
  readonly values: Values;
  constructor(facts: Values, values: Values) {
    super();
    this.facts = facts;
    this.values = values;
  }
}

export async function openHouse(databaseUrl: string, size: number): Promise<House> {
  const env = {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: `${POOL}`,
    JWT_SECRET: "a secret for benches that is long enough",
    PUBLIC_URL: "http://kalends.test",
    RATE_LIMIT_PER_MINUTE: "0",
    CLIENT_BOOKINGS_PER_DAY: "0",
    // Counted in each booking as always, and high enough for guests who come again and again.
    GUEST_BOOKINGS_PER_DAY: "1000",
    GUEST_OPEN_BOOKINGS: "1000",
  };
  const world = makeWorld(parseConfig({ NODE_ENV: "production", LOG_LEVEL: "error", ...env }));
  const types = await settle(world, databaseUrl, size);
  const api = await startApi({ ...env, NODE_ENV: "production", LOG_LEVEL: "info" });

  // Type after type, each a time later than its last, from tomorrow.
  const first = Temporal.Now.instant().round({ smallestUnit: "hour" }).add({ hours: 24 });
  const wanted = { "one host": 0, "round robin": 0, capped: 0 };
  function next(kind: Kind) {
    const i = wanted[kind]++;
    const of = types[kind];
    return {
      meetingTypeId: of[i % of.length]!.id,
      start: first.add({ minutes: 30 * Math.floor(i / of.length) }).toString(),
      // Each has booked some twenty times before, whatever the size.
      guest: {
        name: `Guest ${i}`,
        email: `guest-${i % GUESTS}@example.com`,
        timeZone: "Europe/Berlin",
      },
    };
  }

  /** The use case up to its second statement, whose parameters are kept. */
  async function prepare(kind: Kind): Promise<Prepared> {
    let facts: Values = [];
    const run: Db["run"] = (text, values) => {
      if (text === bookText) throw new Prepared(facts, values);
      facts = values;
      return world.db.run(text, values);
    };
    const prepared = await book({ ...world, db: { ...world.db, run } }, next(kind)).catch(
      (error: unknown) => error,
    );
    if (!(prepared instanceof Prepared)) throw prepared;
    return prepared;
  }

  async function pagesOf(text: string, values: Values): Promise<number> {
    const [row] = await world.db.run(`explain (analyze, buffers, format json) ${text}`, values);
    const [[{ Plan: plan }]] = Object.values(row!) as [[{ Plan: Record<string, number> }]];
    return plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!;
  }

  return {
    size,
    ways: {
      statement: async (kind) => {
        const { values } = await prepare(kind);
        return async () => {
          const rows = await world.db.run(bookText, values);
          if (rows.length !== 1) throw new Error("The statement booked nothing");
        };
      },
      HTTP: async (kind) => {
        const body = JSON.stringify(next(kind));
        return async () => {
          const headers = { "content-type": "application/json" };
          const url = `${api.url}/api/v1/bookings`;
          const response = await fetch(url, { method: "POST", headers, body });
          const text = await response.text();
          if (response.status !== 201) throw new Error(`${response.status} ${text}`);
        };
      },
    },
    pages: async (kind) => {
      const { facts, values } = await prepare(kind);
      return {
        facts: await pagesOf(findSlotFactsText, facts),
        book: await pagesOf(bookText, values),
      };
    },
    close: async () => {
      api.child.kill();
      await Promise.all([world.hints.close(), world.db.close()]);
    },
  };
}

/** Hosts and types of each kind, and a past of `size` bookings. */
async function settle(
  world: World,
  databaseUrl: string,
  size: number,
): Promise<Record<Kind, MeetingType[]>> {
  const crowd = async () => {
    const hosts: Host[] = [];
    for (let i = 0; i < HOSTS; i += 1) hosts.push(await makeHost(world, { hours: ALWAYS }));
    return hosts;
  };
  const [alone, turning, capped] = [await crowd(), await crowd(), await crowd()];
  const types: Record<Kind, MeetingType[]> = { "one host": [], "round robin": [], capped: [] };
  for (const host of alone) types["one host"].push(await makeMeetingType(world, host));
  for (let i = 0; i < HOSTS; i += TEAM) {
    const hosts = turning.slice(i, i + TEAM);
    const groups = [{ hosts, required: 1 }];
    types["round robin"].push(await makeMeetingType(world, hosts[0]!, { groups }));
  }
  for (const host of capped)
    types.capped.push(await makeMeetingType(world, host, { caps: MONTHLY }));
  await world.db.run("update schedules set caps = $1 where user_id = any ($2)", [
    world.db.parameter("jsonb", MONTHLY as never),
    world.db.parameter("uuid[]", capped.map(({ id }) => id) as never),
  ]);
  await fill(
    databaseUrl,
    {
      hostIds: [...alone, ...turning, ...capped].map(({ id }) => id),
      typeIds: [
        ...types["one host"].map(({ id }) => id),
        ...turning.map((_, i) => types["round robin"][Math.floor(i / TEAM)]!.id),
        ...types.capped.map(({ id }) => id),
      ],
    },
    size,
  );
  return types;
}
