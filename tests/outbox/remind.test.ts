import { beforeEach, describe, expect, test } from "bun:test";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises } from "../../src/outbox/queries.ts";
import { remind } from "../../src/outbox/remind.ts";
import { sendEmail } from "../../src/outbox/send-email.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const host = await makeHost(world);
const START = "2026-11-23T10:00:00Z";
const QUIET = { confirmation: false, reschedule: false, cancellation: false };

type Wanted = {
  minutesBefore: number;
  channel: "email" | "sms" | "webhook";
  to: "guest" | "host" | "both";
};

/** A half-hour meeting on Monday at ten with these reminders, booked the day before. */
async function booked(reminders: Wanted[], guest: object = {}, notifications: object = {}) {
  const type = await makeMeetingType(world, host, {
    notifications: { ...QUIET, ...notifications },
    reminders,
  });
  const made = await book(api, type, START, { guest });
  expect(made.status).toBe(201);
  const headers = {
    "x-booking-token": new URL(made.body.cancelUrl).searchParams.get("token") ?? "",
  };
  const path = `/bookings/${made.body.booking.id}`;
  return { path, guestId: made.body.booking.guest.id as string, headers };
}

async function due(queue: "reminders" | "emails") {
  const rows = await claimDuePromises(world.db, {
    queue,
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 100,
  });
  return rows.map(({ id, attempts }) => ({ outboxId: id, attempt: attempts }));
}
/** What a worker does at an instant. */
async function workAt(now: string): Promise<void> {
  world.setNow(now);
  for (const job of await due("reminders")) await remind(world, job);
  for (const job of await due("emails")) await sendEmail(world, job);
}
const subjects = async () =>
  (await world.db.run("select subject from mailbox order by created_at, id", [])).map(
    ({ subject }) => `${subject}`.split(":")[0],
  );
const states = async (queue = "reminders") =>
  (
    await world.db.run(
      "select kind, outcome, last_error from outbox where queue = $1 order by due_at, id",
      [queue],
    )
  ).map(({ kind, outcome, lastError }) => [kind, outcome, lastError].join(" ").trim());

beforeEach(async () => {
  world.setNow("2026-11-22T09:00:00Z");
  await world.db.run("delete from outbox", []);
  await world.db.run("delete from mailbox", []);
  await world.db.run("delete from bookings", []);
  await world.db.run("delete from webhook_endpoints", []);
});

const byMail = (minutesBefore: number, to: Wanted["to"] = "guest"): Wanted => ({
  minutesBefore,
  channel: "email",
  to,
});

describe("after an outage", () => {
  test("of several reminders that are due, the last one is sent, the others are dropped with the reason", async () => {
    await booked([byMail(1440), byMail(60), byMail(30), byMail(5)]);
    await workAt("2026-11-23T09:40:00Z");
    expect(await subjects()).toEqual(["Reminder"]);
    expect((await states()).toSorted()).toEqual([
      "BOOKING_REMINDER",
      "BOOKING_REMINDER done",
      "BOOKING_REMINDER superseded A later reminder is due already",
      "BOOKING_REMINDER superseded A later reminder is due already",
    ]);
    await workAt("2026-11-23T09:55:00Z");
    expect(await subjects()).toEqual(["Reminder", "Reminder"]);
  });

  test("two workers drop and send the same", async () => {
    await booked([byMail(60), byMail(30)]);
    world.setNow("2026-11-23T09:45:00Z");
    const jobs = await due("reminders");
    await Promise.all([...jobs, ...jobs].map((job) => remind(world, job)));
    for (const job of await due("emails")) await sendEmail(world, job);
    expect(await subjects()).toEqual(["Reminder"]);
  });

  test("once the meeting has begun none is sent, and the row says so", async () => {
    await booked([byMail(60)]);
    await workAt(START);
    expect(await subjects()).toEqual([]);
    expect(await states()).toEqual(["BOOKING_REMINDER superseded The meeting has begun"]);
  });
});

