import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import ICAL from "ical.js";
import { newId } from "../../../src/db/id.ts";
import {
  AccountRefused,
  DeliveryRefused,
  InDoubt,
  NotConnected,
} from "../../../src/messages/email/failure.ts";
import { fit } from "../../../src/messages/email/fit.ts";
import type { Email } from "../../../src/messages/email/provider.ts";
import { smtpProvider } from "../../../src/messages/email/smtp.ts";
import { dispatch, promise, stateOf, untilDue } from "../../outbox/support/dispatch.ts";
import { book, makeHost, makeMeetingType } from "../../support/make.ts";
import { type Fault, openMailServer } from "../../support/smtp.ts";
import { client, NOW, testWorld } from "../../support/world.ts";

const server = await openMailServer();
const world = await testWorld({
  EMAIL_PROVIDER: "smtp",
  EMAIL_FROM: "Kalends <bookings@kalends.test>",
  SMTP_URL: `smtp://127.0.0.1:${server.port}`,
});
const host = await makeHost(world, { name: "Ada Lovelace" });
const api = client(world);

beforeEach(async () => {
  world.setNow(NOW.toString());
  server.received.length = 0;
  server.next.length = 0;
  await world.db.run("delete from outbox", []);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const letter: Email = {
  from: "Kalends <bookings@kalends.test>",
  to: { name: "Grace", email: "grace@example.com" },
  subject: "Hello",
  html: "<p>Hello</p>",
  text: "Hello",
  attachments: [],
};

describe("a booking's mail", () => {
  test("arrives as text, HTML and an invitation that calendars act upon, and as a file", async () => {
    const type = await makeMeetingType(world, host, { title: "Vorgespräch – Größe & Maß" });
    await book(api, type, "2026-11-23T10:00:00Z", {
      guest: { name: "Grace Høpper", email: "grace@example.com" },
    });
    await dispatch(world);
    const mine = server.received.find(({ to }) => to.includes("grace@example.com"));
    if (!mine) throw new Error("nothing came");
    const { mail, raw, to } = mine;
    expect(to).toEqual(["grace@example.com"]);
    const [promised] = await world.db.run(
      "select id from outbox where attendee_id is not null and queue = 'emails'",
      [],
    );
    expect(mail.messageId).toBe(`<${promised?.["id"]}@kalends.test>`);
    expect(mail.from?.text).toBe('"Kalends" <bookings@kalends.test>');
    expect(mail.replyTo?.text).toBe(`"Ada Lovelace" <${host.email}>`);
    expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail.subject).toContain("Größe & Maß");
    expect(mail.text).toContain("Größe & Maß");
    expect(mail.html).toContain("Größe &amp; Maß");
    expect(structureOf(raw)).toEqual([
      "multipart/mixed",
      "multipart/alternative",
      "text/plain; charset=utf-8",
      "text/html; charset=utf-8",
      "text/calendar; charset=utf-8; method=REQUEST",
      "application/ics; name=invite.ics",
    ]);
    const files = mail.attachments.map(({ content }) => content.toString("utf8"));
    expect(new Set(files).size).toBe(1);
    const event = new ICAL.Component(ICAL.parse(files[0] ?? "")).getFirstSubcomponent("vevent");
    expect(`${event?.getFirstPropertyValue("dtstart")}`).toBe("2026-11-23T10:00:00Z");
    expect(event?.getFirstProperty("attendee")?.getParameter("cn")).toBe("Grace Høpper");
    const [line] = (files[0] ?? "").match(/^METHOD:.*$/m) ?? [];
    expect(line?.trim()).toBe("METHOD:REQUEST");
  });

  test("is answered to the other party, a host's as well", async () => {
    const type = await makeMeetingType(world, host);
    await book(api, type, "2026-11-24T10:00:00Z");
    await dispatch(world);
    const mine = server.received.find(({ to }) => to.includes(host.email));
    expect(mine?.mail.replyTo?.text).toBe('"Grace Hopper" <grace@example.com>');
  });
});

/** The content types of a mail's parts, as they stand in it. */
const structureOf = (raw: string): string[] =>
  [...raw.replace(/\r\n[\t ]+/g, " ").matchAll(/^Content-Type: (.*?)\r?$/gm)].map(([, type = ""]) =>
    type.replace(/;? boundary="[^"]*"/, "").replaceAll('"', ""),
  );

describe("whatever people are called,", () => {
  const provider = smtpProvider(world.config);
  afterAll(() => provider.close?.());
  const nasty = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom(
      "Grace\r\nBcc: evil@example.com",
      "Grace\nX-Evil: 1\n\nbody",
      'Grace" <evil@example.com>, "x',
      "a, b; c <evil@example.com>",
      "=?utf-8?q?=0D=0ABcc:_evil@example.com?=",
      "\u2028Bcc: evil@example.com",
      "\u0000\u007f\u202egnp.exe",
      "長".repeat(200),
      "x".repeat(2000),
      "\ud800",
    ),
  );

  test("a mail has one reader, the headers that it should have, and short lines", async () => {
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (name, subject) => {
        const before = server.received.length;
        const mail = {
          ...letter,
          to: { name, email: "grace@example.com" },
          replyTo: { name, email: "ada@example.com" },
          subject: `About ${subject}`,
          headers: { "List-Unsubscribe": `<https://kalends.test/u>${subject}` },
          attachments: [{ filename: `${name}.txt`, contentType: "text/plain", content: "a" }],
        };
        await provider.send(fit(mail), newId());
        expect(server.received).toHaveLength(before + 1);
        const { raw, to, mail: read } = server.received.at(-1)!;
        expect(to).toEqual(["grace@example.com"]);
        const head = raw.slice(0, raw.indexOf("\r\n\r\n"));
        const names = head
          .replace(/\r\n[\t ]/g, " ")
          .split("\r\n")
          .map((line) => line.split(":")[0]);
        expect(names.toSorted()).toEqual(HEADERS);
        expect(head).toMatch(/^[\x20-\x7e\r\n\t]*$/);
        expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
        const readers = [read.to, read.replyTo].flat().flatMap((each) => each?.value ?? []);
        expect(readers.map(({ address }) => address)).toEqual([
          "grace@example.com",
          "ada@example.com",
        ]);
      }),
      { numRuns: 60 },
    );
  });
  const HEADERS = [
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "List-Unsubscribe",
    "MIME-Version",
    "Message-ID",
    "Reply-To",
    "Subject",
    "To",
  ];
});

