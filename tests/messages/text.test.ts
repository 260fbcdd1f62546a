import { describe, expect, test } from "bun:test";
import type { BookingFacts, Reader, TextKind } from "../../src/messages/facts.ts";
import { sizeOf } from "../../src/messages/gsm.ts";
import { english } from "../../src/messages/templates/en.ts";
import { bookingText } from "../../src/messages/templates/text.ts";
import { LOCALES } from "../../src/messages/templates/words.ts";

const facts: BookingFacts = {
  title: "Intro call",
  start: Temporal.Instant.from("2026-12-01T16:00:00Z"),
  end: Temporal.Instant.from("2026-12-01T16:30:00Z"),
  previous: null,
  location: { type: "ZOOM", url: "https://zoom.example/1", password: "sesame" },
  notes: "private",
  cancelReason: "private",
  host: { name: "Ada Lovelace", email: "ada@example.com" },
  guest: { name: "Grace Hopper", email: "grace@example.com" },
  companions: [],
  answers: [],
  links: {
    manageUrl: "https://kalends.example/b/1?token=secret",
    rescheduleUrl: null,
    cancelUrl: null,
    pageUrl: null,
  },
  publicUrl: "https://kalends.example",
};
const longest: BookingFacts = {
  ...facts,
  title: "Grundlagengespräch über die Weiterentwicklung der Zusammenarbeit – für Führungskräfte",
  start: Temporal.Instant.from("2026-09-30T20:45:00Z"),
  end: Temporal.Instant.from("2026-09-30T21:15:00Z"),
  host: { name: "Prof. Dr. Karl-Theodor Müller-Lüdenscheidt von Süßkind", email: "k@example.com" },
  guest: { name: "María de los Ángeles Fernández-Villaverde y Cortés", email: "m@example.com" },
};
const reader = (role: "guest" | "host", locale: string): Reader => ({
  role,
  name: "Somebody",
  timeZone: "America/St_Johns",
  locale,
});
const KINDS = Object.keys(english.texts) as TextKind[];

describe.each(LOCALES)("in %s", (locale) => {
  test.each(KINDS)("%s is one GSM SMS, whatever the longest names are", (kind) => {
    for (const role of ["guest", "host"] as const) {
      const text = bookingText(kind, longest, reader(role, locale));
      expect({ text, ...sizeOf(text) }).toMatchObject({ isGsm: true, segments: 1 });
      expect(text).not.toMatch(/undefined|null|\n/);
      if (kind !== "BOOKING_FOLLOW_UP") expect(text).toContain("18:15 UTC-02:30");
    }
  });

  test("no SMS holds a link, a password or what was written in confidence", () => {
    const all = KINDS.map((kind) => bookingText(kind, facts, reader("guest", locale))).join("\n");
    expect(all).not.toMatch(/http|token|sesame|private|@/);
  });

  test("the first SMS says how to stop them", () => {
    expect(bookingText("BOOKING_CONFIRMATION", longest, reader("guest", locale))).toContain("STOP");
  });
});

test("an SMS tells the time of its reader's clock", () => {
  const berlin = { ...reader("guest", "de"), timeZone: "Europe/Berlin" };
  expect(bookingText("BOOKING_REMINDER", facts, berlin)).toBe(
    "Erinnerung: Intro call mit Ada Lovelace, Di, 1. Dez. 2026, 17:00 UTC+01:00.",
  );
});

test("a text that GSM cannot write gives way until it is of use no more", () => {
  const japanese = { ...facts, title: "日本語の打ち合わせ".repeat(10) };
  const text = bookingText("BOOKING_REMINDER", japanese, reader("guest", "en"));
  expect(sizeOf(text)).toMatchObject({ isGsm: false, segments: 2 });
  expect(text).toContain("日本語の打ち合わせ日本...");
});
