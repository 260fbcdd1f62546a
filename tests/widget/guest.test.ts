import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import { GuestBooking } from "../../src/bookings/schema.ts";
import { newId } from "../../src/db/id.ts";
import {
  filledIn,
  newBooking,
  prefillBy,
  type Typed,
  trackingOf,
  wrongAs,
  wrongIn,
} from "../../src/widget/later/guest.ts";
import type { MeetingType } from "../../src/widget/wire.ts";

const BLANK: Typed = {
  name: "",
  email: "",
  phone: "",
  smsOptIn: false,
  notes: "",
  guests: [],
  answers: {},
};
const GRACE: Typed = { ...BLANK, name: "Grace Hopper", email: "grace@example.com" };
const KINDS = [
  "text",
  "longText",
  "phone",
  "email",
  "url",
  "number",
  "select",
  "multiSelect",
  "checkbox",
  "date",
] as const;
const TYPE: MeetingType = {
  id: newId(),
  title: "Intro",
  slug: "intro",
  description: null,
  durationMinutes: 30,
  durationOptions: [],
  locationType: "PHONE",
  minimumNoticeMinutes: 0,
  horizon: { kind: "unlimited" },
  capacity: 1,
  requiresConfirmation: false,
  offersSms: true,
  questions: KINDS.map((type) => ({ id: type, label: type, type, required: true, options: ["a"] })),
  hosts: [],
  host: { username: "ada", name: "Ada", timeZone: "UTC" },
};
const SLOT = {
  start: "2026-12-01T09:00:00Z",
  end: "2026-12-01T09:30:00Z",
  localStart: "2026-12-01T10:00+01:00",
};

describe("what is wrong with the form", () => {
  test("is told for every field that lacks something, in the order of the fields", () => {
    expect(wrongIn(TYPE, { ...BLANK, smsOptIn: true, guests: ["x", ""] })).toEqual({
      "guest.name": "missing",
      "guest.email": "missing",
      "guest.phone": "missing",
      "guests.0.email": "email",
      "answers.text": "missing",
      "answers.longText": "missing",
      "answers.phone": "missing",
      "answers.email": "missing",
      "answers.url": "missing",
      "answers.number": "missing",
      "answers.select": "choose",
      "answers.multiSelect": "choose",
      "answers.checkbox": "tick",
      "answers.date": "missing",
    });
  });

  test("is nothing when all is well, and names what cannot be read", () => {
    const answers = {
      text: "x",
      longText: "x\ny",
      phone: "+1 (202) 555-0123",
      email: "a@b.example",
      url: "https://example.com",
      number: "3.5",
      select: "a",
      multiSelect: ["a"],
      checkbox: true,
      date: "2026-12-01",
    };
    expect(wrongIn(TYPE, { ...GRACE, answers })).toEqual({});
    const bad = { ...answers, phone: "call me", email: "no", url: "example", number: "three" };
    expect(wrongIn(TYPE, { ...GRACE, answers: bad, guests: [GRACE.email] })).toEqual({
      "guests.0.email": "twice",
      "answers.phone": "phone",
      "answers.email": "email",
      "answers.url": "url",
      "answers.number": "number",
    });
  });

  test("by the server's word is told in ours", () => {
    expect(wrongAs(TYPE, "answers.select", "must be one of a")).toBe("choose");
    expect(wrongAs(TYPE, "guest.phone", "takes no SMS of ours")).toBe("mobile");
    expect(wrongAs(TYPE, "guest.email", "must match format")).toBe("email");
    expect(wrongAs(TYPE, "guests.0.email", "stands twice")).toBe("twice");
    expect(wrongAs(TYPE, "notes", "is too long")).toBe("text");
  });
});

test("whatever the page's address and guest say, the request is one that the API takes", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.webUrl({ withQueryParameters: true }),
      fc.string(),
      (tag, page, note) => {
        const tracking = trackingOf(`?utm_source=${encodeURIComponent(tag.toWellFormed())}`, page);
        const body = newBooking(
          TYPE,
          SLOT,
          {
            ...GRACE,
            phone: "0012 025 550 123",
            guests: ["", "a@b.example"],
            answers: { number: "3", text: note },
          },
          { timeZone: "Europe/Berlin", locale: "en-GB", ...(tracking && { tracking }) },
        );
        expect(Value.Check(GuestBooking, body)).toBe(true);
        expect(body.tracking?.referrer ?? "").not.toMatch(/[?#]/);
      },
    ),
  );
});

describe("what the page knows of its guest", () => {
  test("fills in what is blank, the nearest first, and leaves what was typed", () => {
    const typed = { ...BLANK, name: "Typed", answers: { a: "typed" } };
    const filled = filledIn(
      typed,
      { name: "API", email: "api@example.com", answers: { a: "api", b: 3 } },
      { email: "attribute@example.com", notes: "attribute", answers: { b: "attribute" } },
      { notes: "address", phone: "+1", guests: ["x@y.z"] },
    );
    expect(filled).toEqual({
      name: "Typed",
      email: "api@example.com",
      phone: "+1",
      smsOptIn: false,
      notes: "attribute",
      guests: ["x@y.z"],
      answers: { a: "typed", b: "3" },
    });
  });

  test("is read from texts by name; answers that are no JSON are none", () => {
    const given: Record<string, string> = { name: "Grace", guests: "a@b.c, d@e.f", answers: "{" };
    expect(prefillBy((name) => given[name] ?? null)).toEqual({
      name: "Grace",
      guests: ["a@b.c", "d@e.f"],
    });
  });
});
