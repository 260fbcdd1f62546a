import { describe, expect, test } from "bun:test";
import ICAL from "ical.js";
import { type Invite, invite, inviteUid } from "../../src/messages/ics.ts";
import { all, type Component, only, readStrictly, textOf } from "./strict-ics.ts";

const plain: Invite = {
  method: "REQUEST",
  uid: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e@kalends.example",
  sequence: 2,
  stamp: Temporal.Instant.from("2026-11-22T10:00:00Z"),
  start: Temporal.Instant.from("2026-12-01T17:00:00+01:00"),
  end: Temporal.Instant.from("2026-12-01T17:30:00+01:00"),
  title: "Intro call",
  description: "Bring coffee",
  location: "Room 7",
  url: "https://kalends.example/b/1?token=a.b.c",
  organizer: { name: "Ada Lovelace", email: "ada@example.com" },
  attendees: [{ name: "Grace Hopper", email: "grace@example.com" }],
  alarmMinutesBefore: 15,
};

const NASTY = [
  `Grace "Amazing" Hopper`,
  "Hopper; ROLE=CHAIR:mailto:evil@example.com",
  "a\r\nATTENDEE:mailto:evil@example.com",
  "b\rX-EVIL:1\nX-EVIL:2\u2028X-EVIL:3\u0085X-EVIL:4",
  "back\\slash, comma; semicolon: colon ^n ^' caret",
  "ü".repeat(200),
  "👩‍👩‍👧‍👦".repeat(40),
  "nul\u0000bell\u0007\u007f half \ud83d done",
  "END:VEVENT",
  `"`,
  "日本語".repeat(60),
];

function eventOf(text: string): { calendar: Component; event: Component } {
  const calendar = readStrictly(text);
  const [event, ...more] = calendar.components;
  if (event?.name !== "VEVENT" || more.length > 0) throw new Error("not exactly one VEVENT");
  return { calendar, event };
}

