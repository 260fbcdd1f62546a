import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { newId } from "../../../src/db/id.ts";
import {
  AccountRefused,
  DeliveryRefused,
  InDoubt,
  NotConnected,
  SendingTooFast,
} from "../../../src/messages/email/failure.ts";
import type { Email } from "../../../src/messages/email/provider.ts";
import { resendProvider } from "../../../src/messages/email/resend.ts";
import { dispatch, promise, stateOf, untilDue } from "../../outbox/support/dispatch.ts";
import { book, makeHost, makeMeetingType } from "../../support/make.ts";
import { error, openResend } from "../../support/resend.ts";
import { client, NOW, testWorld } from "../../support/world.ts";

const resend = await openResend();
const world = await testWorld({
  EMAIL_PROVIDER: "resend",
  EMAIL_FROM: "Kalends <bookings@kalends.test>",
  RESEND_API_KEY: "re_test",
  RESEND_BASE_URL: resend.url,
});
const host = await makeHost(world);
const provider = resendProvider(world.config);

beforeEach(async () => {
  world.setNow(NOW.toString());
  resend.heard.length = 0;
  resend.accepted.length = 0;
  resend.next.length = 0;
  await world.db.run("delete from outbox", []);
});
afterAll(async () => {
  await resend[Symbol.asyncDispose]();
});

const letter: Email = {
  from: "Kalends <bookings@kalends.test>",
  to: { name: "Grace Hopper", email: "grace@example.com" },
  subject: "Hello",
  html: "<p>Hello</p>",
  text: "Hello",
  attachments: [],
};

const failure = (): Promise<unknown> =>
  provider.send(letter, newId()).catch((failed: unknown) => failed);

test("a booking's mail is handed over whole, with its invitation and its promise's id", async () => {
  const type = await makeMeetingType(world, host, { title: "Größe & Maß" });
  await book(client(world), type, "2026-11-23T10:00:00Z");
  await dispatch(world);
  const [promised] = await world.db.run(
    "select id from outbox where attendee_id is not null and queue = 'emails'",
    [],
  );
  const mine = resend.accepted.find(({ key }) => key === promised?.["id"]);
  expect(mine?.mail).toMatchObject({
    from: "Kalends <bookings@kalends.test>",
    to: '"Grace Hopper" <grace@example.com>',
    reply_to: `"Ada Lovelace" <${host.email}>`,
    subject: expect.stringContaining("Größe & Maß"),
    tags: [{ name: "outbox_id", value: `${promised?.["id"]}` }],
    attachments: [
      {
        filename: "invite.ics",
        content_type: "text/calendar; charset=utf-8; method=REQUEST",
      },
    ],
  });
  const [file] = (mine?.mail["attachments"] ?? []) as { content: string }[];
  expect(Buffer.from(file?.content ?? "", "base64").toString()).toContain("SUMMARY:Größe & Maß");
  expect(await stateOf(world, `${promised?.["id"]}`)).toMatchObject({
    provider: "resend",
    providerId: mine?.id,
    status: "sent",
  });
});

describe("what Resend says is", () => {
  test.each([
    [error(422, "missing_required_field", "Missing `to`"), DeliveryRefused],
    [error(422, "validation_error", "Invalid `to` field"), DeliveryRefused],
    [error(451, "security_error", "We may have found a security issue"), DeliveryRefused],
    [error(401, "missing_api_key", "Missing API key"), AccountRefused],
    [error(401, "validation_error", "API key is invalid"), AccountRefused],
    [error(400, "validation_error", "API key is invalid"), AccountRefused],
    [error(403, "validation_error", "The domain is not verified"), AccountRefused],
    [error(403, "invalid_access", "Your account is suspended"), AccountRefused],
    [error(422, "invalid_from_address", "Invalid `from` field"), AccountRefused],
    [error(429, "daily_quota_exceeded", "Daily quota reached"), AccountRefused],
    [error(429, "rate_limit_exceeded", "2 requests per second"), SendingTooFast],
    ["cut", InDoubt],
    [{ status: 200, body: "<html>garbage" }, InDoubt],
    [{ status: 200, body: {} }, InDoubt],
  ] as const)("%j", async (reply, kind) => {
    resend.next.push(reply);
    expect(await failure()).toBeInstanceOf(kind);
  });

  test.each([
    [error(500, "internal_server_error", "Unexpected error")],
    [error(409, "concurrent_idempotent_requests", "In progress")],
    [{ status: 502, body: "<html>Bad Gateway" }],
  ])("for now: %j", async (reply) => {
    resend.next.push(reply);
    expect(((await failure()) as Error).name).toBe("Error");
  });

  test("when it wants to hear of us again", async () => {
    resend.next.push({
      ...error(429, "rate_limit_exceeded", "Too many"),
      headers: { "retry-after": "7" },
    });
    expect(((await failure()) as SendingTooFast).retryAfterSeconds).toBe(7);
  });

  test("nothing, where nobody listens", async () => {
    const nobody = resendProvider({ ...world.config, RESEND_BASE_URL: "http://127.0.0.1:1" });
    const said = await nobody.send(letter, newId()).catch((failed: unknown) => failed);
    expect(said).toBeInstanceOf(NotConnected);
  });

  test("never shown with our key", async () => {
    resend.next.push(error(401, "validation_error", "API key is invalid"));
    expect(`${await failure()}`).not.toContain("re_test");
  });
});

test("through 429, 500, a hang, cuts and garbage exactly one mail is taken", async () => {
  const type = await makeMeetingType(world, host);
  await book(client(world), type, "2026-11-24T10:00:00Z");
  await world.db.run("delete from outbox where attendee_id is null", []);
  const [promised] = await world.db.run("select id from outbox", []);
  const id = `${promised?.["id"]}`;
  const sequence = [
    { ...error(429, "rate_limit_exceeded", "Too many"), headers: { "retry-after": "7" } },
    error(500, "internal_server_error", "Unexpected"),
    "hang",
    "taken, then cut",
    { status: 200, body: "garbage" },
  ] as const;
  resend.next.push(...sequence);
  await dispatch(world);
  expect((await stateOf(world, id)).dueAt).toEqual(NOW.add({ seconds: 7 }));
  for (const _ of sequence) {
    await untilDue(world, id);
    // What is answered may take its time.
    await dispatch(world, resend.next[0] === "hang" ? 1_500 : undefined);
  }
  expect(resend.heard).toHaveLength(6);
  expect(new Set(resend.heard.map(({ headers }) => headers["idempotency-key"]))).toEqual(
    new Set([id]),
  );
  expect(resend.accepted.map(({ key }) => key)).toEqual([id]);
  expect(await stateOf(world, id)).toMatchObject({
    outcome: "done",
    providerId: resend.accepted[0]?.id,
  });
});

test("a mail that was taken before its words changed is sent, and not sent again", async () => {
  const { id: userId } = await makeHost(world);
  const id = await promise(world, userId);
  resend.next.push("taken, then cut");
  await dispatch(world);
  await world.db.run("update users set first_name = 'Augusta' where id = $1", [userId]);
  await untilDue(world, id);
  await dispatch(world);
  expect(resend.accepted).toHaveLength(1);
  expect(await stateOf(world, id)).toMatchObject({ outcome: "done", providerId: null });
});
