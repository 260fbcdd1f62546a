// A meeting that takes place somewhere else: who hears of it, and what his calendar makes of it.
import { expect, test } from "bun:test";
import { remind } from "../../src/outbox/remind.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { askFor, hostOf, makeAskedType } from "./support/asked.ts";
import { seat, seated, tellAll } from "./support/seats.ts";

const world = await testWorld();
const api = client(world);
const AT = "2026-11-23T09:00:00Z";
const ROOM = { type: "IN_PERSON", details: "Room 2" };

async function booked(given: Parameters<typeof makeMeetingType>[2] = {}, more: object = {}) {
  const host = await makeHost(world);
  const made = await book(api, await makeMeetingType(world, host, given), AT, { ...more });
  const { id } = made.body.booking;
  await tellAll(world, id);
  const edit = (body: object, token = host.token) =>
    api("PATCH", `/bookings/${id}`, { token, body });
  return { host, made, id, edit };
}

test("everybody is told of another place, with an invitation that replaces the earlier one", async () => {
  const { host, made, id, edit } = await booked({}, { guests: [{ email: "annie@example.com" }] });
  const { body } = await edit({ location: ROOM });
  expect(body).toMatchObject({ version: 2, sequence: 1 });
  const told = await tellAll(world, id);
  expect(told.map(({ kind, to }) => `${kind} ${to}`).sort()).toEqual(
    ["annie@example.com", "grace@example.com", host.email]
      .map((to) => `BOOKING_PLACE_CHANGED ${to}`)
      .sort(),
  );
  for (const { ics, mail } of told) {
    const uid = `UID:${made.body.booking.guest.id}@`;
    for (const line of ["METHOD:REQUEST", uid, "SEQUENCE:1", "LOCATION:Room 2", "STATUS:CONFIRMED"])
      expect(ics).toContain(line);
    expect(mail.text).toContain("Room 2");
    expect(mail.subject).toStartWith("New place: Intro call with ");
  }
  const { body: unread } = await api("GET", "/notifications/unread", { token: host.token });
  expect(unread.data.map(({ type }: { type: string }) => type)).toContain("BOOKING_PLACE_CHANGED");
  const { history } = (await hostOf(world, host, id).get()).body;
  expect(history.at(-1)).toMatchObject({ event: "edited", was: { location: { type: "PHONE" } } });
});

test("reminders survive it", async () => {
  const reminders = [{ minutesBefore: 60, channel: "email", to: "both" } as const];
  const { host, id, edit } = await booked({ reminders });
  await edit({ location: ROOM });
  await tellAll(world, id);
  const due = await world.db.run("select id from outbox where booking_id = $1 order by id", [id]);
  for (const row of due) await remind(world, { outboxId: `${row["id"]}`, attempt: 1 });
  const told = await tellAll(world, id);
  expect(told.map(({ kind, to }) => `${kind} ${to}`).sort()).toEqual(
    ["grace@example.com", host.email].map((to) => `BOOKING_REMINDER ${to}`).sort(),
  );
  expect(told[0]?.mail.text).toContain("Room 2");
});

test("title and notes are changed without a word, and so is a place that stays", async () => {
  const { id, edit } = await booked();
  const { body } = await edit({ title: "Deep dive", notes: "x", location: { type: "PHONE" } });
  expect(body).toMatchObject({ version: 2, sequence: 0 });
  expect(await tellAll(world, id)).toEqual([]);
});

test("who is told nothing of moves is told nothing of places; his calendar file has it all the same", async () => {
  const { made, id, edit } = await booked({ notifications: { reschedule: false } });
  await edit({ location: ROOM });
  expect(await tellAll(world, id)).toEqual([]);
  const { pathname, search } = new URL(made.body.icsUrl);
  const { text } = await api("GET", pathname + search);
  expect(text).toContain("SEQUENCE:1");
  expect(text).toContain("LOCATION:Room 2");
});

test("a request keeps the link by which its host answers, and the answer names the new place", async () => {
  const host = await makeHost(world);
  const { id, by } = await askFor(world, host, await makeAskedType(world, host));
  const before = await tellAll(world, id);
  const edited = await api("PATCH", `/bookings/${id}`, {
    token: host.token,
    body: { location: ROOM },
  });
  expect(edited.body.sequence).toBe(0);
  expect(await tellAll(world, id)).toEqual([]);
  const link = /http:\S+\/decide\?token=[\w.-]+/.exec(
    before.find(({ to }) => to === host.email)?.mail.text ?? "",
  );
  const { pathname, search } = new URL(link?.[0] ?? "");
  expect((await api("GET", pathname + search)).status).toBe(200);
  await by.confirm();
  const told = await tellAll(world, id);
  expect(told.map(({ kind }) => kind)).toEqual(["BOOKING_CONFIRMATION", "BOOKING_CONFIRMATION"]);
  for (const { ics } of told) expect(ics).toContain("LOCATION:Room 2");
});

test("every guest of a shared meeting is told, each of his own event", async () => {
  const { host, type } = await seated(world, 3);
  const one = await seat(api, type, AT, "Grace");
  const two = await seat(api, type, AT, "Mary");
  const { id } = one.body.booking;
  await tellAll(world, id);
  await api("PATCH", `/bookings/${id}`, { token: host.token, body: { location: ROOM } });
  const told = await tellAll(world, id);
  expect(told.map(({ to }) => to)).toEqual(["grace@example.com", "mary@example.com", host.email]);
  const uids = [one.body.booking.guest.id, two.body.booking.guest.id, id];
  for (const [i, { ics }] of told.entries()) {
    expect(ics).toContain(`UID:${uids[i]}@`);
    expect(ics).toContain("SEQUENCE:1");
  }
});

test("a mail that was not sent yet is not sent twice: the newest says it all", async () => {
  const { host, id, edit } = await booked();
  await edit({ location: ROOM });
  await edit({ location: { type: "IN_PERSON", details: "Room 3" } });
  const told = await tellAll(world, id);
  expect(told.map(({ to }) => to).sort()).toEqual(["grace@example.com", host.email].sort());
  for (const { mail } of told) expect(mail.text).toContain("Room 3");
});
