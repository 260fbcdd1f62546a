import { describe, expect, test } from "bun:test";
import type { BookingFacts, BookingMailKind, Mail, Reader } from "../../src/messages/facts.ts";
import { invitation } from "../../src/messages/invitation.ts";
import { bookingMail } from "../../src/messages/templates/booking.ts";
import { welcomeMail } from "../../src/messages/templates/welcome.ts";
import { all, only, readStrictly, textOf } from "./strict-ics.ts";

const KINDS: readonly BookingMailKind[] = [
  "BOOKING_CONFIRMATION",
  "BOOKING_RESCHEDULED",
  "BOOKING_CANCELLED",
  "BOOKING_REMINDER",
  "BOOKING_REQUESTED",
  "BOOKING_DECLINED",
  "BOOKING_EXPIRED",
  "BOOKING_VERIFICATION",
  "BOOKING_REASSIGNED",
  "BOOKING_PLACE_CHANGED",
  "BOOKING_LINK",
  "BOOKING_FOLLOW_UP",
  "BOOKING_NO_SHOW",
];

const facts: BookingFacts = {
  title: "Intro call",
  start: Temporal.Instant.from("2026-12-01T16:00:00Z"),
  end: Temporal.Instant.from("2026-12-01T16:30:00Z"),
  previous: {
    start: Temporal.Instant.from("2026-11-30T16:00:00Z"),
    end: Temporal.Instant.from("2026-11-30T16:30:00Z"),
  },
  location: { type: "ZOOM", url: "https://zoom.example/j/1", meetingId: "123", password: "s3" },
  notes: "I have two questions",
  cancelReason: "I am ill",
  host: { name: "Ada Lovelace", email: "ada@example.com" },
  guest: { name: "Grace Hopper", email: "grace@example.com" },
  companions: [],
  answers: [],
  links: {
    manageUrl: "https://kalends.example/b/1?token=secret",
    rescheduleUrl: "https://kalends.example/b/1/reschedule?token=secret",
    cancelUrl: "https://kalends.example/b/1/cancel?token=secret",
    pageUrl: "https://kalends.example/ada/intro",
  },
  publicUrl: "https://kalends.example",
};
const guest: Reader = {
  role: "guest",
  name: "Grace Hopper",
  timeZone: "America/Vancouver",
  locale: "en",
};
const host: Reader = {
  role: "host",
  name: "Ada Lovelace",
  timeZone: "Europe/Berlin",
  locale: "en",
};
const personal: BookingFacts = { ...facts, guest: null };
const state = { uidOf: "0193", sequence: 1, isCancelled: false, stamp: facts.start };

const both = ({ html, text }: Mail) => [html, text];

