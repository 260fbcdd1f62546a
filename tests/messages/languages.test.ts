// Every language says everything.
import { describe, expect, test } from "bun:test";
import type {
  BookingFacts,
  BookingMailKind,
  NoticeFacts,
  Reader,
} from "../../src/messages/facts.ts";
import { bookingMail } from "../../src/messages/templates/booking.ts";
import { english } from "../../src/messages/templates/en.ts";
import { noticeText } from "../../src/messages/templates/notice.ts";
import { organizationMail } from "../../src/messages/templates/organization.ts";
import { verificationMail } from "../../src/messages/templates/verification.ts";
import { webhookMail } from "../../src/messages/templates/webhook.ts";
import { welcomeMail } from "../../src/messages/templates/welcome.ts";
import { LOCALES, languageOf, wordsFor } from "../../src/messages/templates/words.ts";

/** "mails.BOOKING_CANCELLED.host (1)" of every text, with how much a function takes. */
function keysOf(words: object, path = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) => {
    const here = path === "" ? key : `${path}.${key}`;
    if (typeof value === "object") return keysOf(value, here);
    return [typeof value === "function" ? `${here} ()` : here];
  });
}

const facts: BookingFacts = {
  title: "Intro call",
  start: Temporal.Instant.from("2026-12-01T16:00:00Z"),
  end: Temporal.Instant.from("2026-12-01T16:30:00Z"),
  previous: {
    start: Temporal.Instant.from("2026-11-30T16:00:00Z"),
    end: Temporal.Instant.from("2026-11-30T16:30:00Z"),
  },
  location: { type: "PHONE", details: "+49 30 1" },
  notes: "I have two questions",
  cancelReason: "I am ill",
  answerBy: Temporal.Instant.from("2026-11-30T10:00:00Z"),
  host: { name: "Ada Lovelace", email: "ada@example.com" },
  guest: { name: "Grace Hopper", email: "grace@example.com" },
  companions: [{ name: "Mary", email: "mary@example.com" }],
  answers: [{ label: "Coffee?", value: true }],
  links: {
    manageUrl: "https://kalends.example/b/1?token=secret",
    rescheduleUrl: "https://kalends.example/b/1/reschedule?token=secret",
    cancelUrl: "https://kalends.example/b/1/cancel?token=secret",
    pageUrl: "https://kalends.example/ada/intro",
  },
  publicUrl: "https://kalends.example",
};
const readers = (locale: string): Reader[] => [
  { role: "guest", name: "Grace Hopper", timeZone: "America/New_York", locale },
  { role: "guest", isCompanion: true, name: "Mary", timeZone: "America/New_York", locale },
  { role: "host", name: "Ada Lovelace", timeZone: "Europe/Berlin", locale },
];
const mailsIn = (locale: string) =>
  readers(locale).flatMap((reader) => [
    ...(Object.keys(english.mails) as BookingMailKind[]).flatMap((kind) =>
      [facts, { ...facts, guest: null }, { ...facts, goesOn: true, others: facts.companions }].map(
        (one) => bookingMail(kind, one, reader),
      ),
    ),
    welcomeMail(
      { verifyUrl: "https://k/v", pageUrl: "https://k/ada", publicUrl: "https://k" },
      reader,
    ),
    verificationMail({ verifyUrl: "https://k/v" }, reader),
    ...(["added", "invited"] as const).map((kind) =>
      organizationMail(
        { kind, organization: "Engines", inviter: null, role: "member", url: "https://k/i" },
        reader,
      ),
    ),
    webhookMail({ kind: "WEBHOOK_FAILING", host: "crm.example.com", failingSince }, reader),
    ...(["gone", "failing"] as const).map((reason) =>
      webhookMail(
        { kind: "WEBHOOK_DISABLED", host: "crm.example.com", failingSince, reason },
        reader,
      ),
    ),
  ]);

