import { beforeEach, describe, expect, test } from "bun:test";
import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { newId } from "../../src/db/id.ts";
import { dispatch, promise, stateOf } from "../outbox/support/dispatch.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, NOW, testWorld } from "../support/world.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
const world = await testWorld({
  RESEND_WEBHOOK_SECRET: secret,
  SENDGRID_WEBHOOK_PUBLIC_KEY: keys.publicKey
    .export({ format: "der", type: "spki" })
    .toString("base64"),
});
const api = client(world);

/** What a provider handed over, so that there is something to hear about. */
const handedOver = (provider: string) =>
  world.db.run("update deliveries set provider = $1, provider_id = 're-' || outbox_id", [provider]);

interface Booked {
  host: Host;
  bookingId: string;
  /** The mail to the guest. */
  id: string;
}

let at = 0;
async function booked(provider: string, host?: Host): Promise<Booked> {
  const owner = host ?? (await makeHost(world));
  const type = await makeMeetingType(world, owner);
  at += 1;
  const day = Temporal.PlainDate.from("2026-11-23").add({ weeks: at });
  const { body } = await book(api, type, `${day}T10:00:00Z`, {
    guest: { email: `grace${at}@example.com` },
  });
  const bookingId: string = body.booking.id;
  await dispatch(world);
  await handedOver(provider);
  const [row] = await world.db.run(
    "select id from outbox where booking_id = $1 and attendee_id is not null",
    [bookingId],
  );
  return { host: owner, bookingId, id: `${row?.["id"]}` };
}

const seconds = (instant = world.now()) => Math.floor(instant.epochMilliseconds / 1000);

/** Signed by the reference library, in the names that Resend gives the headers. */
function bySvix(body: string, timestamp = seconds(), key = secret) {
  const id = `msg_${newId()}`;
  const signature = new Webhook(key).sign(id, new Date(timestamp * 1000), body);
  return { "svix-id": id, "svix-timestamp": `${timestamp}`, "svix-signature": signature };
}

function bySendgrid(body: string, timestamp = seconds(), key = keys.privateKey) {
  const signature = createSign("sha256").update(`${timestamp}${body}`).sign(key, "base64");
  return {
    "x-twilio-email-event-webhook-signature": signature,
    "x-twilio-email-event-webhook-timestamp": `${timestamp}`,
  };
}

const resendEvent = (type: string, outboxId: string, more: object = {}, to = "grace@example.com") =>
  JSON.stringify({
    type,
    created_at: "2026-11-22T10:00:00.000Z",
    data: {
      email_id: `re-${outboxId}`,
      from: "Kalends <bookings@kalends.test>",
      to: [to],
      subject: "Hello",
      tags: { outbox_id: outboxId },
      ...more,
    },
  });

const hardBounce = {
  bounce: { type: "Permanent", subType: "General", message: "550 5.1.1 No such user" },
};

const fromResend = (body: string) =>
  api("POST", "/callbacks/resend", { body, headers: bySvix(body) });
const fromSendgrid = (events: unknown[]) => {
  const body = JSON.stringify(events);
  return api("POST", "/callbacks/sendgrid", { body, headers: bySendgrid(body) });
};

const warnings = async ({ token }: Host) => {
  const { body } = await api("GET", "/notifications?limit=100", { token });
  return body.data.filter(({ type }: { type: string }) => type === "DELIVERY_FAILED");
};

beforeEach(() => world.setNow(NOW.toString()));

