// Guests who keep coming while something breaks, and what each of them was told.
import { expect } from "bun:test";
import type { World } from "../../../src/world.ts";
import { type Host, type MeetingType, makeHost, makeMeetingType } from "../../support/make.ts";

const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
/** README: no statement waits longer for the database. */
export const DEADLINE_MS = 10_000;

/** An answer, or why there was none. */
export interface Told {
  readonly asked: "book" | "slots";
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly bookingId: string | null;
  readonly milliseconds: number;
  /** When it was told, in milliseconds of performance.now(). */
  readonly at: number;
}

export interface Stage {
  readonly host: Host;
  readonly type: MeetingType;
}

/** Hosts who are always open, each with a type of half an hour. */
export async function stages(world: World, count: number): Promise<Stage[]> {
  const made: Stage[] = [];
  for (let i = 0; i < count; i += 1) {
    const host = await makeHost(world, { hours: ALWAYS });
    made.push({ host, type: await makeMeetingType(world, host) });
  }
  return made;
}

// Once for all: else, when an hour strikes, one guest would want the time of another, and his own request would be another.
const MONTH_AHEAD = Temporal.Now.instant()
  .round({ smallestUnit: "hour", roundingMode: "floor" })
  .add({ hours: 30 * 24 });

/** The nth half hour from a month ahead: the processes have the real clock. */
export const startOf = (n: number): string => MONTH_AHEAD.add({ minutes: 30 * n }).toString();

export async function askToBook(
  url: string,
  { type }: Stage,
  n: number,
  headers: Record<string, string> = {},
): Promise<Told> {
  const guest = { name: `Guest ${n}`, email: `guest-${n}@example.com`, timeZone: "UTC" };
  return tell("book", `${url}/api/v1/bookings`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ meetingTypeId: type.id, start: startOf(n), guest }),
  });
}

const askForSlots = (url: string, { type }: Stage): Promise<Told> => {
  const from = startOf(0).slice(0, 10);
  return tell("slots", `${url}/api/v1/meeting-types/${type.id}/slots?from=${from}&until=${from}`);
};

async function tell(asked: Told["asked"], url: string, init: RequestInit = {}): Promise<Told> {
  const began = performance.now();
  // Longer than anybody may be kept waiting: who gives up here is told apart by his status of 0.
  const signal = AbortSignal.timeout(2 * DEADLINE_MS);
  const response = await fetch(url, { ...init, signal }).catch(() => null);
  const text = (await response?.text().catch(() => null)) ?? "";
  const at = performance.now();
  return {
    asked,
    status: response?.status ?? 0,
    contentType: response?.headers.get("content-type")?.split(";")[0] ?? "",
    retryAfter: response?.headers.get("retry-after") ?? null,
    bookingId: response?.status === 201 ? JSON.parse(text).booking.id : null,
    milliseconds: at - began,
    at,
  };
}

/** So many guests who book and look, one thing after another, until they are told to stop. */
export function startLoad(urls: readonly string[], on: readonly Stage[], guests: number) {
  const told: Told[] = [];
  let isOver = false;
  let n = 0;
  const each = async (guest: number) => {
    while (!isOver) {
      const i = n++;
      // Each wants a time that nobody else wants: no refusal is due to another guest.
      const stage = on[i % on.length]!;
      const url = urls[(i + guest) % urls.length]!;
      told.push(await (i % 3 === 0 ? askForSlots(url, stage) : askToBook(url, stage, i)));
    }
  };
  const all = Promise.all(Array.from({ length: guests }, (_, guest) => each(guest)));
  return {
    told,
    stop: async () => {
      isOver = true;
      await all;
      return told;
    },
  };
}

/** Expects that each was answered, not kept waiting: what he asked for, or a problem document that says to come again. */
export function expectPlainAnswers(told: readonly Told[]): void {
  const fine = new Set(["book 201 application/json", "slots 200 application/json"]);
  const troubled = /^(book|slots) 50[03] application\/problem\+json$/;
  const odd = told
    .map(({ asked, status, contentType }) => `${asked} ${status} ${contentType}`)
    .filter((each) => !fine.has(each) && !troubled.test(each));
  expect(odd).toEqual([]);
  expect(told.filter(({ status, retryAfter }) => status === 503 && retryAfter === null)).toEqual(
    [],
  );
}

/** Expects that each booking there is has all that belongs to it, and that none that was acknowledged is missing. */
export async function expectWholeBookings(
  run: (text: string) => Promise<readonly Record<string, unknown>[]>,
  told: readonly Told[],
): Promise<number> {
  const rows = await run(`
    select b.id::text,
      (select count(*) from booking_hosts x where x.booking_id = b.id)::int as hosts,
      (select count(*) from reservations x where x.booking_id = b.id)::int as reservations,
      (select count(*) from attendees x where x.booking_id = b.id)::int as attendees,
      (select count(*) from booking_history x where x.booking_id = b.id)::int as history,
      (select count(*) from outbox x where x.booking_id = b.id)::int as promises,
      -- a warning of many bookings is one of many, not of the one that was too much
      (select count(*) from notifications x where x.metadata ->> 'bookingId' = b.id::text
        and x.type <> 'BOOKINGS_FLOOD')::int as notifications,
      (select count(*) from analytics_events x where x.metadata ->> 'bookingId' = b.id::text)::int as events
    from bookings b`);
  const whole = {
    ...{ hosts: 1, reservations: 1, attendees: 1, history: 1 },
    // the guest's mail and the host's
    ...{ promises: 2, notifications: 1, events: 1 },
  };
  const isWhole = (row: Record<string, unknown>) =>
    Object.entries(whole).every(([part, count]) => row[part] === count);
  expect(rows.filter((row) => !isWhole(row))).toEqual([]);
  const there = new Set(rows.map(({ id }) => id));
  const acknowledged = told.flatMap(({ bookingId }) => bookingId ?? []);
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
  // Nothing is left of a booking that is not there: what belongs to one refers to it.
  const [strays] = await run(`
    select (select count(*) from notifications n where n.metadata ->> 'bookingId' is not null
        and not exists (select from bookings b where b.id::text = n.metadata ->> 'bookingId'))::int as notifications,
      (select count(*) from analytics_events e where e.metadata ->> 'bookingId' is not null
        and not exists (select from bookings b where b.id::text = e.metadata ->> 'bookingId'))::int as events`);
  expect(strays).toEqual({ notifications: 0, events: 0 });
  return rows.length;
}