describe("what a server says is", () => {
  const failure = async (fault: Fault): Promise<unknown> => {
    server.next.push(fault);
    const provider = smtpProvider(world.config);
    const said = await provider.send(letter, newId()).then(
      () => "sent",
      (error: unknown) => error,
    );
    provider.close?.();
    return said;
  };

  test.each<[string, Fault, new (...args: never[]) => Error]>([
    ["no such mailbox", { at: "RCPT TO", reply: 550, text: "5.1.1 User unknown" }, DeliveryRefused],
    ["spam", { at: "DATA", reply: 554, text: "5.7.1 Spam" }, DeliveryRefused],
    [
      "not our sender",
      { at: "MAIL FROM", reply: 553, text: "5.7.1 Sender rejected" },
      AccountRefused,
    ],
    [
      "no relaying",
      { at: "RCPT TO", reply: 554, text: "5.7.1 Relay access denied" },
      AccountRefused,
    ],
    ["cut in the mail", { at: "in DATA", reply: "cut" }, InDoubt],
    ["cut after the mail", { at: "after DATA", reply: "cut" }, InDoubt],
  ])("%s: %j", async (_what, fault, kind) => {
    expect(await failure(fault)).toBeInstanceOf(kind);
    expect(await failure(null)).toBe("sent");
  });

  test.each<[string, Fault]>([
    ["greylisting", { at: "RCPT TO", reply: 450, text: "4.2.0 Greylisted" }],
    ["busy", { at: "MAIL FROM", reply: 421, text: "4.3.2 Too many connections" }],
    ["full", { at: "DATA", reply: 452, text: "4.3.1 Full" }],
  ])("for now: %s", async (_what, fault) => {
    const error = (await failure(fault)) as Error;
    expect(error.name).toBe("Error");
    expect(error.message).toContain("smtp: ");
  });

  test("nothing, where nobody listens", async () => {
    const nobody = smtpProvider({ ...world.config, SMTP_URL: "smtp://127.0.0.1:1" });
    expect(await nobody.send(letter, newId()).catch((error: unknown) => error)).toBeInstanceOf(
      NotConnected,
    );
    nobody.close?.();
  });
});

