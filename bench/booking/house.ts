// An installation of so many bookings, and what its guests ask for.
import bookText from "#sql/bookings/book.sql" with { type: "text" };
import { book } from "../../src/bookings/book.ts";
import { parseConfig } from "../../src/config.ts";
import { findSlots } from "../../src/slots/find-slots.ts";
import { makeWorld, type World } from "../../src/world.ts";
import {
  type Host,
  type MeetingType,
  makeHost,
  makeMeetingType,
} from "../../tests/support/make.ts";
import { capture } from "../support/capture.ts";
import { type BareStatement, settings } from "../support/child.ts";
import { fill } from "./history.ts";

const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
const MONTHLY = [{ per: "month", bookings: 100_000 }];
/** Of each kind: few enough that also in a past of ten thousand bookings each has a full month behind him. */
export const HOSTS = 60;
export const TEAM = 5;
export const POOL = 8;
/** As many as there are addresses in a past of ten thousand bookings: each has booked some twenty times before. */
const GUESTS = 500;
const DAYS = 31;

/** One host each; teams that take turns; a cap of the type and one of its host. */
export const KINDS = ["one host", "round robin", "capped"] as const;
export type Kind = (typeof KINDS)[number];

/** The two statements of a booking or of an answer, ready to be run. */
type Statement = BareStatement & { readonly values: Parameters<World["db"]["run"]>[1] };

export interface House {
  readonly size: number;
  readonly world: World;
  /** What an API of this installation is set to. */
  readonly env: Record<string, string>;
  /** The body of a booking that nobody has asked for yet. */
  next(kind: Kind, email?: string): object;
  /** The two statements of a booking: the facts, which were read, and the one that takes, which was not run. */
  prepare(kind: Kind, email?: string): Promise<{ facts: Statement; take: Statement }>;
  /** A month of free times that nobody has asked for yet: its path, and its statement. */
  month(kind: Kind): { path: string; statement(): Promise<Statement> };
  close(): Promise<void>;
}

export async function openHouse(databaseUrl: string, size: number): Promise<House> {
  const env = {
    ...settings(databaseUrl, POOL),
    // Counted in each booking as always, and high enough for guests who come again and again.
    GUEST_BOOKINGS_PER_DAY: "1000",
    GUEST_OPEN_BOOKINGS: "1000",
  };
  const world = makeWorld(parseConfig({ ...env, LOG_LEVEL: "error" }));
  const types = await settle(world, databaseUrl, size);

  // Type after type, each a time later than its last, from tomorrow.
  const first = Temporal.Now.instant().round({ smallestUnit: "hour" }).add({ hours: 24 });
  const wanted = { "one host": 0, "round robin": 0, capped: 0 };
  let asked = 0;
  function next(kind: Kind, email?: string) {
    const i = wanted[kind]++;
    const of = types[kind];
    return {
      meetingTypeId: of[i % of.length]!.id,
      start: first.add({ minutes: 30 * Math.floor(i / of.length) }).toString(),
      guest: {
        name: `Guest ${i}`,
        email: email ?? `guest-${i % GUESTS}@example.com`,
        timeZone: "Europe/Berlin",
      },
    };
  }

  return {
    size,
    world,
    env,
    next,
    prepare: async (kind, email) => {
      const seen = await capture(world, (watched) => book(watched, next(kind, email)), bookText);
      return { facts: seen.at(-2) as Statement, take: seen.at(-1) as Statement };
    },
    month: (kind) => {
      const from = first.add({ minutes: asked++ });
      const until = from.add({ hours: 24 * DAYS });
      const query = { from: from.toString(), until: until.toString(), timeZone: "Europe/Berlin" };
      const of = types[kind];
      const meetingTypeId = of[asked % of.length]!.id;
      return {
        path: `/api/v1/meeting-types/${meetingTypeId}/slots?${new URLSearchParams(query)}`,
        statement: async () => {
          const ask = (watched: World) => findSlots(watched, { meetingTypeId, ...query });
          return (await capture(world, ask))[0] as Statement;
        },
      };
    },
    close: async () => {
      await Promise.all([world.hints.close(), world.db.close()]);
    },
  };
}

/** Pages that a statement looks at, those of its functions and triggers included. */
export async function pagesOf({ world }: House, { text, values }: Statement): Promise<number> {
  const [row] = await world.db.run(`explain (analyze, buffers, format json) ${text}`, values);
  const [[{ Plan: plan }]] = Object.values(row!) as [[{ Plan: Record<string, number> }]];
  return plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!;
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
