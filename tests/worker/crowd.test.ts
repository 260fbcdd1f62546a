import { expect, test } from "bun:test";
import type { EmailProvider } from "../../src/messages/email/provider.ts";
import { eventually } from "../support/eventually.ts";
import { book, makeMeetingType } from "../support/make.ts";
import { onPostgres, sql } from "./support/backends.ts";
import { openHouse } from "./support/house.ts";

// CROWD=10000 takes minutes on a small machine; what may go wrong shows with fewer too.
const COUNT = Number(process.env["CROWD"] ?? 2_000);
const PER_MINUTE = COUNT / 10;
/** A minute of the rate limit, shrunk. */
const MINUTE_MS = 500;
/** On a machine that does other things meanwhile. */
const LONGEST_MS = 1_200_000;
const WORKERS = 2;
/** What one worker may have taken of reminders and of mails: the room of each queue (worker/work.ts). */
const ROOMS = 500 + 100;
/**
 * What is due is taken in due order. So one promise overtakes another only while both are in hand: two workers that
 * look at the same time each fill the whole room of both queues.
 */
const IN_HAND = WORKERS * ROOMS;

test("a crowd of reminders due in one minute leaves within the limit, in due order, none twice, by two workers", async () => {
  const calls: { id: string; at: number }[] = [];
  const mail: EmailProvider = {
    name: "recorder",
    send: async (_mail, id) => {
      calls.push({ id, at: performance.now() });
      return { providerId: id };
    },
  };
  const env = { EMAIL_RATE_LIMIT: `${PER_MINUTE}`, DATABASE_POOL_SIZE: "8" };
  await using house = await openHouse(onPostgres, { env, mail });
  const type = await makeMeetingType(house.world, house.host, {
    notifications: { confirmation: false },
  });
  const made = await book(house.api, type, "2026-11-23T10:00:00Z");
  // A meeting each, due all over one minute, in an order that is not that of the ids.
  await sql(
    house.url,
    `with b as (
       insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location)
       select gen_random_uuid(), b.meeting_type_id, b.host_id, n::text, b.during, 'CONFIRMED', 'UTC', b.location
       from bookings b, generate_series(1, ${COUNT}) n where b.id = $1
       returning id, host_id, title
     ), h as (
       insert into booking_hosts (booking_id, host_id) select id, host_id from b
     )
     insert into outbox (id, queue, kind, booking_id, sequence, user_id, due_at, created_at)
     select gen_random_uuid(), 'reminders', 'BOOKING_REMINDER', b.id, 0, b.host_id,
       timestamptz '2026-11-23T09:00:00Z' + title::int * interval '1 minute' / ${COUNT}, '2026-11-22T10:00:00Z'
     from b`,
    [made.body.booking.id],
  );
  house.world.setNow("2026-11-23T09:01:00Z");
  const rhythm = { minute: MINUTE_MS, poll: 50 };
  await Promise.all(Array.from({ length: WORKERS }, () => house.work(rhythm)));
  await eventually(() => expect(calls.length).toBeGreaterThanOrEqual(COUNT), LONGEST_MS);
  await eventually(async () => {
    const [row] = await sql(
      house.url,
      "select count(*)::int as n from outbox where done_at is null",
    );
    expect(row?.["n"]).toBe(0);
  }, LONGEST_MS);

  expect(calls).toHaveLength(COUNT);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(COUNT);
  const ranks = new Map(
    (
      await sql(
        house.url,
        "select o.id::text, b.title::int as rank from outbox o join bookings b on b.id = o.booking_id where queue = 'emails'",
      )
    ).map(({ id, rank }) => [id, Number(rank)]),
  );
  const misplaced = calls.map(({ id }, place) =>
    Math.abs(place + 1 - (ranks.get(id) ?? Number.NaN)),
  );
  expect(Math.max(...misplaced)).toBeLessThan(IN_HAND);
  // Over the whole run, too: whichever tenth of it one looks at, its mails are on average where they belong.
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const part = misplaced.slice((tenth * COUNT) / 10, ((tenth + 1) * COUNT) / 10);
    expect(part.reduce((sum, n) => sum + n, 0) / part.length).toBeLessThan(ROOMS / 2);
  }
  // The limit is of windows: of any span as long as one, no more than two windows' worth may fall in.
  const times = calls.map(({ at }) => at);
  const most = Math.max(
    ...times.map((from, i) => {
      let n = i;
      while (n < times.length && times[n]! < from + MINUTE_MS) n += 1;
      return n - i;
    }),
  );
  expect(most).toBeLessThanOrEqual(2 * PER_MINUTE);
  expect(times.at(-1)! - times[0]!).toBeGreaterThan((COUNT / PER_MINUTE - 2) * MINUTE_MS);
}, 2_400_000);
