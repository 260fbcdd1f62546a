import { describe, expect, test } from "bun:test";
import pino from "pino";
import { newId } from "../../src/db/id.ts";
import { type Email, emailProviders } from "../../src/messages/email/provider.ts";
import { findMail, listMails } from "../../src/messages/queries.ts";
import { testWorld } from "../support/world.ts";

const world = await testWorld();

const mail: Email = {
  from: "Kalends <kalends@example.com>",
  to: { name: "Grace Hopper", email: "grace@example.com" },
  subject: "Hello",
  html: "<p>Hello</p>",
  text: "Hello",
  attachments: [{ filename: "invite.ics", contentType: "text/calendar", content: "BEGIN" }],
  headers: { "X-Test": "1" },
};

const mailsTo = (recipient: string) =>
  listMails(world.db, { recipient, beforeTime: null, beforeId: null, atMost: 10 });

describe("mock provider", () => {
  test("delivers a promise's mail once, however often it is sent", async () => {
    const id = newId();
    const provider = emailProviders(world).primary;
    expect(await provider.send(mail, id)).toEqual({ providerId: id });
    await Promise.all([1, 2, 3].map(() => provider.send({ ...mail, subject: "Again" }, id)));
    expect(await findMail(world.db, { id })).toEqual({
      id,
      sender: mail.from,
      recipient: "grace@example.com",
      subject: "Hello",
      html: mail.html,
      text: mail.text,
      attachments: [...mail.attachments],
      headers: { "X-Test": "1" },
      createdAt: world.now(),
    });
  });

  test("logs neither whom it wrote to nor what about", async () => {
    const lines: string[] = [];
    const log = pino({ level: "trace" }, { write: (line) => void lines.push(line) });
    const id = newId();
    await emailProviders({ ...world, log }).primary.send(mail, id);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(id);
    expect(lines[0]).not.toMatch(/grace|Hello|example\.com/i);
  });
});

describe("the mailbox", () => {
  test("is read newest first, page by page, also where times are equal", async () => {
    const to = { name: "Pager", email: "Pager@example.com" };
    const ids = [newId(), newId(), newId()];
    for (const id of ids) await emailProviders(world).primary.send({ ...mail, to }, id);
    const newest = await mailsTo("pager@EXAMPLE.com");
    expect(newest.map((each) => each.id)).toEqual([...ids].reverse());
    const rest = await listMails(world.db, {
      recipient: to.email,
      beforeTime: newest[0]!.createdAt,
      beforeId: newest[0]!.id,
      atMost: 1,
    });
    expect(rest.map((each) => each.id)).toEqual([ids[1]!]);
  });

  test("has nothing for an address that was never written to", async () => {
    expect(await mailsTo("nobody@example.com")).toEqual([]);
  });
});