describe("a follow-up", () => {
  test("comes so long after the start, and not before the end", async () => {
    await booked([byMail(-10), byMail(-60, "both")]);
    await workAt("2026-11-23T10:20:00Z");
    expect(await subjects()).toEqual([]);
    await workAt("2026-11-23T10:30:00Z");
    expect(await subjects()).toEqual(["Thank you for your time"]);
    await workAt("2026-11-23T11:00:00Z");
    expect(await subjects()).toEqual([
      "Thank you for your time",
      "Thank you for your time",
      "Afterwards",
    ]);
  });

  test("is not sent for what was cancelled, to who did not come, nor a day late", async () => {
    const cancelled = await booked([byMail(-60)]);
    await api("PATCH", `${cancelled.path}/cancel`, { headers: cancelled.headers, body: {} });
    const missed = await booked([byMail(-60)]);
    world.setNow("2026-11-23T10:10:00Z");
    await api("PATCH", `${missed.path}/no-show`, { token: host.token, body: { noShow: true } });
    await workAt("2026-11-23T11:00:00Z");
    expect((await states()).toSorted()).toEqual([
      "BOOKING_FOLLOW_UP superseded The booking has changed since",
      "BOOKING_FOLLOW_UP superseded The meeting did not take place",
    ]);
    world.setNow("2026-11-22T09:00:00Z");
    await world.db.run("delete from bookings", []);
    await booked([byMail(-60)]);
    await workAt("2026-11-24T11:01:00Z");
    expect(await states()).toEqual(["BOOKING_FOLLOW_UP superseded It is a day late"]);
    expect(await subjects()).toEqual([]);
  });

  test("moves with the booking", async () => {
    const { path, headers } = await booked([byMail(-60)]);
    const body = { start: "2026-11-23T14:00:00Z" };
    expect((await api("PATCH", `${path}/reschedule`, { headers, body })).status).toBe(200);
    await workAt("2026-11-23T11:00:00Z");
    expect(await subjects()).toEqual([]);
    await workAt("2026-11-23T15:00:00Z");
    expect(await subjects()).toEqual(["Thank you for your time"]);
  });
});

describe("a reminder by SMS", () => {
  const bySms: Wanted = { minutesBefore: 60, channel: "sms", to: "both" };

  test("is promised, and becomes an SMS for who wants SMS and is unwanted by others", async () => {
    await booked([bySms], { phone: "+12025550123", smsOptIn: true });
    await workAt("2026-11-23T09:00:00Z");
    expect((await states()).toSorted()).toEqual([
      "BOOKING_REMINDER_SMS done",
      "BOOKING_REMINDER_SMS unwanted",
    ]);
    expect(await states("sms")).toEqual(["BOOKING_REMINDER"]);
    expect(await subjects()).toEqual([]);
  });

  test("stands beside the mail of the same time", async () => {
    await booked([bySms, byMail(60)], { phone: "+12025550123", smsOptIn: true });
    await workAt("2026-11-23T09:00:00Z");
    expect(await subjects()).toEqual(["Reminder"]);
    expect(await states("sms")).toEqual(["BOOKING_REMINDER"]);
  });
});

describe("a reminder by webhook", () => {
  const byHook = (minutesBefore: number): Wanted => ({
    minutesBefore,
    channel: "webhook",
    to: "both",
  });
  const hooked = async () =>
    (
      await world.db.run(
        "select reminds_at from outbox where kind = 'booking.reminder' order by reminds_at",
        [],
      )
    ).map(({ remindsAt }) => `${remindsAt}`);

  test("tells the endpoints that want it, once a time, and nobody else; also after the meeting", async () => {
    await world.db.run(
      `insert into webhook_endpoints (id, owner_id, url, events, secret)
       values (gen_random_uuid(), $1, 'https://example.com/hook', '["booking.reminder"]', 'sealed')`,
      [host.id],
    );
    await booked([byHook(60), byMail(60, "both"), byHook(30), byHook(-60), byMail(-60)]);
    await workAt("2026-11-23T09:00:00Z");
    expect(await hooked()).toEqual(["2026-11-23T09:00:00Z"]);
    expect(await subjects()).toEqual(["Reminder", "Reminder"]);
    await workAt("2026-11-23T09:30:00Z");
    await workAt("2026-11-23T11:00:00Z");
    expect(await hooked()).toEqual([
      "2026-11-23T09:00:00Z",
      "2026-11-23T09:30:00Z",
      "2026-11-23T11:00:00Z",
    ]);
    expect(await subjects()).toEqual(["Reminder", "Reminder", "Thank you for your time"]);
  });
});

