import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf, tokenOf } from "./support/guest.ts";
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);
const START = "2026-11-23T09:00:00Z";
const TOLD = ["outbox", "notifications", "analytics_events", "booking_history"];

async function booked() {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { before: 10 });
  const made = await book(api, type, START);
  return { host, type, made, id: made.body.booking.id as string, guest: guestOf(api, made) };
}

test("PATCH /bookings/:id/cancel by the guest's link cancels and frees the time", async () => {
  const { host, type, guest, made } = await booked();
  const { status, headers, body } = await guest.cancel({ reason: " Ill \n" });
  expect(status).toBe(200);
  expect(headers.get("etag")).toBe('"v2"');
  expect(body).toMatchObject({
    id: made.body.booking.id,
    status: "CANCELLED",
    start: START,
    version: 2,
    sequence: 1,
    cancelledAt: "2026-11-22T10:00:00Z",
    cancelReason: "Ill",
  });
  expect(await busyOf(world, host)).toEqual([]);
  expect((await book(api, type, START)).status).toBe(201);
  await expectSoundLedger(world);
});

test("the token may come in the query, and no body is needed", async () => {
  const { made, id } = await booked();
  const url = `/bookings/${id}/cancel?token=${tokenOf(made)}`;
  const { status, body } = await api("PATCH", url);
  expect([status, body.status, body.cancelReason]).toEqual([200, "CANCELLED", null]);
});

test("a host cancels by DELETE, softly, or by PATCH with a reason", async () => {
  const first = await booked();
  const deleted = await api("DELETE", `/bookings/${first.id}`, { token: first.host.token });
  expect([deleted.status, deleted.body.status]).toEqual([200, "CANCELLED"]);
  expect(deleted.headers.get("etag")).toBe('"v2"');
  const kept = await api("GET", `/bookings/${first.id}`, { token: first.host.token });
  expect(kept.body.status).toBe("CANCELLED");
  const second = await booked();
  const patched = await api("PATCH", `/bookings/${second.id}/cancel`, {
    token: second.host.token,
    body: { reason: "Travelling" },
  });
  expect(patched.body).toMatchObject({ status: "CANCELLED", cancelReason: "Travelling" });
});

test("cancelling again is 200, unchanged, and nobody is told twice", async () => {
  const { host, id, guest } = await booked();
  const first = await guest.cancel({ reason: "Ill" });
  const before = await counts(world, ...TOLD);
  const again = await guest.cancel({ reason: "Other" });
  const byHost = await api("DELETE", `/bookings/${id}`, { token: host.token });
  expect([again.status, again.body]).toEqual([200, first.body]);
  expect(byHost.status).toBe(200);
  expect(byHost.body).toMatchObject(first.body);
  expect(await counts(world, ...TOLD)).toEqual(before);
});

test("a meeting that has begun is not cancelled by its guest, but by its host", async () => {
  const own = await testWorld();
  const ask = client(own);
  const host = await makeHost(own);
  const made = await book(ask, await makeMeetingType(own, host), START);
  own.setNow(START);
  const refused = await guestOf(ask, made).cancel();
  expect([refused.status, refused.body.code]).toEqual([409, "booking_closed"]);
  const moved = await guestOf(ask, made).move("2026-11-24T09:00:00Z");
  expect([moved.status, moved.body.code]).toEqual([409, "booking_closed"]);
  const byHost = await ask("DELETE", `/bookings/${made.body.booking.id}`, { token: host.token });
  expect(byHost.body.status).toBe("CANCELLED");
});

test.each(["DECLINED", "EXPIRED", "COMPLETED", "NO_SHOW"])(
  "what is %s is 409 booking_closed for every change",
  async (status) => {
    const { host, id, guest } = await booked();
    await world.db.run("update bookings set status = $2 where id = $1", [id, status]);
    if (status === "DECLINED" || status === "EXPIRED")
      await world.db.run("delete from reservations where booking_id = $1", [id]);
    const answers = [
      await guest.cancel(),
      await guest.move("2026-11-24T09:00:00Z"),
      await api("DELETE", `/bookings/${id}`, { token: host.token }),
      await api("PATCH", `/bookings/${id}`, { token: host.token, body: { title: "New" } }),
    ];
    expect(answers.map(({ body }) => body.code)).toEqual(Array(4).fill("booking_closed"));
    expect(answers[0]?.body.detail).toBe(
      `This booking is ${status.toLowerCase().replace("_", " ")}.`,
    );
  },
);

test("a cancelled booking is not moved and not edited", async () => {
  const { host, id, guest } = await booked();
  await guest.cancel();
  expect((await guest.move("2026-11-24T09:00:00Z")).body.code).toBe("booking_closed");
  const edited = await api("PATCH", `/bookings/${id}`, { token: host.token, body: { notes: "x" } });
  expect(edited.body.code).toBe("booking_closed");
});

test("If-Match of another state is 412, version of another 409, each with the present one", async () => {
  const { host, id, guest } = await booked();
  const present = (await guest.get()).body;
  const token = host.token;
  const stale = await api("DELETE", `/bookings/${id}`, { token, headers: { "if-match": '"v7"' } });
  expect([stale.status, stale.body.code]).toEqual([412, "precondition_failed"]);
  expect(stale.body.current).toMatchObject({
    id,
    version: present.version,
    status: present.status,
  });
  const conflict = await guest.cancel({ version: 7 });
  expect([conflict.status, conflict.body.code]).toEqual([409, "version_conflict"]);
  expect(present).toMatchObject(conflict.body.current);
  const headers = { "if-match": 'W/"v7", "v1"' };
  expect((await api("DELETE", `/bookings/${id}`, { token, headers })).status).toBe(200);
});