describe("what Resend says", () => {
  test("moves the delivery on, and the host's list shows it", async () => {
    const { host, bookingId, id } = await booked("resend");
    expect((await fromResend(resendEvent("email.delivered", id))).status).toBe(200);
    const { body } = await api("GET", `/bookings/${bookingId}/deliveries`, { token: host.token });
    const mine = body.data.find((each: { id: string }) => each.id === id);
    expect(mine).toMatchObject({ state: "delivered", provider: "resend", error: null });
  });

  test("three times, reversed, is the same as once in order", async () => {
    const { host, id } = await booked("resend");
    const events = [
      resendEvent("email.sent", id),
      resendEvent("email.delivery_delayed", id),
      resendEvent("email.delivered", id),
      resendEvent("email.bounced", id, hardBounce),
    ];
    for (const event of [...events, ...events.toReversed(), ...events])
      expect((await fromResend(event)).status).toBe(200);
    expect((await stateOf(world, id)).status).toBe("bounced");
    expect(await warnings(host)).toHaveLength(1);
  });

  test("of a mail that the worker never heard of again closes its promise", async () => {
    const { id: userId } = await makeHost(world);
    const id = await promise(world, userId);
    await fromResend(resendEvent("email.delivered", id));
    expect(await stateOf(world, id)).toMatchObject({
      outcome: "done",
      provider: "resend",
      providerId: `re-${id}`,
      status: "delivered",
    });
    await dispatch(world);
    expect((await stateOf(world, id)).provider).toBe("resend");
  });

  test("is known by the provider's id where the tag is lost", async () => {
    const { id } = await booked("resend");
    await fromResend(resendEvent("email.delivered", id, { tags: {} }));
    expect((await stateOf(world, id)).status).toBe("delivered");
  });

  test("of strangers' mails, or of what we do not ask about, is taken and ignored", async () => {
    const { id } = await booked("resend");
    const events = [
      resendEvent("email.delivered", newId()),
      resendEvent("email.delivered", "another's tag", { email_id: "x" }),
      resendEvent("email.opened", id),
      resendEvent("domain.created", id),
      '{"type": "email.delivered"}',
      resendEvent("email.bounced", newId(), { bounce: { message: `\u0000${"x".repeat(498)}👍` } }),
      '{"type": "email.delivered", "data": {"tags": 7, "to": {}, "email_id": []}}',
      "{}",
      '{"type": "constructor", "data": {}}',
    ];
    for (const event of events) expect((await fromResend(event)).status).toBe(200);
    expect((await stateOf(world, id)).status).toBe("sent");
  });

  test("of another provider's mail changes nothing", async () => {
    const { id } = await booked("smtp");
    await fromResend(resendEvent("email.bounced", id, hardBounce));
    expect((await stateOf(world, id)).status).toBe("sent");
  });
});

describe("a callback is refused", () => {
  const body = resendEvent("email.delivered", newId());
  const sendgrid = JSON.stringify([{ event: "delivered", outbox_id: newId() }]);
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const otherSecret = `whsec_${randomBytes(32).toString("base64")}`;
  const day = 24 * 3600;

  test.each<[string, string, string, Record<string, string>]>([
    ["without a signature", "resend", body, {}],
    ["by another secret", "resend", body, bySvix(body, seconds(), otherSecret)],
    ["of another body", "resend", `${body} `, bySvix(body)],
    ["six minutes old", "resend", body, bySvix(body, seconds() - 360)],
    ["of a time to come", "resend", body, bySvix(body, seconds() + 360)],
    ["under another id", "resend", body, { ...bySvix(body), "svix-id": "msg_other" }],
    ["of another version", "resend", body, { ...bySvix(body), "svix-signature": "v1a,AAAA" }],
    ["without a signature", "sendgrid", sendgrid, {}],
    ["by another key", "sendgrid", sendgrid, bySendgrid(sendgrid, seconds(), other)],
    ["of another body", "sendgrid", `${sendgrid} `, bySendgrid(sendgrid)],
    ["more than a day old", "sendgrid", sendgrid, bySendgrid(sendgrid, seconds() - day - 1)],
    [
      "that is no signature",
      "sendgrid",
      sendgrid,
      { ...bySendgrid(sendgrid), "x-twilio-email-event-webhook-signature": "AAAA" },
    ],
  ])("%s: %s", async (_what, provider, text, headers) => {
    const answer = await api("POST", `/callbacks/${provider}`, { body: text, headers });
    expect([answer.status, answer.body.code]).toEqual([401, "unauthorized"]);
  });

  test("where nothing is configured to check it by", async () => {
    const bare = client(await testWorld());
    for (const provider of ["resend", "sendgrid"])
      expect((await bare("POST", `/callbacks/${provider}`, { body })).status).toBe(401);
  });

  test("when it is too large, and may be larger than other bodies", async () => {
    const events = (count: number) =>
      JSON.stringify(Array.from({ length: count }, () => ({ event: "open", x: "x".repeat(1000) })));
    const large = events(700);
    expect(
      (await api("POST", "/callbacks/sendgrid", { body: large, headers: bySendgrid(large) }))
        .status,
    ).toBe(200);
    const tooLarge = events(1100);
    expect(
      (await api("POST", "/callbacks/sendgrid", { body: tooLarge, headers: bySendgrid(tooLarge) }))
        .status,
    ).toBe(413);
  });

  test("when it is signed and no JSON of ours", async () => {
    for (const text of ["no json", "7", "null"]) {
      const { status } = await api("POST", "/callbacks/resend", {
        body: text,
        headers: bySvix(text),
      });
      expect(status).toBe(400);
    }
  });
});

