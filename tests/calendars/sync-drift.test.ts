// Our own events, moved or deleted by their host in his calendar: noticed, and nothing of ours taken for it.
import { expect, test } from "bun:test";
import { guestOf } from "../bookings/support/guest.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { calendarWorld, makeCalendar, pass, syncDue } from "./support/house.ts";

const AT = "2026-11-23T09:00/09:30";

async function house(start = "2026-11-23T09:00:00Z") {
  const world = await calendarWorld();
  const api = client(world);
  const host = await makeHost(world);
  const calendar = await makeCalendar(world, host, { isDestination: true });
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, start);
  const bookingId: string = made.body.booking.id;
  const end = Temporal.Instant.from(start).add({ minutes: 30 }).toString();
  await world.db.run(
    `insert into calendar_events (booking_id, host_id, calendar_id, external_id, etag, version, during)
     values ($1, $2, $3, 'ours', 'written', 1, tstzrange($4::text::timestamptz, $5::text::timestamptz))`,
    [bookingId, host.id, calendar.id, start, end],
  );
  const look = async () => {
    await world.db.run("select promise_sync(array[$1::uuid], $2)", [
      calendar.id,
      world.now() as never,
    ]);
    await syncDue(world);
  };
  const drift = async () => {
    const [row] = await world.db.run(
      `select drift, lower(drifted_to) as "to", drifted_at as at from calendar_events where booking_id = $1`,
      [bookingId],
    );
    return row as {
      drift: string | null;
      to: Temporal.Instant | null;
      at: Temporal.Instant | null;
    };
  };
  const put = (times: string, etag: string) =>
    world.script.put(calendar.externalId, "ours", times, { etag });
  return { world, script: world.script, host, calendar, bookingId, made, api, look, drift, put };
}

const none = { drift: null, to: null, at: null };

test("an event that its host moved is noticed, once, and no more when he has moved it back", async () => {
  const { world, look, drift, put } = await house();
  put(AT, "written");
  await look();
  expect(await drift()).toEqual(none);
  put("2026-11-23T11:00/11:30", "moved");
  await look();
  const moved = {
    drift: "moved",
    to: Temporal.Instant.from("2026-11-23T11:00:00Z"),
    at: world.now(),
  };
  expect(await drift()).toEqual(moved);
  pass(world, { hours: 1 });
  put("2026-11-23T11:00/11:30", "titled");
  await look();
  expect(await drift()).toEqual(moved);
  put(AT, "back");
  await look();
  expect(await drift()).toEqual(none);
});

test("an event that its host deleted is noticed, whether it is said to be gone or named no more", async () => {
  for (const verb of ["drop", "lose"] as const) {
    const { world, script, calendar, look, drift, put } = await house();
    put(AT, "written");
    await look();
    script[verb](calendar.externalId, "ours");
    if (verb === "lose") script.forgotten = 1_000;
    await look();
    expect(await drift()).toEqual({ drift: "deleted", to: null, at: world.now() });
    await world.db.close();
  }
});

test("what was not there yet when everything was listed is not taken for deleted", async () => {
  const { script, look, drift, put } = await house();
  await look();
  script.forgotten = 1_000;
  await look();
  expect(await drift()).toEqual(none);
  put(AT, "written");
  await look();
  expect(await drift()).toEqual(none);
});

test("what we are about to write is no drift: neither a new time, nor what is taken away", async () => {
  const { world, script, calendar, made, api, look, drift, put } = await house();
  put(AT, "written");
  await look();
  await guestOf(api, made).move("2026-11-23T13:00:00Z");
  // Written already, and not noted yet.
  put("2026-11-23T13:00/13:30", "rewritten");
  await look();
  expect(await drift()).toEqual(none);
  expect((await guestOf(api, made).cancel()).status).toBe(200);
  script.drop(calendar.externalId, "ours");
  await look();
  expect(await drift()).toEqual(none);
  await world.db.close();
});

test("of a meeting that is over, or that another host took over, nothing is asked", async () => {
  const over = await house();
  over.put(AT, "written");
  await over.look();
  over.world.setNow("2026-11-23T10:00:00Z");
  over.script.drop(over.calendar.externalId, "ours");
  await over.look();
  expect(await over.drift()).toEqual(none);
  const given = await house();
  given.put(AT, "written");
  await given.look();
  const heir = await makeHost(given.world);
  await given.world.db.run("update booking_hosts set host_id = $1 where booking_id = $2", [
    heir.id,
    given.bookingId,
  ]);
  given.script.drop(given.calendar.externalId, "ours");
  await given.look();
  expect(await given.drift()).toEqual(none);
});
