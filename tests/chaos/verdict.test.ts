// The chaos test is worth as much as its verdict: each lie of the tables or of a provider must be seen.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Webhook } from "standardwebhooks";
import { newId } from "../../src/db/id.ts";
import { book, makeMeetingType } from "../support/make.ts";
import { makeHook } from "../webhooks/support/house.ts";
import { onPostgres, sql } from "../worker/support/backends.ts";
import { type House, openHouse } from "../worker/support/house.ts";
import { settled } from "../worker/support/settled.ts";
import { type Diary, EVENTS } from "./guests.ts";
import type { Crash } from "./kept.ts";
import { PROVIDERS } from "./mail.ts";
import type { Provider, Taken } from "./provider.ts";
import { sms } from "./sms.ts";
import { judge } from "./verdict.ts";
import { type Receivers, webhooks } from "./webhooks.ts";

/** A booking of which everybody was told and reminded, one that was moved and one that was cancelled first. */
async function kept(house: House, receivers: Receivers): Promise<Diary> {
  const url = receivers.urlOf("host");
  receivers.know(url, (await makeHook(house.api, house.host, url, EVENTS)).secret);
  const type = await makeMeetingType(house.world, house.host, {
    notifications: { sms: true },
    reminders: [
      { minutesBefore: 60, channel: "email", to: "both" },
      { minutesBefore: 60, channel: "sms", to: "guest" },
    ],
  });
  const entries: Diary["entries"] = new Map();
  for (const [start, then] of [
    ["2026-11-23T10:00:00Z", "stays"],
    ["2026-11-23T11:00:00Z", "cancel"],
    ["2026-11-23T13:00:00Z", "reschedule"],
  ] as const) {
    const guest = then === "stays" ? { phone: "+12025550123", smsOptIn: true } : {};
    const { body } = await book(house.api, type, start, { guest });
    const headers = { "x-booking-token": new URL(body.cancelUrl).searchParams.get("token") ?? "" };
    const to = "2026-11-23T14:00:00Z";
    const change = then === "reschedule" ? { start: to } : {};
    if (then !== "stays")
      await house.api("PATCH", `/bookings/${body.booking.id}/${then}`, { headers, body: change });
    const is = { stays: start, cancel: null, reschedule: to }[then];
    entries.set(body.booking.id, { id: body.booking.id, may: [is] });
  }
  await house.work();
  await settled(house);
  house.world.setNow("2026-11-23T09:30:00Z");
  await settled(house);
  return { entries, asked: 3, unanswered: 0 };
}

/** What was kept, and what is said of it once one thing is a lie. */
async function scene() {
  const receivers = await webhooks();
  const providers = [await PROVIDERS["mock"]!(), await sms(), receivers] as const;
  const env = Object.assign({}, ...providers.map((each) => each.env));
  const house = await openHouse(onPostgres, {
    env: { ...env, PUBLIC_URL: "https://kalends.test" },
  });
  const ask = (text: string) => sql(house.url, text);
  const diary = await kept(house, receivers);
  const logs = Object.fromEntries(
    await Promise.all(providers.map(async (each) => [each.name, await each.taken(ask)] as const)),
  ) as Record<"mock" | "twilio" | "webhooks", readonly Taken[]>;
  const verdict = async (
    given: { diary?: Diary; crashes?: Crash[] } & {
      [name in keyof typeof logs]?: readonly Taken[];
    } & { but?: Partial<Provider> } = {},
  ) =>
    judge(
      ask,
      given.diary ?? diary,
      providers.map((each) => {
        const log = given[each.name as keyof typeof logs] ?? logs[each.name as keyof typeof logs];
        const but = each.queue === "webhooks" ? given.but : {};
        // The clock is set, and signatures are of an hour.
        return { ...each, complaints: [], ...but, taken: async () => log };
      }),
      given.crashes ?? [],
      house.world.now().epochMilliseconds,
    );
  return {
    house,
    diary,
    logs,
    verdict,
    faults: async (...args: Parameters<typeof verdict>) => (await verdict(...args)).faults,
    [Symbol.asyncDispose]: async () => {
      await house[Symbol.asyncDispose]();
      await Promise.all(providers.map((each) => each.stop()));
    },
  };
}

let stage: Awaited<ReturnType<typeof scene>>;
beforeAll(async () => {
  stage = await scene();
});
afterAll(() => stage[Symbol.asyncDispose]());