test("a burst of events is more than other requests may be", async () => {
  const limited = client({ ...world, config: { ...world.config, RATE_LIMIT_PER_MINUTE: 5 } });
  const body = resendEvent("email.delivered", newId());
  const answers = [];
  for (let i = 0; i < 30; i += 1)
    answers.push(await limited("POST", "/callbacks/resend", { body, headers: bySvix(body) }));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

test("both secrets sign while Resend changes them", async () => {
  const { id } = await booked("resend");
  const body = resendEvent("email.delivered", id);
  const mine = bySvix(body);
  const headers = {
    ...mine,
    "svix-signature": `v1,AAAA v1,${"A".repeat(43)}= ${mine["svix-signature"]}`,
  };
  expect((await api("POST", "/callbacks/resend", { body, headers })).status).toBe(200);
  expect((await stateOf(world, id)).status).toBe("delivered");
});

describe("what SendGrid says", () => {
  test("of many mails at once is noted of each, as far as it got", async () => {
    const [one, two] = [await booked("sendgrid"), await booked("sendgrid")];
    const { status } = await fromSendgrid([
      { event: "delivered", outbox_id: one.id, email: "a@example.com", response: "250 ok" },
      { event: "processed", outbox_id: one.id, email: "a@example.com" },
      {
        event: "bounce",
        type: "blocked",
        reason: "550 blocked",
        outbox_id: two.id,
        email: "b@example.com",
      },
      { event: "open", outbox_id: two.id },
      { event: "delivered", outbox_id: newId() },
      null,
      7,
    ]);
    expect(status).toBe(200);
    expect((await stateOf(world, one.id)).status).toBe("delivered");
    expect((await stateOf(world, two.id)).status).toBe("bounced");
    expect(await suppressed("b@example.com")).toBe(false);
    expect(await warnings(two.host)).toMatchObject([{ metadata: { reason: "bounced" } }]);
  });

  test("in any order and however often, it comes to the same", async () => {
    const names = ["processed", "deferred", "delivered", "dropped", "bounce", "spamreport"];
    const ends = ["sent", "deferred", "delivered", "failed", "bounced", "complained"];
    const { host } = await booked("sendgrid");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), async (order) => {
        const { id } = await booked("sendgrid", host);
        for (const i of order)
          await fromSendgrid([{ event: names[i], outbox_id: id, email: "any@example.com" }]);
        expect((await stateOf(world, id)).status).toBe(ends[Math.max(...order)] ?? "");
      }),
      { numRuns: 10 },
    );
  });
});

