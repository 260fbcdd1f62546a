import { expect, test } from "bun:test";
import { eraseGuests } from "../../src/privacy/erase-guests.ts";
import { seated } from "../bookings/support/seats.ts";
import { eventually } from "../support/eventually.ts";
import { sendMails } from "../support/mails.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { onEachBackend } from "../worker/support/backends.ts";
import { openHouse } from "../worker/support/house.ts";
import { settled } from "../worker/support/settled.ts";
import { tracesInRedis, tracesOf } from "./support/traces.ts";

const GUEST = {
  name: "Zebulon Canaryguest",
  email: "zebulon.canary@guest.example",
  phone: "+4930901820001",
};
const FRIEND = { name: "Friendly Canaryfriend", email: "friend.canary@guest.example" };
const WORDS = [
  "Canaryguest",
  "zebulon.canary",
  "4930901820001",
  "Canaryfriend",
  "friend.canary",
  "canary-answer",
  "canary-notes",
  "canary-campaign",
  "canary-reason",
  "canary-hostnotes",
];
const QUESTIONS = JSON.stringify([{ id: "topic", label: "Topic", type: "text", required: true }]);
const tokenOf = (body: { cancelUrl: string }) =>
  new URL(body.cancelUrl).searchParams.get("token") ?? "";