describe("a guest who did not come", () => {
  const miss = (path: string, noShow: boolean) =>
    api("PATCH", `${path}/no-show`, { token: host.token, body: { noShow } });

  test("is invited to book again ten minutes later, once, where the type says so", async () => {
    const { path } = await booked([], {}, { noShow: true });
    world.setNow("2026-11-23T10:10:00Z");
    expect((await miss(path, true)).status).toBe(200);
    await workAt("2026-11-23T10:19:59Z");
    expect(await subjects()).toEqual([]);
    await workAt("2026-11-23T10:20:00Z");
    expect(await subjects()).toEqual(["We missed you"]);
    await miss(path, false);
    await miss(path, true);
    await workAt("2026-11-23T11:00:00Z");
    expect(await subjects()).toEqual(["We missed you"]);
  });

  test("hears nothing where it was a slip, or the type does not say so", async () => {
    const slip = await booked([], {}, { noShow: true });
    world.setNow("2026-11-23T10:10:00Z");
    await miss(slip.path, true);
    await miss(slip.path, false);
    await workAt("2026-11-23T10:30:00Z");
    expect(await states("emails")).toEqual(["BOOKING_NO_SHOW superseded"]);
    await world.db.run("delete from bookings", []);
    world.setNow("2026-11-22T09:00:00Z");
    const quiet = await booked([]);
    world.setNow("2026-11-23T10:10:00Z");
    await miss(quiet.path, true);
    expect(await states("emails")).toEqual([]);
  });
});

test("reminders are bounded, and none is at the start itself", async () => {
  const create = (reminders: object[]) =>
    api("POST", "/meeting-types", { token: host.token, body: { title: "T", reminders } });
  const wrong = await create([byMail(60), byMail(-4)]);
  expect(wrong.status).toBe(422);
  expect(wrong.body.errors[0].path).toBe("reminders.1.minutesBefore");
  expect((await create([byMail(-40_321)])).status).toBe(422);
  const many = Array.from({ length: 11 }, (_, i) => byMail(60 + i));
  expect((await create(many)).status).toBe(422);
  const fine = await create(many.slice(1));
  expect(fine.status).toBe(201);
  expect(fine.body.reminders).toHaveLength(10);
});

test("a calendar that lets us in no more is told by mail as in the app", async () => {
  const metadata = { provider: "Google", account: "ada@example.com" };
  await world.db.run(
    `with n as (insert into notifications (id, user_id, type, metadata, created_at)
       values (gen_random_uuid(), $1, 'CALENDAR_NEEDS_REAUTH', $2, $3))
     insert into outbox (id, queue, kind, user_id, due_at, created_at)
     values (gen_random_uuid(), 'emails', 'CALENDAR_NEEDS_REAUTH', $1, $3, $3)`,
    [host.id, world.db.parameter("jsonb", metadata as never), world.now() as never],
  );
  await workAt(world.now().toString());
  const [mail] = await world.db.run("select subject, text, headers from mailbox", []);
  expect(mail?.["subject"]).toBe("A calendar must be connected again");
  expect(mail?.["text"]).toContain("Google (ada@example.com) no longer lets us in");
  expect(mail?.["headers"]).toHaveProperty("List-Unsubscribe");
});