test("what was kept is found kept, and every lie is found", async () => {
  const { diary, logs, verdict, faults } = stage;
  const { faults: none, counts } = await verdict();
  expect(none).toEqual([]);
  expect(counts).toMatchObject({
    bookings: 3,
    moved: 1,
    cancelled: 1,
    reminded: 3,
    // confirmed and reminded
    "taken by twilio": 2,
    // three made, one cancelled, one moved, one reminded of
    "taken by webhooks": 6,
    "repeats of webhooks": 0,
  });

  // The tables against the diary.
  const lost = new Map(diary.entries).set("lost", { id: "lost", may: [null] });
  expect(await faults({ diary: { ...diary, entries: lost } })).toEqual([
    "lost was acknowledged and is lost",
  ]);
  const [id, entry] = [...diary.entries][0]!;
  const unknown = new Map(diary.entries);
  unknown.delete(id);
  expect((await faults({ diary: { ...diary, entries: unknown } }))[0]).toContain(
    "nobody was told so",
  );
  const other = new Map(diary.entries).set(id, { ...entry, may: [null] });
  expect((await faults({ diary: { ...diary, entries: other } }))[0]).toContain("was told as");

  // Each provider's log against the promises.
  for (const name of ["mock", "twilio", "webhooks"] as const) {
    const log = logs[name];
    const first = log[0]!;
    const said = async (taken: readonly Taken[], crashes: Crash[] = []) =>
      (await faults({ [name]: taken, crashes })).join("\n");
    expect(await said(log.slice(1))).toContain("reached nobody");
    expect(await said([...log, { ...first, key: newId() }])).toContain("of no promise");
    expect(await said([{ ...first, to: "elsewhere" }, ...log.slice(1)])).toContain("somebody else");
    // Again, though whoever sent it had heard that it arrived, and nothing happened to him.
    expect(await said([...log, first])).toContain(
      name === "mock" ? "arrived 2 times" : "though it was known to have arrived",
    );
    if (name === "mock") continue;
    const long = { from: first.at - 60_000, to: first.at - 50_000 };
    expect(await said([...log, first], [long])).toContain("known to have arrived");
    // What nobody could know is no lie, and is counted.
    for (const [taken, crashes] of [
      [[{ ...first, isAnswered: false }, ...log.slice(1), first], []],
      [[...log, first], [{ from: first.at + 100, to: first.at + 900 }]],
    ] as const) {
      const { faults: open, counts } = await verdict({ [name]: taken, crashes: [...crashes] });
      expect(open).toEqual([]);
      expect(counts).toMatchObject({ [`repeats of ${name}`]: 1, [`times at most by ${name}`]: 2 });
    }
    // The second time is as good a reason as the first.
    const thrice = [{ ...first, isAnswered: false }, ...log.slice(1), first, first];
    expect(await said(thrice)).toContain("known to have arrived");
  }
  expect(await faults({ but: { complaints: ["not signed"] } })).toEqual(["webhooks: not signed"]);
});

test("what goes to endpoints must be signed by their own secret", async () => {
  const receivers = await webhooks();
  const [url, secret] = [receivers.urlOf("host"), `whsec_${btoa("s".repeat(32))}`];
  receivers.know(url, secret);
  const body = JSON.stringify({ type: "booking.created", data: { booking: { id: "b" } } });
  const say = (by: string) => {
    const at = new Date();
    const headers = {
      "webhook-id": "1",
      "webhook-timestamp": `${Math.floor(at.getTime() / 1000)}`,
      "webhook-signature": new Webhook(by).sign("1", at, body),
    };
    return fetch(url, { method: "POST", headers, body });
  };
  await say(secret);
  expect(receivers.complaints).toEqual([]);
  await say(`whsec_${btoa("t".repeat(32))}`);
  expect(receivers.complaints).toHaveLength(1);
  await receivers.stop();
});

