import { expect, test } from "bun:test";
import { reconcile } from "../../src/outbox/reconcile.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const MONDAY_10 = "2026-11-23T10:00:00Z";
const BOTH = { channel: "email", to: "both" } as const;

/** A booking whose guest and host are reminded a day, an hour and ten minutes before: the first is past already. */
async function reminded() {
  const world = await testWorld();
  world.setNow("2026-11-22T12:00:00Z");
  const api = client(world);
  const host = await makeHost(world);
  const reminders = [1440, 60, 10].map((minutesBefore) => ({ minutesBefore, ...BOTH }));
  const type = await makeMeetingType(world, host, { reminders });
  const made = await book(api, type, MONDAY_10);
  const id = made.body.booking.id as string;
  const promised = () =>
    world.db.run(
      "select sequence, attendee_id is null as is_host, due_at::text from outbox where queue = 'reminders' and outcome is null order by 1, 2, 3",
      [],
    );
  return { world, api, host, id, promised };
}

test("where nothing is missing nothing is promised: booked, moved, cancelled, restored", async () => {
  const { world, api, host, id, promised } = await reminded();
  expect(await promised()).toHaveLength(4);
  const change = (verb: string, body: object) =>
    api("PATCH", `/bookings/${id}/${verb}`, { token: host.token, body });
  const nothing = { mended: 0, gaps: 0 };
  expect(await reconcile(world)).toEqual(nothing);
  expect((await change("reschedule", { start: "2026-11-23T14:00:00Z" })).status).toBe(200);
  expect(await reconcile(world)).toEqual(nothing);
  expect((await change("cancel", {})).status).toBe(200);
  expect(await reconcile(world)).toEqual(nothing);
  expect((await change("restore", {})).status).toBe(200);
  expect(await reconcile(world)).toEqual(nothing);
});

test("reminders that are lost are promised again, once, however many look", async () => {
  const { world, api, host, id, promised } = await reminded();
  await api("PATCH", `/bookings/${id}/reschedule`, {
    token: host.token,
    body: { start: "2026-11-23T14:00:00Z" },
  });
  const before = (await promised()).filter(({ sequence }) => sequence === 1);
  expect(before).toHaveLength(6);
  await world.db.run("delete from outbox where queue = 'reminders' and sequence = 1", []);
  const found = await Promise.all([1, 2, 3].map(() => reconcile(world)));
  expect(found.reduce((sum, { mended }) => sum + mended, 0)).toBe(6);
  expect((await promised()).filter(({ sequence }) => sequence === 1)).toEqual(before);
  expect((await reconcile(world)).mended).toBe(0);
});

test("nobody is reminded of what was cancelled, is past, or whose host has changed his mind since", async () => {
  const { world, api, host, id, promised } = await reminded();
  await world.db.run("delete from outbox where queue = 'reminders'", []);
  await world.db.run("update meeting_types set description = 'since'", []);
  expect((await reconcile(world)).mended).toBe(0);
  await api("PATCH", `/bookings/${id}/cancel`, { token: host.token, body: {} });
  expect((await reconcile(world)).mended).toBe(0);
  expect(await promised()).toEqual([]);
});

test("a meeting of which nobody was to be told, and a mail without its delivery, are told of and left alone", async () => {
  const { world, id } = await reminded();
  await world.db.run(
    "update outbox set done_at = due_at, outcome = 'done' where queue = 'emails'",
    [],
  );
  expect(await reconcile(world)).toEqual({ mended: 0, gaps: 1 });
  await world.db.run("delete from outbox where queue = 'emails'", []);
  expect(await reconcile(world)).toEqual({ mended: 0, gaps: 1 });
  expect(id).toBeString();
});
