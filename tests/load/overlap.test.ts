import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { sql } from "../worker/support/backends.ts";
import { findOverlaps } from "./overlap.ts";

test("two meetings of a host at once are found, whatever let them in; those that touch are none", async () => {
  const world = await testWorld();
  const ask = (text: string) => sql(world.config.DATABASE_URL, text);
  const [host, other] = [await makeHost(world), await makeHost(world)];
  const api = client(world);
  const made: string[] = [];
  for (const [of, start] of [
    [host, "2026-11-23T10:00:00Z"],
    [host, "2026-11-23T10:30:00Z"],
    [other, "2026-11-23T10:00:00Z"],
  ] as const) {
    const { body } = await book(api, await makeMeetingType(world, of), start);
    made.push(body.booking.id);
  }
  expect(await findOverlaps(ask)).toEqual([]);

  const later = "tstzrange('2026-11-23T10:15:00Z', '2026-11-23T10:45:00Z')";
  await ask(`update bookings set during = ${later} where id = '${made[0]}'`);
  expect(await findOverlaps(ask)).toEqual([
    `${host.id} has two meetings at once: ${made.slice(0, 2).toSorted().join(", ")}`,
  ]);
  await ask(
    `update bookings set status = 'CANCELLED', cancelled_at = now() where id = '${made[0]}'`,
  );
  expect(await findOverlaps(ask)).toEqual([]);
  // The constraint is what a mistake in a migration would take away.
  await ask(
    `alter table reservations drop constraint no_double_booking;
     update reservations set reserved = ${later} where booking_id = '${made[0]}'`,
  );
  expect((await findOverlaps(ask)).join()).toContain("two reservations at once");
  await world.db.close();
});
