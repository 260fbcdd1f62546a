// What a busy host costs: bounds on the database pages that statements touch, not on their plans.
import { expect, test } from "bun:test";
import type { Db, Parameter } from "../../src/db/sql.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";

const BOOKINGS = 10_000;
const world = await testWorld();
const host = await makeHost(world);
const type = await makeMeetingType(world, host);
// An hour each, over the last years, made one after the other.
await world.db.run(
  `with made as (
     insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location)
     select uuidv7(make_interval(secs => i - 100000)), $2, $1, 'Old', tstzrange(at, at + interval '30 min'),
       'CONFIRMED', 'UTC', '{"type": "PHONE", "url": null, "meetingId": null, "password": null, "details": null}'
     from generate_series(1, ${BOOKINGS}) i, lateral (select timestamptz '2026-11-20Z' - i * interval '1 hour' as at) x
     returning id, during
   ), hosts as (insert into booking_hosts select id, $1 from made
   ), guests as (insert into attendees (id, booking_id, name, email, time_zone)
     select gen_random_uuid(), id, 'Guest', 'guest@example.com', 'UTC' from made
   ) insert into reservations select $1, during, id from made`,
  [host.id, type.id],
);
await world.db.run("analyze", []);

/** The pages that the statements of some work touch when they are run once more; of those that change nothing. */
async function pagesOf(work: (api: ReturnType<typeof client>) => Promise<{ status: number }>) {
  const asked: [string, readonly Parameter[]][] = [];
  const run: Db["run"] = (text, values) => {
    asked.push([text, values]);
    return world.db.run(text, values);
  };
  const { status } = await work(client({ ...world, db: { ...world.db, run } }));
  expect([200, 201]).toContain(status);
  const pages: number[] = [];
  for (const [text, values] of asked.filter(([each]) => !/insert into|update /.test(each))) {
    const [row] = await world.db.run(`explain (analyze, buffers, format json) ${text}`, values);
    const [[{ Plan: plan }]] = Object.values(row ?? {}) as [[{ Plan: Record<string, number> }]];
    pages.push((plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0));
  }
  return pages;
}
const { token } = host;

test("a page of the list costs the same however many bookings there are", async () => {
  const [first = Number.NaN] = await pagesOf((api) => api("GET", "/bookings", { token }));
  expect(first).toBeLessThan(500);
  const { body } = await client(world)("GET", "/bookings?limit=100", { token });
  const [later = Number.NaN] = await pagesOf((api) =>
    api("GET", `/bookings?cursor=${body.nextCursor}`, { token }),
  );
  expect(later).toBeLessThan(500);
});

test("so do a month of slots, a booking to be made and one to be read", async () => {
  const slots = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-12-23`;
  const [month = Number.NaN] = await pagesOf((api) => api("GET", slots));
  expect(month).toBeLessThan(100);
  const [look = Number.NaN] = await pagesOf((api) => book(api, type, "2026-11-23T09:00:00Z"));
  expect(look).toBeLessThan(100);
  const made = await book(client(world), type, "2026-11-23T10:00:00Z");
  const [one = Number.NaN] = await pagesOf((api) => guestOf(api, made).get());
  expect(one).toBeLessThan(50);
});
