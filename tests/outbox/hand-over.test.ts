import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { error, openResend } from "../support/resend.ts";
import { openMailServer } from "../support/smtp.ts";
import type { Reply } from "../support/vendor.ts";
import { client, NOW, testWorld } from "../support/world.ts";
import { dispatch, promise, stateOf, untilDue } from "./support/dispatch.ts";

const resend = await openResend();
const server = await openMailServer();
const env = {
  EMAIL_PROVIDER: "resend",
  EMAIL_FROM: "Kalends <bookings@kalends.test>",
  EMAIL_API_KEY: "re_test",
  RESEND_BASE_URL: resend.url,
  EMAIL_FALLBACK_PROVIDER: "smtp",
  SMTP_URL: `smtp://127.0.0.1:${server.port}`,
};
const world = await testWorld(env);
const host = await makeHost(world);

beforeEach(async () => {
  world.setNow(NOW.toString());
  resend.accepted.length = 0;
  resend.heard.length = 0;
  resend.next.length = 0;
  server.received.length = 0;
  server.next.length = 0;
  await world.db.run("delete from outbox", []);
});
afterAll(async () => {
  await resend[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const REFUSED = error(403, "invalid_access", "Your account is suspended: <grace@example.com>");

describe("the fallback takes over", () => {
  test.each<[string, Reply]>([
    ["a suspended account", REFUSED],
    ["a wrong key", error(401, "validation_error", "API key is invalid")],
    ["a quota that is used up", error(429, "daily_quota_exceeded", "Quota")],
  ])("after %s", async (_what, reply) => {
    const id = await promise(world, host.id);
    resend.next.push(reply);
    await dispatch(world);
    expect(server.received).toHaveLength(1);
    expect(await stateOf(world, id)).toMatchObject({ outcome: "done", provider: "smtp" });
  });

  test("where the first provider is not reached", async () => {
    const away = await testWorld({ ...env, RESEND_BASE_URL: "http://127.0.0.1:1" });
    const { id: userId } = await makeHost(away);
    const id = await promise(away, userId);
    await dispatch(away);
    expect(server.received).toHaveLength(1);
    expect(await stateOf(away, id)).toMatchObject({ outcome: "done", provider: "smtp" });
  });
});

describe("the fallback does not take over", () => {
  test.each<[string, Reply]>([
    ["a hang", "hang"],
    ["a cut connection", "cut"],
    ["a failure of the provider's own", error(500, "internal_server_error", "Oops")],
    ["too many requests", error(429, "rate_limit_exceeded", "Slow down")],
  ])("after %s", async (_what, reply) => {
    const id = await promise(world, host.id);
    resend.next.push(reply);
    await dispatch(world, reply === "hang" ? 300 : undefined);
    // On a busy machine the limit may end what had not come so far: the next one would hang, without any.
    resend.next.length = 0;
    expect(server.received).toEqual([]);
    expect((await stateOf(world, id)).outcome).toBeNull();
    await untilDue(world, id);
    await dispatch(world);
    expect(await stateOf(world, id)).toMatchObject({ outcome: "done", provider: "resend" });
    expect(server.received).toEqual([]);
  });

  test("after a refusal of the reader's address", async () => {
    const id = await promise(world, host.id);
    resend.next.push(error(422, "validation_error", "Invalid `to` field"));
    await dispatch(world);
    expect(server.received).toEqual([]);
    expect(await stateOf(world, id)).toMatchObject({ outcome: "failed" });
  });

  test("after a refusal, while the first provider may have the mail from before", async () => {
    const id = await promise(world, host.id);
    resend.next.push("taken, then cut", REFUSED);
    await dispatch(world);
    await untilDue(world, id);
    await dispatch(world);
    expect(server.received).toEqual([]);
    expect(resend.accepted).toHaveLength(1);
    await untilDue(world, id);
    await dispatch(world);
    expect(await stateOf(world, id)).toMatchObject({ outcome: "done", provider: "resend" });
    expect(resend.accepted).toHaveLength(1);
  });
});

test("what the fallback may have taken only the fallback is asked for again", async () => {
  const id = await promise(world, host.id);
  resend.next.push(REFUSED);
  server.next.push({ at: "after DATA", reply: "cut" });
  await dispatch(world);
  expect(await stateOf(world, id)).toMatchObject({ outcome: null, inDoubtWith: "smtp" });
  await untilDue(world, id);
  await dispatch(world);
  expect(resend.accepted).toEqual([]);
  expect(await stateOf(world, id)).toMatchObject({ outcome: "done", provider: "smtp" });
  expect(new Set(server.received.map(({ mail }) => mail.messageId)).size).toBe(1);
});

describe("when the provider refuses us", () => {
  test("a mail is tried once more soon, then hourly, and administrators are told once a day", async () => {
    const alone = await testWorld({ ...env, EMAIL_FALLBACK_PROVIDER: "" });
    const member = await makeHost(alone);
    const admin = await makeHost(alone, { role: "admin" });
    const ids = [await promise(alone, member.id), await promise(alone, member.id)];
    resend.next.push(...Array.from({ length: 6 }, () => REFUSED));
    await dispatch(alone);
    expect(resend.heard).toHaveLength(2);
    expect((await stateOf(alone, ids[0]!)).dueAt).toEqual(NOW.add({ minutes: 1 }));
    await untilDue(alone, ids[0]!);
    await dispatch(alone);
    expect(resend.heard).toHaveLength(4);
    expect((await stateOf(alone, ids[0]!)).dueAt).toEqual(NOW.add({ minutes: 61 }));
    expect((await stateOf(alone, ids[0]!)).lastError).toContain("suspended");

    const api = client(alone);
    const told = async ({ token }: { token: string }) =>
      (await api("GET", "/notifications", { token })).body.data;
    expect(await told(member)).toEqual([]);
    expect(await told(admin)).toMatchObject([
      {
        type: "MAIL_PROVIDER_REFUSES",
        title: "No mails are going out",
        message:
          "The mail provider (resend) refuses us (resend: Your account is suspended: <…> (invalid_access)).",
      },
    ]);
  });
});

test("an address that the provider refuses is tried once, and the host learns of it", async () => {
  const api = client(world);
  const mine = await makeHost(world);
  const type = await makeMeetingType(world, mine);
  const { body } = await book(api, type, "2026-11-23T10:00:00Z");
  await world.db.run("delete from outbox where attendee_id is null", []);
  resend.next.push(error(422, "validation_error", "Invalid `to` field"));
  await dispatch(world);
  await dispatch(world);
  expect(resend.heard).toHaveLength(1);
  const { body: told } = await api("GET", "/notifications", { token: mine.token });
  expect(
    told.data.filter(({ type: each }: { type: string }) => each === "DELIVERY_FAILED"),
  ).toMatchObject([
    {
      title: "A mail did not arrive",
      metadata: { bookingId: body.booking.id, email: "grace@example.com", reason: "failed" },
    },
  ]);
});
