// What must be true in the end: of the tables, and of what the providers have seen.
import { type Booked, findBookings, findPromises, type Sql } from "./facts.ts";
import type { Diary } from "./guests.ts";
import { type Crash, checkKept, checkPromisedOnce } from "./kept.ts";
import type { Provider } from "./provider.ts";
import { checkHooked, checkReminded, checkTold } from "./told.ts";

export interface Verdict {
  readonly faults: string[];
  readonly counts: Readonly<Record<string, number>>;
}

export async function judge(
  sql: Sql,
  diary: Diary,
  providers: readonly Provider[],
  crashes: readonly Crash[],
  now = Date.now(),
): Promise<Verdict> {
  const faults: string[] = [];
  const expect = (isSo: boolean, what: string) => {
    if (!isSo) faults.push(what);
  };
  const bookings = await findBookings(sql);
  const promises = await findPromises(sql);
  checkDiary(bookings, diary, expect);
  checkPromisedOnce(promises, expect);
  for (const { id, queue, kind, outcome } of promises)
    if (queue === "reminders") expect(outcome !== "failed", `${kind} ${id} (${queue}) failed`);

  const logs = await Promise.all(
    providers.map(async (provider) => ({ provider, log: await provider.taken(sql) })),
  );
  const taken: Record<string, number> = {};
  for (const { provider, log } of logs) {
    const seen = Map.groupBy(log, ({ key }) => key);
    Object.assign(taken, checkKept(provider, seen, promises, crashes, expect));
  }

  const seen = Map.groupBy(
    logs.flatMap(({ log }) => log),
    ({ key }) => key,
  );
  const refused = providers.flatMap((each) => each.refused);
  const byBooking = Map.groupBy(promises, ({ booking_id }) => booking_id);
  let reminded = 0;
  for (const booking of bookings) {
    const own = byBooking.get(booking.id) ?? [];
    checkTold(booking, own, expect);
    reminded += checkReminded(booking, own, { seen, now }, expect);
    checkHooked(booking, own, { seen, refused }, expect);
  }
  const count = (isSo: (booking: Booked) => boolean) => bookings.filter(isSo).length;
  return {
    faults,
    counts: {
      requests: diary.asked,
      unanswered: diary.unanswered,
      bookings: bookings.length,
      moved: count(({ sequence, status }) => sequence > 0 && status !== "CANCELLED"),
      cancelled: count(({ status }) => status === "CANCELLED"),
      promises: promises.length,
      reminded,
      ...taken,
    },
  };
}

/** The tables and the diary say the same. */
function checkDiary(
  bookings: readonly Booked[],
  diary: Diary,
  expect: (isSo: boolean, what: string) => void,
): void {
  const known = new Set(bookings.map(({ id }) => id));
  for (const id of diary.entries.keys())
    expect(known.has(id), `${id} was acknowledged and is lost`);
  for (const { id, status, start, reservations } of bookings) {
    const entry = diary.entries.get(id);
    expect(entry !== undefined, `${id} is there, and nobody was told so`);
    const is = status === "CANCELLED" ? null : start;
    expect(!entry || entry.may.includes(is), `${id} is ${is}, and was told as ${entry?.may}`);
    expect(reservations === (is === null ? 0 : 1), `${id} (${status}) holds ${reservations} times`);
  }
}