describe("bookingMail()", () => {
  test.each(KINDS)("%s tells each reader the time on the reader's own clock", (kind) => {
    for (const part of both(bookingMail(kind, facts, guest)))
      expect(part).toContain("Tuesday, 1 December 2026, 09:00 – 09:30 (Pacific Time, UTC−07:00)");
    for (const part of both(bookingMail(kind, facts, host)))
      expect(part).toContain(
        "Tuesday, 1 December 2026, 17:00 – 17:30 (Central European Time, UTC+01:00)",
      );
    expect(bookingMail(kind, facts, guest).subject).toContain("Tue, 1 Dec 2026, 09:00");
  });

  test.each(KINDS)("%s never puts a guest's link into the host's mail", (kind) => {
    for (const one of [facts, personal])
      for (const part of both(bookingMail(kind, one, host))) expect(part).not.toContain("secret");
  });

  test.each(KINDS)("%s never sends a guest's own text to the guest's address", (kind) => {
    for (const part of both(bookingMail(kind, facts, guest)))
      expect(part).not.toContain("questions");
    for (const part of both(bookingMail(kind, facts, host))) expect(part).toContain("questions");
  });

  test.each(KINDS)("%s escapes what people typed, everywhere", (kind) => {
    const evil = `"><script>x</script><img src=x onerror=y>`;
    const people = { name: evil, email: "a@example.com" };
    const typed: BookingFacts = {
      ...facts,
      title: evil,
      notes: evil,
      cancelReason: evil,
      host: people,
      guest: people,
      location: { type: evil, url: evil, details: evil, meetingId: evil, password: evil },
      links: { manageUrl: evil, rescheduleUrl: evil, cancelUrl: evil, pageUrl: evil },
    };
    for (const one of [typed, { ...typed, guest: null }])
      for (const reader of [guest, host]) {
        const { html } = bookingMail(kind, one, { ...reader, name: evil });
        expect(html).not.toContain("<script");
        expect(html).not.toContain("<img");
        expect(html).toContain("&lt;script&gt;");
      }
  });

  test.each(KINDS)("%s has a subject of one line and bounded length", (kind) => {
    const long = `a\r\nBcc: x@example.com\n${"ß".repeat(500)}`;
    const { subject } = bookingMail(kind, { ...facts, title: long }, guest);
    expect(subject).not.toMatch(/[\r\n]/);
    expect([...subject].length).toBeLessThanOrEqual(200);
    // the time stays, however long the title
    expect(subject).toEndWith("Tue, 1 Dec 2026, 09:00");
  });

  test.each(KINDS)("%s says in HTML and in text the same, with the same links", (kind) => {
    for (const reader of [guest, host]) {
      const { html, text } = bookingMail(kind, facts, reader);
      const links = [...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1]!);
      expect(links.filter((link) => !text.includes(link.replaceAll("&amp;", "&")))).toEqual([]);
      expect(html).toContain('<html lang="en">');
      expect(html).toContain('name="color-scheme" content="light dark"');
    }
  });

  test("gives the guest the links to change the booking, while it stands", () => {
    const { links } = facts;
    for (const part of both(bookingMail("BOOKING_CONFIRMATION", facts, guest)))
      for (const url of [links.manageUrl, links.rescheduleUrl, links.cancelUrl])
        expect(part).toContain(url!);
    const cancelled = bookingMail("BOOKING_CANCELLED", facts, guest);
    for (const part of both(cancelled)) {
      expect(part).not.toContain("secret");
      expect(part).toContain(links.pageUrl!);
    }
  });

  test("tells where the meeting was, once it moved", () => {
    const before = "Monday, 30 November 2026, 09:00 – 09:30";
    expect(bookingMail("BOOKING_RESCHEDULED", facts, guest).text).toContain(before);
    expect(bookingMail("BOOKING_CONFIRMATION", facts, guest).text).not.toContain(before);
  });

  test("tells the reason of a cancellation, and no longer where to meet", () => {
    for (const reader of [guest, host]) {
      const { text } = bookingMail("BOOKING_CANCELLED", facts, reader);
      expect(text).toContain("Reason: I am ill");
      expect(text).not.toContain("zoom.example");
    }
    expect(bookingMail("BOOKING_REMINDER", facts, guest).text).not.toContain("I am ill");
  });

  test("tells how to join: address, meeting id and password", () => {
    const { text, html } = bookingMail("BOOKING_REMINDER", facts, guest);
    expect(text).toContain(
      "Where: Zoom\n  https://zoom.example/j/1\n  Meeting ID: 123\n  Password: s3",
    );
    expect(html).toContain('<a href="https://zoom.example/j/1"');
  });

  test("does not make a link of an address that is no web address", () => {
    const location = { type: "CUSTOM_LINK", url: "javascript:alert(1)" };
    const { html } = bookingMail("BOOKING_CONFIRMATION", { ...facts, location }, guest);
    expect(html).not.toContain('href="javascript');
  });

  test("says that the link follows where there is none yet", () => {
    const location = { type: "GOOGLE_MEET", url: null, details: null };
    const { text } = bookingMail("BOOKING_CONFIRMATION", { ...facts, location }, guest);
    expect(text).toContain("Where: Google Meet\n  The host sends you the link.");
  });

  test("asks the host by a link that is his alone, until when it is to be answered", () => {
    const decideUrl = "https://kalends.example/b/1/decide?token=hosts";
    const answerBy = Temporal.Instant.from("2026-11-30T10:00:00Z");
    const asked = { ...facts, answerBy, links: { ...facts.links, decideUrl } };
    for (const part of both(bookingMail("BOOKING_REQUESTED", asked, host))) {
      expect(part).toContain(decideUrl);
      expect(part).toContain("Mon, 30 Nov 2026, 11:00 (Central European Time, UTC+01:00)");
    }
    for (const kind of KINDS)
      for (const part of both(bookingMail(kind, asked, guest))) expect(part).not.toContain("hosts");
    for (const kind of KINDS.filter((each) => each !== "BOOKING_REQUESTED"))
      expect(bookingMail(kind, asked, host).text).not.toContain("decide");
  });

  test.each(["BOOKING_DECLINED", "BOOKING_EXPIRED"] as const)(
    "%s gives the guest the page to book anew, and no link to what is off",
    (kind) => {
      for (const part of both(bookingMail(kind, facts, guest))) {
        expect(part).not.toContain("secret");
        expect(part).toContain(facts.links.pageUrl!);
      }
    },
  );

  test.each(KINDS)("%s of a personal booking speaks of no guest", (kind) => {
    const { subject, text } = bookingMail(kind, personal, host);
    expect(`${subject}${text}`).not.toMatch(/with|Guest|undefined|null/);
  });
});