const failingSince = Temporal.Instant.from("2026-11-23T09:00:00Z");
const meeting = { title: "Intro call", start: "2026-12-01T09:00:00Z", guest: "Grace Hopper" };
const variants: { readonly [T in keyof NoticeFacts]: readonly NoticeFacts[T][] } = {
  BOOKING_REQUESTED: [meeting, { ...meeting, guest: null, previousStart: meeting.start }],
  BOOKING_CONFIRMED: [meeting, { ...meeting, isAnswer: true }, { ...meeting, isPersonal: true }],
  BOOKING_RESCHEDULED: [
    { ...meeting, by: "Grace Hopper", previousStart: meeting.start },
    { ...meeting, by: null, isPersonal: true },
  ],
  BOOKING_CANCELLED: [
    { ...meeting, by: null },
    { ...meeting, by: "Grace Hopper", goesOn: true },
    { ...meeting, by: null, isPersonal: true },
  ],
  BOOKING_DECLINED: [meeting],
  BOOKING_EXPIRED: [{ ...meeting, guest: null }],
  BOOKING_REASSIGNED: [meeting, { ...meeting, goesOn: true }],
  BOOKING_PLACE_CHANGED: [
    { ...meeting, by: null },
    { ...meeting, by: "Grace Hopper" },
  ],
  BOOKING_RESTORED: [meeting],
  REMINDER: [meeting],
  BOOKINGS_FLOOD: [{ domain: "example.com" }],
  ORG_INVITE: [
    { organizationId: "1", role: "member" },
    { organizationId: "1", role: "admin", organization: "Analytical Engines", by: "Ada" },
  ],
  ORG_OWNER: [{ organizationId: "1", organization: "Analytical Engines" }],
  MEETING_TYPE_PASSED: [{ meetingTypeId: "1", organizationId: "1", title: "Demo" }],
  HOST_GONE: [true, false].map((areAllNeeded) => ({
    meetingTypeId: "1",
    hostId: "1",
    title: "Demo",
    host: "Ada",
    areAllNeeded,
  })),
  WEBHOOK_FAILING: [{ webhookId: "w", host: "example.com" }],
  WEBHOOK_DISABLED: [
    { webhookId: "w", host: "example.com", reason: "gone" },
    { webhookId: "w", host: "example.com", reason: "failing" },
  ],
  CALENDAR_EVENT_MOVED: [{ ...meeting, to: "2026-12-01T11:00:00Z" }],
  CALENDAR_EVENT_DELETED: [meeting],
  CALENDAR_EVENT_FAILED: (["refused", "no_calendar", "no_meeting"] as const).map((reason) => ({
    ...meeting,
    reason,
  })),
  CALENDAR_NEEDS_REAUTH: [{ provider: "Google" }, { provider: "Google", account: "ada@x.y" }],
  CALENDAR_UNREACHABLE: (["keep", "busy", "free"] as const).map((meanwhile) => ({
    connectionId: "1",
    provider: "CalDAV",
    account: "dav.example.com",
    meanwhile,
  })),
  DELIVERY_FAILED: [
    ...(["failed", "bounced", "complained"] as const).map((reason) => ({
      ...meeting,
      email: "grace@example.com",
      reason,
    })),
    { ...meeting, phone: "+12025550123" },
  ],
  MAIL_PROVIDER_REFUSES: [{ provider: "resend", reason: "API key is invalid" }],
  WELCOME: [{}],
};
const noticesIn = (locale: string) =>
  (Object.keys(variants) as (keyof NoticeFacts)[]).flatMap((type) =>
    variants[type].map((one) =>
      noticeText(type, one as NoticeFacts[typeof type], { timeZone: "Europe/Berlin", locale }),
    ),
  );

describe.each(LOCALES)("in %s", (locale) => {
  test("there are the same words as in English", () => {
    expect(keysOf(wordsFor(locale)).toSorted()).toEqual(keysOf(english).toSorted());
  });

  test("every mail is whole, and in that language", () => {
    for (const { subject, html, text } of mailsIn(locale)) {
      expect(`${subject}${html}${text}`).not.toMatch(/undefined|null|\[object|NaN/);
      expect(html).toContain(`<html lang="${locale}">`);
      expect(subject.trim()).not.toBe("");
    }
  });

  test("every notification is whole", () => {
    for (const { title, message } of noticesIn(locale)) {
      expect(`${title}: ${message}`).not.toMatch(/undefined|null|\[object|NaN/);
      expect(title).not.toBe("");
      expect(message).toEndWith(".");
    }
  });
});

test("no sentence of another language is the English one", () => {
  const same = new Set(noticesIn("en").map(({ title }) => title));
  for (const locale of LOCALES.filter((each) => each !== "en")) {
    expect(noticesIn(locale).filter(({ title }) => same.has(title))).toEqual([]);
    const subjects = new Set(mailsIn("en").map(({ subject }) => subject));
    expect(mailsIn(locale).filter(({ subject }) => subjects.has(subject))).toEqual([]);
  }
});

test("days and months are told in the reader's language", () => {
  const [, , host] = readers("de");
  const { subject, text } = bookingMail("BOOKING_CONFIRMATION", facts, host!);
  expect(subject).toBe("Neue Buchung: Intro call mit Grace Hopper, Di, 1. Dez. 2026, 17:00");
  expect(text).toContain(
    "Dienstag, 1. Dezember 2026, 17:00 – 17:30 (Mitteleuropäische Zeit, UTC+01:00)",
  );
});

test("a language is known by its tag, whatever the region", () => {
  expect(["de", "de-AT", "DE_ch", "en-GB", "fr", "", "deu", "x-de"].map(languageOf)).toEqual([
    "de",
    "de",
    "de",
    "en",
    null,
    null,
    null,
    null,
  ]);
  expect(wordsFor("fr").lang).toBe("en");
});
