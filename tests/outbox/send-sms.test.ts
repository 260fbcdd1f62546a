import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises } from "../../src/outbox/queries.ts";
import { sendSms } from "../../src/outbox/send-sms.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { startTwilio } from "../support/twilio.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";

const provider = startTwilio();
afterAll(() => provider[Symbol.asyncDispose]());
const world = await testWorld({ ...provider.env, PUBLIC_URL: "https://kalends.test" });
const api = client(world);
const host = await makeHost(world, {
  hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }],
});
const type = await makeMeetingType(world, host, { notifications: { sms: true } });
let day = Temporal.PlainDate.from("2026-12-01");
let number = 5550100;

/** A booking of its own, whose guest wants SMS at a number of his own, and the promise of the first. */
async function booked(guest: object = {}) {
  world.setNow("2026-11-22T10:00:00Z");
  await world.db.run("delete from outbox", []);
  day = day.add({ days: 1 });
  number += 1;
  const phone = `+1202${number}`;
  const made = await book(api, type, `${day}T10:00:00Z`, {
    guest: { phone, smsOptIn: true, ...guest },
  });
  expect(made.status).toBe(201);
  return { phone, id: made.body.booking.id as string };
}

const claim = async () => {
  const due = await claimDuePromises(world.db, {
    queue: "sms",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 100,
  });
  return due.map(({ id, attempts }) => ({ outboxId: id, attempt: attempts }));
};
const work = async (withinMs?: number) => {
  for (const job of await claim()) await sendSms(world, job, withinMs);
};
const states = () =>
  world.db.run(
    `select o.kind, o.outcome, o.last_error, o.due_at, o.in_flight_since, d.provider, d.provider_id, d.channel
     from outbox o left join deliveries d on d.outbox_id = o.id where o.queue = 'sms' order by o.created_at`,
    [],
  );
const state = async () => (await states())[0];

beforeEach(() => {
  provider.sent.length = 0;
  provider.moods.length = 0;
});

test("a guest who wants it is told by SMS, with a delivery of the provider's id", async () => {
  const { phone } = await booked();
  await work();
  expect(provider.sent).toMatchObject([
    { to: phone, from: "+15005550006", body: expect.stringContaining("Confirmed: Intro call") },
  ]);
  expect(await state()).toMatchObject({
    outcome: "done",
    channel: "sms",
    provider: "twilio",
    providerId: provider.sent[0]?.sid,
  });
  expect(provider.sent[0]?.statusCallback).toMatch(
    /^https:\/\/kalends\.test\/api\/v1\/callbacks\/twilio\?id=[0-9a-f-]{36}$/,
  );
});

test("who did not ask for SMS gets none, and nothing is promised", async () => {
  await booked({ smsOptIn: false });
  expect(await states()).toEqual([]);
});

test("what no longer holds is not sent", async () => {
  const { id } = await booked();
  await world.db.run(
    "update bookings set status = 'CANCELLED', cancelled_at = now(), sequence = sequence + 1 where id = $1",
    [id],
  );
  await work();
  expect(provider.sent).toEqual([]);
  expect(await state()).toMatchObject({ outcome: "superseded" });
});

describe("a host", () => {
  const wish = (phone: string | null, wishes: object) =>
    world.db.run("update users set phone = $2, notification_preferences = $3 where id = $1", [
      host.id,
      phone,
      world.db.parameter("jsonb", wishes as never),
    ]);

  test("is told by SMS of what he chose, at his number", async () => {
    await wish("+4915112345678", { BOOKING_CONFIRMED: { sms: true } });
    await booked({ smsOptIn: false });
    await work();
    expect(provider.sent).toMatchObject([
      { to: "+4915112345678", body: expect.stringContaining("New booking: Intro call with Grace") },
    ]);
    await wish("+4915112345678", {});
    await booked({ smsOptIn: false });
    await work();
    expect(provider.sent).toHaveLength(1);
    expect(await state()).toMatchObject({ outcome: "unwanted" });
    await wish(null, {});
  });
});