describe("invite()", () => {
  test("is a REQUEST with all that RFC 5546 asks for", () => {
    const { calendar, event } = eventOf(invite(plain));
    expect(only(calendar, "VERSION").value).toBe("2.0");
    expect(only(calendar, "PRODID").value).toContain("Kalends");
    expect(only(calendar, "METHOD").value).toBe("REQUEST");
    expect(only(event, "UID").value).toBe(plain.uid);
    expect(only(event, "SEQUENCE").value).toBe("2");
    expect(only(event, "DTSTAMP").value).toBe("20261122T100000Z");
    expect(only(event, "DTSTART").value).toBe("20261201T160000Z");
    expect(only(event, "DTEND").value).toBe("20261201T163000Z");
    expect(only(event, "STATUS").value).toBe("CONFIRMED");
    expect(only(event, "URL").value).toBe("https://kalends.example/b/1?token=a.b.c");
    expect(textOf(only(event, "SUMMARY"))).toBe("Intro call");
    expect(textOf(only(event, "LOCATION"))).toBe("Room 7");
    expect(textOf(only(event, "DESCRIPTION"))).toBe("Bring coffee");
    const organizer = only(event, "ORGANIZER");
    expect(organizer).toMatchObject({ value: "mailto:ada@example.com" });
    expect(organizer.parameters["CN"]).toBe("Ada Lovelace");
    const attendee = only(event, "ATTENDEE");
    expect(attendee.value).toBe("mailto:grace@example.com");
    expect(attendee.parameters).toEqual({
      CUTYPE: "INDIVIDUAL",
      ROLE: "REQ-PARTICIPANT",
      PARTSTAT: "ACCEPTED",
      RSVP: "FALSE",
      CN: "Grace Hopper",
    });
  });

  test("rings before a meeting, and has every part a VALARM must have", () => {
    const { event } = eventOf(invite({ ...plain, title: "Tea; two, please" }));
    const [alarm] = event.components;
    expect(alarm?.name).toBe("VALARM");
    expect(only(alarm!, "ACTION").value).toBe("DISPLAY");
    expect(only(alarm!, "TRIGGER").value).toBe("-PT15M");
    expect(textOf(only(alarm!, "DESCRIPTION"))).toBe("Tea; two, please");
  });

  test("rings with a right duration also at the start itself, and not at all when not asked to", () => {
    const atStart = eventOf(invite({ ...plain, alarmMinutesBefore: 0 })).event;
    expect(only(atStart.components[0]!, "TRIGGER").value).toBe("PT0M");
    expect(eventOf(invite({ ...plain, alarmMinutesBefore: null })).event.components).toEqual([]);
  });

  test("takes a meeting back by CANCEL: same UID, status, no alarm", () => {
    const { calendar, event } = eventOf(invite({ ...plain, method: "CANCEL", sequence: 3 }));
    expect(only(calendar, "METHOD").value).toBe("CANCEL");
    expect(only(event, "UID").value).toBe(plain.uid);
    expect(only(event, "SEQUENCE").value).toBe("3");
    expect(only(event, "STATUS").value).toBe("CANCELLED");
    expect(event.components).toEqual([]);
    expect(all(event, "ATTENDEE")).toHaveLength(1);
  });

  test("is PUBLISH without attendees for a personal booking", () => {
    const personal = { ...plain, method: "PUBLISH", attendees: [], url: null } as const;
    const { calendar, event } = eventOf(invite(personal));
    expect(only(calendar, "METHOD").value).toBe("PUBLISH");
    expect(all(event, "ATTENDEE")).toEqual([]);
    expect(all(event, "URL")).toEqual([]);
  });

  test("leaves out what there is not", () => {
    const { event } = eventOf(invite({ ...plain, description: null, location: null }));
    expect(all(event, "DESCRIPTION")).toEqual([]);
    expect(all(event, "LOCATION")).toEqual([]);
  });

  test("writes the same octets for the same meeting", () => {
    expect(invite(plain)).toBe(invite(plain));
  });

  test.each(NASTY)("lets %j add no line and no parameter, in any field", (text) => {
    const person = { name: text, email: "grace@example.com" };
    const event = { ...plain, title: text, description: text, location: text };
    const read = eventOf(invite({ ...event, organizer: person, attendees: [person] })).event;
    const names = read.properties.map(({ name }) => name);
    const expected = eventOf(invite(plain)).event.properties.map(({ name }) => name);
    expect(names).toEqual(expected);
    for (const name of ["ORGANIZER", "ATTENDEE"])
      expect(only(read, name).value).toBe("mailto:grace@example.com");
    expect(Object.keys(only(read, "ORGANIZER").parameters)).toEqual(["CN"]);
    for (const name of ["SUMMARY", "DESCRIPTION", "LOCATION"]) textOf(only(read, name));
  });

  test.each([
    ["evil@example.com\r\nX-EVIL:1", "URL"],
    ["mailto:a@b.example\nATTENDEE:mailto:c@d.example", "URL"],
  ])("lets the address %j end no line", (address) => {
    const person = { name: "Grace", email: address };
    const { event } = eventOf(
      invite({ ...plain, url: address, organizer: person, attendees: [person] }),
    );
    expect(all(event, "X-EVIL")).toEqual([]);
    expect(all(event, "ATTENDEE")).toHaveLength(1);
  });

  test.each(["müller@bücher.example", "o'neil+tag@localhost.test", "a@x.museum"])(
    "invites %s, which the package would refuse or not",
    (email) => {
      const { event } = eventOf(invite({ ...plain, attendees: [{ name: "M", email }] }));
      expect(only(event, "ATTENDEE").value).toBe(`mailto:${email}`);
    },
  );

  test.each(["http://localhost:3000/b/1", "http://[::1]:3000/b/1", "http://k:8/x"])(
    "carries the link %s of any installation",
    (url) => {
      expect(only(eventOf(invite({ ...plain, url })).event, "URL").value).toBe(url);
    },
  );

  test("gives every text back whole, through folds and escapes", () => {
    const description = 'Zeile 1, "zwei"; C:\\temp\n– drei: 日本語 👩‍👩‍👧‍👦 '.repeat(9).trim();
    const text = invite({ ...plain, description });
    expect(textOf(only(eventOf(text).event, "DESCRIPTION"))).toBe(description);
  });

  test("folds a long line where it must and nowhere else", () => {
    const rows = invite({ ...plain, description: "ü".repeat(300) }).split("\r\n");
    const first = rows.findIndex((row) => row.startsWith("DESCRIPTION"));
    const count = rows.slice(first + 1).findIndex((row) => !row.startsWith(" "));
    const lengths = rows.slice(first, first + count).map((row) => Buffer.byteLength(row));
    expect(lengths.length).toBe(8);
    for (const length of lengths) expect(length).toBeGreaterThan(73);
  });

  test("is understood by another parser", () => {
    const description = "One; two, three\nfour \\ five – 日本語".repeat(5);
    const name = 'Grace "Amazing" Hopper, Rear Admiral; USN: ret.';
    const attendees = [{ name, email: "grace@example.com" }];
    const text = invite({ ...plain, description, attendees });
    const parsed = new ICAL.Component(ICAL.parse(text));
    const event = new ICAL.Event(parsed.getFirstSubcomponent("vevent")!);
    expect(parsed.getFirstPropertyValue("method")).toBe("REQUEST");
    expect(event.uid).toBe(plain.uid);
    expect(event.description).toBe(description);
    expect(event.startDate.toUnixTime() * 1000).toBe(plain.start.epochMilliseconds);
    expect(event.endDate.toUnixTime() * 1000).toBe(plain.end.epochMilliseconds);
    expect(event.attendees[0]?.getParameter("cn")).toBe(name.replaceAll('"', "'"));
    expect(event.attendees[0]?.getParameter("partstat")).toBe("ACCEPTED");
  });
});

describe("inviteUid()", () => {
  test("does not change with the port or the protocol", () => {
    expect(inviteUid("42", "http://kalends.example:3000")).toBe("42@kalends.example");
    expect(inviteUid("42", "https://kalends.example")).toBe("42@kalends.example");
    expect(inviteUid("42", "http://[::1]:3000")).toBe("42@::1");
  });
});