describe("a connection is", () => {
  const sendBy = async (query: string, user = ""): Promise<unknown> => {
    const SMTP_URL = `smtp://${user}localhost:${server.port}?${query}`;
    const provider = smtpProvider({ ...world.config, SMTP_URL });
    const said = await provider.send(letter, newId()).catch((error: unknown) => error);
    provider.close?.();
    return said;
  };

  test("encrypted where the server can, and signed in", async () => {
    expect(await sendBy("requireTLS=true&tls.rejectUnauthorized=false", "kalends:secret@")).toEqual(
      {
        providerId: "4F2A1",
      },
    );
    expect(server.received.map(({ isSecure }) => isSecure)).toEqual([true]);
  });

  test("none at all with a certificate that nobody vouches for", async () => {
    expect(await sendBy("requireTLS=true")).toBeInstanceOf(NotConnected);
    expect(server.received).toEqual([]);
  });

  test("refused to us with a wrong password", async () => {
    const said = await sendBy("requireTLS=true&tls.rejectUnauthorized=false", "kalends:wrong@");
    expect(said).toBeInstanceOf(AccountRefused);
    expect(`${said}`).not.toContain("wrong");
  });

  test("none where TLS is wanted and was cut out of what the server offers", async () => {
    await using plain = await openMailServer({ disabledCommands: ["STARTTLS"] });
    const SMTP_URL = `smtp://127.0.0.1:${plain.port}?requireTLS=true`;
    const provider = smtpProvider({ ...world.config, SMTP_URL });
    expect(await provider.send(letter, newId()).catch((error: unknown) => error)).toBeInstanceOf(
      NotConnected,
    );
    provider.close?.();
    expect(plain.received).toEqual([]);
  });

  test("kept for the next mail, and replaced when the server closed it meanwhile", async () => {
    await using own = await openMailServer();
    const SMTP_URL = `smtp://127.0.0.1:${own.port}`;
    const provider = smtpProvider({ ...world.config, SMTP_URL });
    for (let i = 0; i < 3; i += 1) await provider.send(letter, newId());
    expect(own.connections()).toBe(1);
    own.next.push({ at: "MAIL FROM", reply: 421, text: "4.4.2 You were silent for too long" });
    await provider.send(letter, newId());
    expect(own.connections()).toBe(2);
    expect(own.received).toHaveLength(4);
    provider.close?.();
  });
});

describe("a promise by SMTP", () => {
  test("that was cut off after the mail is sent once more at most, under the same Message-ID", async () => {
    const id = await promise(world, host.id);
    server.next.push({ at: "after DATA", reply: "cut" }, { at: "after DATA", reply: "cut" });
    for (let i = 0; i < 4; i += 1) {
      await dispatch(world);
      await untilDue(world, id);
    }
    expect(server.received.map(({ mail }) => mail.messageId)).toEqual([
      `<${id}@kalends.test>`,
      `<${id}@kalends.test>`,
    ]);
    expect(await stateOf(world, id)).toMatchObject({ outcome: "failed" });
    expect((await stateOf(world, id)).lastError).toContain("may have been sent");
  });

  test("that gets no answer is given up for now, and holds up no other", async () => {
    const id = await promise(world, host.id);
    server.next.push({ at: "after DATA", reply: "hang" });
    await dispatch(world, 1_500);
    // On a busy machine the limit may end what had not come so far: another one would hang, without any.
    server.next.length = 0;
    expect(await stateOf(world, id)).toMatchObject({ outcome: null, inDoubtWith: "smtp" });
    const others = await Promise.all(Array.from({ length: 6 }, () => promise(world, host.id)));
    await dispatch(world);
    for (const other of others) expect((await stateOf(world, other)).outcome).toBe("done");
  });

  test("that was cut off within the mail is sent again", async () => {
    const id = await promise(world, host.id);
    server.next.push({ at: "in DATA", reply: "cut" });
    await dispatch(world);
    expect(await stateOf(world, id)).toMatchObject({ outcome: null, inDoubtWith: "smtp" });
    await untilDue(world, id);
    await dispatch(world);
    expect(server.received.map(({ mail }) => mail.messageId)).toEqual([`<${id}@kalends.test>`]);
    expect(await stateOf(world, id)).toMatchObject({ outcome: "done", providerId: "4F2A1" });
  });
});