onEachBackend("a guest who asks to be forgotten", (backend) => {
  test("is found nowhere any more, and everybody concerned was told before", async () => {
    await using house = await openHouse(backend);
    const { world, api, host } = house;
    const admin = await makeHost(world, { role: "admin" });
    const type = await makeMeetingType(world, host);
    await world.db.run("update meeting_types set questions = $2::text::jsonb where id = $1", [
      type.id,
      QUESTIONS,
    ]);
    const more = {
      guest: GUEST,
      guests: [FRIEND],
      answers: { topic: "canary-answer" },
      notes: "canary-notes",
      tracking: { utm_campaign: "canary-campaign" },
    };
    const ahead = await book(api, type, "2026-11-24T09:00:00Z", more);
    const moved = await book(api, type, "2026-11-24T10:00:00Z", more);
    const off = await book(api, type, "2026-11-24T11:00:00Z", more);
    const kept = await book(api, type, "2026-11-25T11:00:00Z", {
      guest: { name: "Other Person", email: "other@example.com" },
      answers: { topic: "x" },
    });
    expect([ahead.status, moved.status, off.status, kept.status]).toEqual([201, 201, 201, 201]);
    const path = (made: typeof ahead, verb: string) =>
      `/bookings/${made.body.booking.id}/${verb}?token=${tokenOf(made.body)}`;
    await api("PATCH", path(moved, "reschedule"), {
      body: { start: "2026-11-24T12:00:00Z", reason: "canary-reason" },
    });
    await api("PATCH", path(off, "cancel"), { body: { reason: "canary-reason" } });
    await api("PATCH", `/bookings/${ahead.body.booking.id}`, {
      token: host.token,
      body: { title: "With Canaryguest" },
    });
    await api("PATCH", `/bookings/${ahead.body.booking.id}/host-notes`, {
      token: host.token,
      body: { hostNotes: "canary-hostnotes" },
    });
    await api("POST", "/analytics/event", {
      body: { eventType: "LEAD", metadata: { email: GUEST.email, name: GUEST.name } },
    });
    await world.db.run("insert into opt_outs (host_id, email) values ($1, $2)", [
      host.id,
      GUEST.email,
    ]);
    await world.db.run("update outbox set last_error = $1 where booking_id = $2", [
      `550 <${GUEST.email}>`,
      off.body.booking.id,
    ]);
    await world.db.run(
      "insert into suppressed_addresses (email, reason, provider) values ($1, 'bounced', 'resend')",
      [GUEST.email],
    );
    await house.work();
    await settled(house);
    await eventually(async () => {
      expect(
        (await world.db.run("select 1 from analytics_events where event_type = 'LEAD'", [])).length,
      ).toBe(1);
    });
    const told = [`550 <${GUEST.email}>`, off.body.booking.id];
    await world.db.run(
      `update deliveries set detail = $1
       where outbox_id in (select id from outbox where booking_id = $2)`,
      told,
    );
    await world.db.run(
      `insert into webhook_attempts (outbox_id, attempt, request, started_at, response)
       select id, 1, '{}', now(), $1 from outbox where booking_id = $2`,
      told,
    );
    expect((await tracesOf(house.url, WORDS)).length).toBeGreaterThan(8);
    const asked = await api("POST", "/privacy/erasures", {
      token: admin.token,
      body: { email: GUEST.email.toUpperCase() },
    });
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({ scope: "address", guests: 3, completedAt: null });
    await api("POST", "/privacy/erasures", { token: admin.token, body: { email: FRIEND.email } });
    await eventually(async () => {
      const { body } = await api("GET", `/privacy/erasures/${asked.body.id}`, {
        token: admin.token,
      });
      expect(body).toMatchObject({ erased: 3, completedAt: expect.any(String) });
      const open = await world.db.run("select 1 from erasures where completed_at is null", []);
      expect(open).toEqual([]);
    });
    expect(await tracesOf(house.url, WORDS)).toEqual([]);
    if (world.config.REDIS_URL)
      expect(await tracesInRedis(world.config.REDIS_URL, WORDS)).toEqual([]);
    // before he was nobody the word that it is off went out, to him and to the host
    const sent = await world.db.run(
      `select o.outcome, o.attendee_id is not null as to_guest from outbox o
       where o.kind = 'BOOKING_CANCELLED' and o.booking_id = $1`,
      [ahead.body.booking.id],
    );
    expect(sent.map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
    const stays = await api("GET", `/bookings/${kept.body.booking.id}`, { token: host.token });
    expect(stays.body).toMatchObject({ status: "CONFIRMED", guest: { name: "Other Person" } });
    const report = await api("GET", "/analytics/bookings?days=30", { token: host.token });
    expect(report.status).toBe(200);
    const list = await api("GET", "/bookings?status=CANCELLED", { token: host.token });
    expect(list.body.data).toHaveLength(3);
  });
});

test("a guest is forgotten of the booking of his link only, with whom he brought along", async () => {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const mobile = { ...GUEST, phone: "+4915112345678", smsOptIn: true };
  const one = await book(api, type, "2026-11-24T09:00:00Z", { guest: mobile, guests: [FRIEND] });
  const other = await book(api, type, "2026-11-24T10:00:00Z", { guest: mobile });
  const path = `/bookings/${one.body.booking.id}/guest?token=${tokenOf(one.body)}`;
  expect((await api("DELETE", path)).status).toBe(202);
  expect((await api("DELETE", path)).status).toBe(202);
  await eraseGuests(world);
  const mails = await sendMails(world, GUEST.email);
  expect(mails.map(({ subject }) => subject).some((subject) => /cancel/i.test(subject))).toBe(true);
  while (await eraseGuests(world));
  expect((await api("GET", path.replace("/guest", ""))).status).toBe(404);
  const seen = await api("GET", `/bookings/${one.body.booking.id}`, { token: host.token });
  expect(seen.body).toMatchObject({
    status: "CANCELLED",
    attendees: [{ name: "Erased guest" }, { name: "Erased guest" }],
  });
  const stays = await api("GET", `/bookings/${other.body.booking.id}`, { token: host.token });
  expect(stays.body).toMatchObject({ status: "CONFIRMED", guest: { email: GUEST.email } });
  const wishes = await world.db.run(
    "select phone, sms_opt_in from attendees where booking_id = $1",
    [one.body.booking.id],
  );
  expect(wishes).toEqual([1, 2].map(() => ({ phone: null, smsOptIn: false })));
  const [note] = await world.db.run(
    "select email, completed_at is not null as is_done from erasures",
    [],
  );
  expect(note).toEqual({ email: null, isDone: true });
});

test("a mail that does not go out keeps a guest from being forgotten for a day, and no longer", async () => {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, "2026-11-24T09:00:00Z", { guest: GUEST });
  await api("DELETE", `/bookings/${made.body.booking.id}/guest?token=${tokenOf(made.body)}`);
  while (await eraseGuests(world));
  const name = async () => (await world.db.run("select name from attendees", []))[0]?.["name"];
  expect(await name()).toBe(GUEST.name);
  world.setNow("2026-11-23T10:00:00Z");
  while (await eraseGuests(world));
  expect(await name()).toBe("Erased guest");
  const open = await world.db.run(
    "select 1 from outbox where done_at is null and attendee_id is not null and user_id is null",
    [],
  );
  expect(open).toEqual([]);
  expect(await sendMails(world, GUEST.email)).toEqual([]);
});

