import { expect, test } from "bun:test";
import { completeMeetings } from "../../src/bookings/lapse.ts";
import { newId } from "../../src/db/id.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { hostOf, MONDAY_10 } from "./support/asked.ts";
import { guestOf, tally } from "./support/guest.ts";
import { expectSoundLedger } from "./support/ledger.ts";

async function begun() {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const made = await book(api, await makeMeetingType(world, host), MONDAY_10);
  const id: string = made.body.booking.id;
  const second = newId();
  await world.db.run(
    `insert into attendees (id, booking_id, name, email, time_zone)
     values ($1, $2, 'Alan Turing', 'alan@example.com', 'UTC')`,
    [second, id],
  );
  world.setNow("2026-11-23T10:05:00Z");
  const by = hostOf(world, host, id);
  const first: string = made.body.booking.guest.id;
  return { world, api, host, id, by, first, second, guest: guestOf(api, made) };
}

test("the booking reads NO_SHOW when no guest came, and what it was when one did after all", async () => {
  const { world, by, first, second, guest } = await begun();
  const one = await by.noShow({ attendeeId: first, noShow: true });
  expect([one.status, one.body.status, one.body.version]).toEqual([200, "CONFIRMED", 2]);
  expect(one.body.attendees).toMatchObject([
    { id: first, noShow: true },
    { id: second, noShow: false },
  ]);
  const none = await by.noShow({ attendeeId: second.toUpperCase(), noShow: true });
  expect(none.body.status).toBe("NO_SHOW");
  const back = await by.noShow({ attendeeId: first, noShow: false });
  expect(back.body.status).toBe("CONFIRMED");
  await by.noShow({ attendeeId: first, noShow: true });
  world.setNow("2026-11-23T11:00:00Z");
  await completeMeetings(world);
  expect((await by.get()).body.status).toBe("NO_SHOW");
  expect((await by.noShow({ noShow: false })).body).toMatchObject({
    status: "COMPLETED",
    attendees: [{ noShow: false }, { noShow: false }],
  });
  expect((await by.noShow({ noShow: true })).body.status).toBe("NO_SHOW");
  const events = (await by.get()).body.history.map(({ event }: { event: string }) => event);
  expect(events.join()).toBe(
    "booked,no_show,no_show,no_show_undone,no_show,no_show_undone,no_show",
  );
  const seen = (await guest.get()).body;
  expect(JSON.stringify(seen)).not.toContain(second);
  expect(seen.attendees).toBeUndefined();
  await expectSoundLedger(world);
});

test("a host who did not come is noted too; the booking is none the less completed", async () => {
  const { by, host, guest } = await begun();
  const { body } = await by.noShow({ hostId: host.id, noShow: true });
  expect(body).toMatchObject({ status: "CONFIRMED", hosts: [{ id: host.id, noShow: true }] });
  expect((await guest.get()).body.history.at(-1)).toMatchObject({
    event: "no_show",
    was: { hostIds: [host.id] },
  });
});

test("what is so already is no change, and several at once are one", async () => {
  const { by } = await begun();
  expect((await by.noShow({ noShow: false })).body.version).toBe(1);
  const all = await Promise.all(Array.from({ length: 6 }, () => by.noShow({ noShow: true })));
  expect(all.map(({ body }) => [body.status, body.version])).toEqual(Array(6).fill(["NO_SHOW", 2]));
});

test("nobody is missed before the begin, in a meeting that is off, or of another booking", async () => {
  const { world, api, by, host, first, id } = await begun();
  const other = (await begun()).first;
  const wrong = [
    await by.noShow({ attendeeId: other, noShow: true }),
    await by.noShow({ hostId: first, noShow: true }),
    await by.noShow({ attendeeId: first, hostId: host.id, noShow: true }),
    await by.noShow({ attendeeId: first }),
  ];
  expect(tally(wrong)).toEqual({ "422 invalid": 4 });
  expect(wrong.slice(0, 3).map(({ body }) => body.errors[0].path)).toEqual([
    "attendeeId",
    "hostId",
    "hostId",
  ]);
  const stranger = hostOf(world, await makeHost(world), id);
  expect((await stranger.noShow({ noShow: true })).status).toBe(404);
  const token = host.token;
  const own = { title: "Dentist", start: "2026-11-23T12:00:00Z", end: "2026-11-23T13:00:00Z" };
  const personal = await api("POST", "/bookings", { token, body: own });
  const mine = hostOf(world, host, personal.body.booking.id);
  expect((await mine.noShow({ noShow: true })).body.code).toBe("invalid");
  world.setNow("2026-11-23T09:59:59Z");
  expect((await by.noShow({ noShow: true })).body.code).toBe("too_soon");
  await by.cancel({});
  expect((await by.noShow({ noShow: true })).body.code).toBe("booking_closed");
});