describe("welcomeMail()", () => {
  test("carries the link that confirms the address", () => {
    const verifyUrl = "https://kalends.example/verify?token=a.b.c";
    const pageUrl = "https://kalends.example/ada";
    const mail = welcomeMail({ verifyUrl, pageUrl, publicUrl: facts.publicUrl }, host);
    for (const part of both(mail)) {
      expect(part).toContain(verifyUrl);
      expect(part).toContain(pageUrl);
      expect(part).toContain("Ada Lovelace");
    }
  });
});

describe("invitation()", () => {
  test("goes to the guest with the link to change it, and without the host's notes", () => {
    const file = invitation(facts, guest, state);
    const [event] = readStrictly(file.content).components;
    expect(file.contentType).toBe("text/calendar; charset=utf-8; method=REQUEST");
    expect(only(event!, "UID").value).toBe("0193@kalends.example");
    expect(only(event!, "URL").value).toBe(facts.links.manageUrl!);
    expect(only(event!, "LOCATION").value).toBe("https://zoom.example/j/1");
    expect(textOf(only(event!, "DESCRIPTION"))).not.toContain("questions");
  });

  test("goes to the host with the notes, and without the guest's link", () => {
    const [event] = readStrictly(invitation(facts, host, state).content).components;
    expect(textOf(only(event!, "DESCRIPTION"))).toContain("Notes: I have two questions");
    expect(all(event!, "URL")).toEqual([]);
  });

  test("of a request is tentative and rings no bell", () => {
    const file = invitation(facts, guest, { ...state, isTentative: true });
    const [event] = readStrictly(file.content).components;
    expect(file.contentType).toEndWith("method=REQUEST");
    expect(only(event!, "STATUS").value).toBe("TENTATIVE");
    expect(event!.components).toEqual([]);
  });

  test("is taken back by the same UID", () => {
    const file = invitation(facts, guest, { ...state, sequence: 2, isCancelled: true });
    expect(file.contentType).toEndWith("method=CANCEL");
    expect(file.filename).toBe("cancel.ics");
    const [event] = readStrictly(file.content).components;
    expect(only(event!, "UID").value).toBe("0193@kalends.example");
  });

  test("asks nobody about a personal booking", () => {
    const file = invitation(personal, host, state);
    expect(file.contentType).toEndWith("method=PUBLISH");
    const [event] = readStrictly(file.content).components;
    expect(all(event!, "ATTENDEE")).toEqual([]);
    expect(textOf(only(event!, "SUMMARY"))).toBe("Intro call");
  });
});

test("confirmations and moves offer the reader's calendars, others have none to offer", () => {
  const offering = KINDS.filter((kind) => bookingMail(kind, facts, guest).html.includes("Yahoo"));
  expect(offering).toEqual(["BOOKING_CONFIRMATION", "BOOKING_RESCHEDULED"]);
});

test("the file of the invitation is offered to who has a token for it, and never to a host", () => {
  const icsUrl = "https://kalends.example/api/v1/bookings/1/calendar.ics?token=secret";
  const told = { ...facts, links: { ...facts.links, icsUrl } };
  const { html, text } = bookingMail("BOOKING_CONFIRMATION", told, guest);
  expect(text).toContain(`.ics file: ${icsUrl}`);
  expect(html).toContain(icsUrl);
  const toHost = bookingMail("BOOKING_CONFIRMATION", told, host);
  expect(toHost.html + toHost.text).not.toContain("secret");
});

test("what is over has no place to go to any more", () => {
  for (const kind of ["BOOKING_FOLLOW_UP", "BOOKING_NO_SHOW"] as const) {
    const { text } = bookingMail(kind, facts, guest);
    expect(text).not.toContain("Where");
    expect(text).toContain("Book a new time");
  }
});