const suppressed = async (email: string): Promise<boolean> =>
  (await world.db.run("select from suppressed_addresses where email = $1", [email])).length > 0;

describe("an address that bounced or complained", () => {
  const reminders = [{ minutesBefore: 60, channel: "email" as const, to: "guest" as const }];

  async function remindedAfter(event: (id: string, email: string) => string[]) {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host, { reminders });
    const email = `${newId()}@example.com`;
    const { body } = await book(api, type, "2026-11-23T10:00:00Z", { guest: { email } });
    await dispatch(world);
    await handedOver("resend");
    const [mail] = await world.db.run(
      "select id from outbox where booking_id = $1 and attendee_id is not null and queue = 'emails'",
      [body.booking.id],
    );
    for (const each of event(`${mail?.["id"]}`, email)) await fromResend(each);
    await world.db.run(
      "update outbox set queue = 'emails', due_at = $2 where booking_id = $1 and queue = 'reminders'",
      [body.booking.id, world.now() as never],
    );
    await dispatch(world);
    const cancelled = await api("PATCH", `/bookings/${body.booking.id}/cancel`, {
      token: host.token,
      body: {},
    });
    expect(cancelled.status).toBe(200);
    await dispatch(world);
    const { body: list } = await api("GET", `/bookings/${body.booking.id}/deliveries`, {
      token: host.token,
    });
    return Object.fromEntries(
      list.data
        .filter(({ recipient }: { recipient: { role: string } }) => recipient.role === "guest")
        .map(({ kind, state }: { kind: string; state: string }) => [kind, state]),
    );
  }

  test.each([
    [
      "bounced for good",
      "bounced",
      (id: string, to: string) => [resendEvent("email.bounced", id, hardBounce, to)],
    ],
    [
      "called us spam",
      "complained",
      (id: string, to: string) => [resendEvent("email.complained", id, {}, to)],
    ],
  ] as const)("and %s gets only what the booking needs", async (_what, state, events) => {
    expect(await remindedAfter(events)).toEqual({
      BOOKING_CONFIRMATION: state,
      BOOKING_REMINDER: "unwanted",
      BOOKING_CANCELLED: "sent",
    });
  });

  test("for now only gets everything", async () => {
    const bounce = { bounce: { type: "Transient", subType: "MailboxFull", message: "full" } };
    expect(
      await remindedAfter((id, to) => [resendEvent("email.bounced", id, bounce, to)]),
    ).toMatchObject({ BOOKING_REMINDER: "sent" });
  });

  test("and takes mail again is written to again, after a bounce and not after a complaint", async () => {
    const { id: one } = await booked("resend");
    const { id: two } = await booked("resend");
    const { id: three } = await booked("resend");
    await fromResend(resendEvent("email.bounced", one, hardBounce, "back@example.com"));
    await fromResend(resendEvent("email.complained", one, {}, "spam@example.com"));
    expect([await suppressed("BACK@example.com"), await suppressed("spam@example.com")]).toEqual([
      true,
      true,
    ]);
    await fromResend(resendEvent("email.delivered", two, {}, "back@example.com"));
    await fromResend(resendEvent("email.delivered", three, {}, "spam@example.com"));
    expect([await suppressed("back@example.com"), await suppressed("spam@example.com")]).toEqual([
      false,
      true,
    ]);
  });
});

test("a host is warned once for a booking and an address, in words", async () => {
  const { host, bookingId, id } = await booked("resend");
  await fromResend(resendEvent("email.bounced", id, hardBounce, "gone@example.com"));
  await fromResend(resendEvent("email.complained", id, {}, "gone@example.com"));
  expect(await warnings(host)).toMatchObject([
    {
      title: "A mail did not arrive",
      message: expect.stringContaining("gone@example.com came back"),
      metadata: { bookingId, email: "gone@example.com", reason: "bounced" },
    },
  ]);
});