test("what endpoints heard must be what happened, in its order", async () => {
  const { logs, faults } = stage;
  const log = logs.webhooks;
  const moved = log.find(({ event }) => event?.type === "booking.rescheduled")!;
  const made = log.find(
    ({ event }) => event?.bookingId === moved.event?.bookingId && event?.type === "booking.created",
  )!;
  const instead = (of: Taken, by: Partial<Taken>) =>
    log.map((each) => (each === of ? { ...each, ...by } : each));
  const said = async (webhooks: readonly Taken[], but: Partial<Provider> = {}) =>
    (await faults({ webhooks, but })).join("\n");

  const event = moved.event!;
  expect(await said(instead(moved, { event: { ...event, version: 1 } }))).toContain("heard of");
  expect(await said(instead(moved, { event: { ...event, version: 3 } }))).toContain("heard of");
  expect(await said(instead(moved, { event: { ...event, type: "booking.cancelled" } }))).toContain(
    "not booking.created,booking.rescheduled",
  );
  expect(await said(instead(moved, { event: { ...event, bookingId: newId() } }))).toContain(
    "another booking",
  );
  const late = instead(made, { at: moved.at + 1_000 });
  expect(await said(late)).toContain("out of order");
  // Only what was refused is overtaken, and only by what came after that.
  expect(await said(late, { refused: [{ key: made.key, at: moved.at - 10 }] })).toBe("");
  expect(await said(late, { refused: [{ key: made.key, at: moved.at + 10 }] })).toContain(
    "out of order",
  );
  expect(await said(late, { refused: [{ key: newId(), at: moved.at - 10 }] })).toContain(
    "out of order",
  );
});

test("the tables cannot say that what was not kept was", async () => {
  const { house, logs, faults } = stage;
  /** What is said while one thing is spoiled; then it is mended again. */
  const spoiled = async (table: string, change: string) => {
    await sql(house.url, `create table saved as select * from ${table}`);
    // Nothing else follows from it, neither there nor back.
    const quietly = (text: string) =>
      sql(house.url, `set session_replication_role = replica; ${text}`);
    await quietly(change);
    const said = (await faults()).join("\n");
    await quietly(
      `delete from ${table}; insert into ${table} select * from saved; drop table saved`,
    );
    return said;
  };
  const outbox = (change: string) => spoiled("outbox", change);
  expect(await spoiled("reservations", "delete from reservations")).toContain(
    "(CONFIRMED) holds 0 times",
  );
  expect(
    await outbox(
      "update outbox set outcome = 'failed' where queue = 'emails' and kind = 'BOOKING_CANCELLED'",
    ),
  ).toContain("is neither kept nor void");
  expect(
    await outbox("update outbox set outcome = 'superseded' where queue = 'webhooks'"),
  ).toContain("is neither kept nor void");
  expect(
    await outbox(
      "update outbox set outcome = 'superseded' where kind = 'BOOKING_REMINDER' and outcome = 'done'",
    ),
  ).toContain("was dropped");
  expect(
    await outbox(
      "update outbox set outcome = 'superseded' where kind = 'BOOKING_REMINDER_SMS' and outcome = 'done'",
    ),
  ).toContain("A reminder by SMS of");
  expect(
    await outbox("delete from outbox where queue = 'sms' and kind = 'BOOKING_REMINDER'"),
  ).toContain("never came");
  expect(
    await outbox("delete from outbox where queue = 'sms' and kind = 'BOOKING_CONFIRMATION'"),
  ).toContain("was never told by SMS");
  expect(await outbox("delete from outbox where kind = 'BOOKING_RESCHEDULED'")).toContain(
    "was never told",
  );
  expect(await outbox("delete from outbox where kind = 'booking.reminder'")).toContain(
    "was told to 0 endpoints",
  );
  expect(await outbox("delete from outbox where kind like 'booking.%'")).toContain(
    "0 endpoints of 1 were told of",
  );
  expect(await outbox("delete from outbox where kind = 'booking.cancelled'")).toContain(
    "not booking.created,booking.cancelled",
  );
  expect(
    await outbox(
      `insert into outbox (id, queue, kind, booking_id, sequence, user_id, due_at, created_at, done_at, outcome)
       select gen_random_uuid(), queue, kind, booking_id, sequence, user_id, due_at, created_at, done_at, 'superseded'
       from outbox where queue = 'emails' and kind = 'BOOKING_CONFIRMATION' and user_id is not null limit 1`,
    ),
  ).toContain("was promised 2 times");
  expect(await spoiled("deliveries", "delete from deliveries where channel = 'webhook'")).toContain(
    "reached nobody",
  );
  // Cancelled an hour before the reminders of it, which came all the same.
  const reminded = logs.webhooks.find(({ event }) => event?.type === "booking.reminder")?.event;
  const cancelled = await spoiled(
    "bookings",
    `update bookings set status = 'CANCELLED', cancelled_at = '2026-11-23T08:00:00Z'
     where id = '${reminded?.bookingId}'`,
  );
  expect(cancelled).toContain("was reminded of after it was cancelled");
  expect(cancelled).toContain("An endpoint was reminded of");
  expect(await faults()).toEqual([]);
});
