// What the tables refuse, whoever writes to them.
import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const A_DAY = "[2026-11-23T09:00:00Z,2026-11-23T10:00:00Z)";

/** The SQLSTATE and the constraint that a statement breaks, or null. */
const broken = (text: string, values: string[]) =>
  world.db.run(text, values).then(
    () => null,
    (error: { code: string; constraint_name?: string }) => [error.code, error.constraint_name],
  );

async function insertBooking(host: Host, during = A_DAY, status = "CONFIRMED") {
  const id = newId();
  const text = `insert into bookings (id, host_id, title, during, status, host_zone, location)
    values ($1, $2, 'Direct', $3, $4, 'UTC', '{}')`;
  return { id, fault: await broken(text, [id, host.id, during, status]) };
}
const reserve = (hostId: string, reserved: string, bookingId: string) =>
  broken("insert into reservations (host_id, reserved, booking_id) values ($1, $2, $3)", [
    hostId,
    reserved,
    bookingId,
  ]);

test.each([
  ["empty", "empty"],
  ["of no length", "[2026-11-23T09:00:00Z,2026-11-23T09:00:00Z)"],
  ["without a start", "(,2026-11-23T09:00:00Z)"],
  ["without an end", "[2026-11-23T09:00:00Z,)"],
  ["until infinity", "[2026-11-23T09:00:00Z,infinity)"],
  ["from the beginning of time", "[-infinity,2026-11-23T09:00:00Z)"],
  ["that holds its end", "[2026-11-23T09:00:00Z,2026-11-23T10:00:00Z]"],
  ["that does not hold its start", "(2026-11-23T09:00:00Z,2026-11-23T10:00:00Z)"],
])("a span %s is neither booked nor reserved", async (_what, span) => {
  const host = await makeHost(world);
  expect((await insertBooking(host, span)).fault?.[0]).toBe("23514");
  const { id, fault } = await insertBooking(host);
  expect(fault).toBeNull();
  expect((await reserve(host.id, span, id))?.[0]).toBe("23514");
});

test("two reservations of a host may touch but not overlap, those of two hosts may", async () => {
  const [host, other] = [await makeHost(world), await makeHost(world)];
  const [one, two, three] = [
    await insertBooking(host),
    await insertBooking(host),
    await insertBooking(other),
  ];
  expect(await reserve(host.id, A_DAY, one.id)).toBeNull();
  const overlapping = "[2026-11-23T09:59:59.999999Z,2026-11-23T11:00:00Z)";
  expect(await reserve(host.id, overlapping, two.id)).toEqual(["23P01", "no_double_booking"]);
  const touching = "[2026-11-23T10:00:00Z,2026-11-23T11:00:00Z)";
  expect(await reserve(host.id, touching, two.id)).toBeNull();
  expect(await reserve(other.id, A_DAY, three.id)).toBeNull();
});

test("nobody's time cannot be reserved", async () => {
  const host = await makeHost(world);
  const { id } = await insertBooking(host);
  const fault = await reserve(null as unknown as string, A_DAY, id);
  expect(fault?.[0]).toBe("23502");
  expect((await reserve(newId(), A_DAY, id))?.[0]).toBe("23503");
});

test("what is cancelled says when, and nothing else does", async () => {
  const host = await makeHost(world);
  expect((await insertBooking(host, A_DAY, "CANCELLED")).fault?.[0]).toBe("23514");
  expect((await insertBooking(host, A_DAY, "LOST")).fault?.[0]).toBe("23514");
  const { id } = await insertBooking(host);
  const cancelled = "update bookings set cancelled_at = now() where id = $1";
  expect((await broken(cancelled, [id]))?.[0]).toBe("23514");
});

test("a host who takes meetings cannot be deleted from under them", async () => {
  const host = await makeHost(world);
  await book(client(world), await makeMeetingType(world, host), "2026-11-23T09:00:00Z");
  expect((await broken("delete from users where id = $1", [host.id]))?.[0]).toBe("23503");
});