describe("a provider that is busy or away", () => {
  test("is asked again when it wants to be, and sends once", async () => {
    await booked();
    provider.moods.push({ status: 429, code: 20429, message: "Too Many Requests", retryAfter: 7 });
    await work();
    expect(await state()).toMatchObject({ outcome: null, inFlightSince: null });
    expect(`${(await state())?.["dueAt"]}`).toBe("2026-11-22T10:00:07Z");
    world.setNow("2026-11-22T10:00:07Z");
    await work();
    expect(provider.sent).toHaveLength(1);
    expect(await state()).toMatchObject({ outcome: "done" });
  });

  test.each(["hang", "cut"] as const)(
    "that took the SMS and did not say so (%s) is asked what it sent before it is sent again",
    async (mood) => {
      await booked();
      provider.moods.push(mood);
      await work(mood === "hang" ? 300 : undefined);
      // On a busy machine the limit may end what had not come so far: the next one would hang, without any.
      provider.moods.length = 0;
      expect(await state()).toMatchObject({ outcome: null });
      expect(`${(await state())?.["inFlightSince"]}`).toBe("2026-11-22T10:00:00Z");
      world.setNow("2026-11-22T10:01:00Z");
      await work();
      expect(provider.sent).toHaveLength(1);
      expect(await state()).toMatchObject({ outcome: "done" });
    },
  );

  test("that took nothing is sent it again", async () => {
    await booked();
    provider.moods.push("fail");
    await work();
    expect(provider.sent).toEqual([]);
    expect(await state()).toMatchObject({ outcome: null });
    world.setNow("2026-11-22T10:01:00Z");
    await work();
    expect(provider.sent).toHaveLength(1);
  });

  test("that cannot be reached has taken nothing", async () => {
    await booked();
    const away = { ...world, config: { ...world.config, TWILIO_BASE_URL: "http://127.0.0.1:1" } };
    for (const job of await claim()) await sendSms(away, job);
    expect(await state()).toMatchObject({
      outcome: null,
      inFlightSince: null,
      lastError: "The SMS provider cannot be reached",
    });
  });

  /** A worker that does not live to note that an SMS was taken. */
  const dying = (its: TestWorld): TestWorld => ({
    ...its,
    db: new Proxy(its.db, {
      get: (db, name) => {
        if (name !== "run") return Reflect.get(db, name);
        return (text: string, values: never) => {
          if (/^-- Promises are kept/.test(text)) throw new Error("killed");
          return db.run(text, values);
        };
      },
    }),
  });

  test("a worker that dies between sending and noting it does not make a second SMS", async () => {
    await booked();
    const [job] = await claim();
    await sendSms(dying(world), job!).catch(() => {});
    expect(provider.sent).toHaveLength(1);
    world.setNow("2026-11-22T10:03:00Z");
    await work();
    expect(provider.sent).toHaveLength(1);
    expect(await state()).toMatchObject({ outcome: "done", providerId: provider.sent[0]?.sid });
  });

  test("another worker that gets its job at once waits until the provider's list has what was sent", async () => {
    await using slow = startTwilio({ listedAfterMs: 3_600_000 });
    const of = (env: Record<string, string>) => ({ ...world, config: { ...world.config, ...env } });
    await booked();
    const [job] = await claim();
    await sendSms(dying(of(slow.env)), job!).catch(() => {});
    expect(slow.sent).toHaveLength(1);
    world.setNow("2026-11-22T10:00:20Z");
    await sendSms(of(slow.env), job!);
    expect(slow.sent).toHaveLength(1);
    expect(await state()).toMatchObject({ outcome: null, lastError: "The SMS may have been sent" });
    expect(`${(await state())?.["dueAt"]}`).toBe("2026-11-22T10:01:00Z");
    expect(`${(await state())?.["inFlightSince"]}`).toBe("2026-11-22T10:00:00Z");
  });
});

describe("what is refused for good", () => {
  test("has failed with the provider's words, and is not tried again", async () => {
    await booked();
    provider.moods.push({ status: 400, code: 21211, message: "Invalid 'To' Phone Number" });
    await work();
    expect(await state()).toMatchObject({
      outcome: "failed",
      lastError: "Invalid 'To' Phone Number (21211)",
    });
  });

  test("is told to the host, once per booking and number", async () => {
    const { id, phone } = await booked();
    await world.db.run("delete from notifications", []);
    for (let times = 0; times < 2; times += 1) {
      provider.moods.push({ status: 400, code: 21211, message: "Invalid 'To' Phone Number" });
      await work();
      await world.db.run(
        "update outbox set done_at = null, outcome = null, due_at = created_at",
        [],
      );
    }
    const { body } = await api("GET", "/notifications", { token: host.token });
    expect(body.data).toMatchObject([
      {
        type: "DELIVERY_FAILED",
        title: "An SMS did not arrive",
        message: expect.stringContaining(`the SMS to ${phone} did not get through.`),
        metadata: { bookingId: id, phone, guest: "Grace Hopper", reason: "failed" },
      },
    ]);
  });

  test("a number that the provider knows to have said STOP gets no more", async () => {
    const { phone } = await booked();
    provider.moods.push({ status: 400, code: 21610, message: "Attempt to send to unsubscribed" });
    await work();
    await booked({ phone });
    await work();
    expect(provider.sent).toEqual([]);
    expect(await state()).toMatchObject({ outcome: "unwanted" });
  });
});

describe("bombing", () => {
  test("a number gets ten SMS a day, whoever books with it", async () => {
    const phone = "+12025559999";
    for (let i = 0; i < 12; i += 1) {
      await booked({ phone, email: `guest${i}@example.com` });
      await work();
    }
    expect(provider.sent).toHaveLength(10);
    expect(await state()).toMatchObject({
      outcome: "failed",
      lastError: "Too many SMS to this number",
    });
  });

  test("premium numbers, landlines and countries that are not allowed are refused at once", async () => {
    const strict = client({ ...world, config: { ...world.config, SMS_COUNTRIES: "DE, AT" } });
    const tried = ["+19005550123", "+499001234567", "+493012345678", "+12025550123"];
    for (const phone of tried) {
      const { status, body } = await book(strict, type, "2027-02-01T10:00:00Z", {
        guest: { phone, smsOptIn: true },
      });
      expect(status).toBe(422);
      expect(body.errors[0].path).toBe("guest.phone");
    }
    expect(
      (await book(strict, type, "2027-02-01T10:00:00Z", { guest: { smsOptIn: true } })).status,
    ).toBe(422);
    const fine = await book(strict, type, "2027-02-01T10:00:00Z", {
      guest: { phone: "+4915112345678", smsOptIn: true },
    });
    expect(fine.status).toBe(201);
  });

  test("a number that is no longer allowed gets none", async () => {
    await booked();
    const strict = { ...world, config: { ...world.config, SMS_COUNTRIES: "DE" } };
    for (const job of await claim()) await sendSms(strict, job);
    expect(await state()).toMatchObject({ outcome: "failed" });
    expect(provider.sent).toEqual([]);
  });
});

test("an older dispatch of a promise sends nothing", async () => {
  await booked();
  const [job] = await claim();
  world.setNow("2026-11-22T10:03:00Z");
  await claim();
  await sendSms(world, job!);
  await sendSms(world, { outboxId: newId(), attempt: 1 });
  expect(provider.sent).toEqual([]);
});
