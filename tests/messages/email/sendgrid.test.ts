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
import { sendgridProvider } from "../../../src/messages/email/sendgrid.ts";
import { dispatch, promise, stateOf, untilDue } from "../../outbox/support/dispatch.ts";
import { book, makeHost, makeMeetingType } from "../../support/make.ts";
import { openSendgrid, refusal } from "../../support/sendgrid.ts";
import { client, NOW, testWorld } from "../../support/world.ts";

const sendgrid = await openSendgrid();
const world = await testWorld({
  EMAIL_PROVIDER: "sendgrid",
  EMAIL_FROM: "Kalends <bookings@kalends.test>",
  EMAIL_API_KEY: "SG.test",
  SENDGRID_BASE_URL: sendgrid.url,
});
const host = await makeHost(world);
const provider = sendgridProvider(world.config);

beforeEach(async () => {
  world.setNow(NOW.toString());
  sendgrid.heard.length = 0;
  sendgrid.accepted.length = 0;
  sendgrid.next.length = 0;
  await world.db.run("delete from outbox", []);
});
afterAll(async () => {
  await sendgrid[Symbol.asyncDispose]();
});

const letter: Email = {
  from: "Kalends <bookings@kalends.test>",
  to: { name: "Hopper, Grace", email: "grace@example.com" },
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
  const id = `${promised?.["id"]}`;
  const mine = sendgrid.accepted.find(({ mail }) => mail.custom_args.outbox_id === id);
  expect(mine?.mail).toMatchObject({
    from: { email: "bookings@kalends.test", name: "Kalends" },
    reply_to: { email: host.email, name: "Ada Lovelace" },
    headers: { "Message-ID": `<${id}@kalends.test>` },
    tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
  });
  expect(mine?.mail.personalizations[0].to).toEqual([
    { email: "grace@example.com", name: "Grace Hopper" },
  ]);
  expect(mine?.mail.content.map(({ type: each }: { type: string }) => each)).toEqual([
    "text/plain",
    "text/html",
    "text/calendar; charset=utf-8; method=REQUEST",
  ]);
  expect(mine?.mail.content[2].value).toContain("SUMMARY:Größe & Maß");
  const [file] = mine?.mail.attachments ?? [];
  expect(file).toMatchObject({ filename: "invite.ics", type: "application/ics" });
  expect(Buffer.from(file.content, "base64").toString()).toBe(mine?.mail.content[2].value);
  expect(await stateOf(world, id)).toMatchObject({ provider: "sendgrid", providerId: mine?.id });
});

describe("what SendGrid says is", () => {
  test.each([
    [
      refusal(400, "Does not contain a valid address", "personalizations.0.to.0.email"),
      DeliveryRefused,
    ],
    [refusal(413, "The payload is too large"), DeliveryRefused],
    [refusal(400, "The from email does not contain a valid address", "from.email"), AccountRefused],
    [refusal(401, "The provided authorization grant is invalid"), AccountRefused],
    [refusal(401, "Maximum credits exceeded"), AccountRefused],
    [
      refusal(403, "The from address does not match a verified Sender Identity", "from"),
      AccountRefused,
    ],
    [refusal(429, "too many requests"), SendingTooFast],
    ["cut", InDoubt],
  ] as const)("%j", async (reply, kind) => {
    sendgrid.next.push(reply);
    expect(await failure()).toBeInstanceOf(kind);
  });

  test.each([[refusal(500, "Internal error")], [{ status: 503, body: "<html>" }]])(
    "for now: %j",
    async (reply) => {
      sendgrid.next.push(reply);
      const failed = (await failure()) as Error;
      expect(failed.name).toBe("Error");
      expect(failed.message).toStartWith("sendgrid: ");
    },
  );

  test("nothing, where nobody listens", async () => {
    const nobody = sendgridProvider({ ...world.config, SENDGRID_BASE_URL: "http://127.0.0.1:1" });
    const said = await nobody.send(letter, newId()).catch((failed: unknown) => failed);
    expect(said).toBeInstanceOf(NotConnected);
  });
});

test("a request is made once: what is cut off is not tried again behind our back", async () => {
  await provider.send(letter, newId());
  sendgrid.next.push("taken, then cut");
  expect(await failure()).toBeInstanceOf(InDoubt);
  expect(sendgrid.heard).toHaveLength(2);
});

test("a mail that hangs or is cut off comes twice at most, under the same Message-ID", async () => {
  const id = await promise(world, host.id);
  sendgrid.next.push("hang", "taken, then cut", "taken, then cut");
  for (let i = 0; i < 4; i += 1) {
    // What is answered may take its time.
    await dispatch(world, sendgrid.next[0] === "hang" ? 1_500 : undefined);
    await untilDue(world, id);
  }
  expect(sendgrid.heard).toHaveLength(2);
  expect(sendgrid.heard.map(({ body }) => body.headers["Message-ID"])).toEqual([
    `<${id}@kalends.test>`,
    `<${id}@kalends.test>`,
  ]);
  expect(await stateOf(world, id)).toMatchObject({ outcome: "failed", inDoubtWith: "sendgrid" });
});