test("a guest of a shared meeting leaves it before he is forgotten, and the others stay", async () => {
  const world = await testWorld();
  const api = client(world);
  const { host, type } = await seated(world, 5);
  const start = "2026-11-24T09:00:00Z";
  const his = await book(api, type, start, { guest: GUEST, notes: "canary-notes" });
  await book(api, type, start, { guest: { name: "Mary Stays", email: "mary@example.com" } });
  await api("DELETE", `/bookings/${his.body.booking.id}/guest?token=${tokenOf(his.body)}`);
  await eraseGuests(world);
  await sendMails(world, GUEST.email);
  while (await eraseGuests(world));
  expect(
    await tracesOf(world.config.DATABASE_URL, ["Canaryguest", "zebulon.canary", "canary-notes"]),
  ).toEqual(["public.mailbox: Canaryguest"].slice(1));
  const seen = await api("GET", `/bookings/${his.body.booking.id}`, { token: host.token });
  expect(seen.body.status).toBe("CONFIRMED");
  const [row] = await world.db.run("select seats_taken from bookings", []);
  expect(row).toEqual({ seatsTaken: 1 });
});

test("a companion who is forgotten takes nobody's meeting away", async () => {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const admin = await makeHost(world, { role: "admin" });
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, "2026-11-24T09:00:00Z", { guest: GUEST, guests: [FRIEND] });
  await sendMails(world, "");
  await api("POST", "/privacy/erasures", { token: admin.token, body: { email: FRIEND.email } });
  while (await eraseGuests(world));
  const seen = await api("GET", `/bookings/${made.body.booking.id}`, { token: host.token });
  expect(seen.body).toMatchObject({ status: "CONFIRMED", guest: { name: GUEST.name } });
  expect(await tracesOf(world.config.DATABASE_URL, ["Canaryfriend", "friend.canary"])).toEqual([]);
});

test("a booking whose guest was forgotten cannot be restored", async () => {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, "2026-11-24T09:00:00Z", { guest: GUEST });
  await api("DELETE", `/bookings/${made.body.booking.id}/guest?token=${tokenOf(made.body)}`);
  await eraseGuests(world);
  await sendMails(world, "");
  while (await eraseGuests(world));
  const again = await api("PATCH", `/bookings/${made.body.booking.id}/restore`, {
    token: host.token,
  });
  expect([again.status, again.body.code]).toEqual([409, "booking_closed"]);
});

test("only the guest himself asks by a link, and only an administrator by an address", async () => {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, "2026-11-24T09:00:00Z");
  const path = `/bookings/${made.body.booking.id}/guest`;
  expect((await api("DELETE", path)).status).toBe(401);
  expect((await api("DELETE", `${path}?token=nonsense`)).status).toBe(404);
  expect((await api("DELETE", path, { token: host.token })).status).toBe(403);
  const ask = { token: host.token, body: { email: "grace@example.com" } };
  expect((await api("POST", "/privacy/erasures", ask)).status).toBe(403);
  expect((await world.db.run("select 1 from erasures", [])).length).toBe(0);
});

test("an address that is asked for again while it is under way is one erasure", async () => {
  const world = await testWorld();
  const api = client(world);
  const admin = await makeHost(world, { role: "admin" });
  const ask = { token: admin.token, body: { email: "grace@example.com" } };
  const both = await Promise.all([
    api("POST", "/privacy/erasures", ask),
    api("POST", "/privacy/erasures", ask),
  ]);
  expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
});
