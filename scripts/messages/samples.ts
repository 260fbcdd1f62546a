// Every mail there is, of a meeting like any other: to look at.
import type { BookingFacts, BookingMailKind, Mail, Reader } from "../../src/messages/facts.ts";
import { bookingMail } from "../../src/messages/templates/booking.ts";
import { calendarMail } from "../../src/messages/templates/calendar.ts";
import { english } from "../../src/messages/templates/en.ts";
import { organizationMail } from "../../src/messages/templates/organization.ts";
import {
  emailChangedMail,
  passwordChangedMail,
  passwordResetMail,
} from "../../src/messages/templates/security.ts";
import { verificationMail } from "../../src/messages/templates/verification.ts";
import { webhookMail } from "../../src/messages/templates/webhook.ts";
import { welcomeMail } from "../../src/messages/templates/welcome.ts";

export interface Sample {
  readonly name: string;
  readonly mail: Mail;
}

const at = (text: string) => Temporal.Instant.from(text);
const HOME = "https://kalends.example";

const facts: BookingFacts = {
  title: "Introductory call about the analytical engine",
  start: at("2026-12-01T16:00:00Z"),
  end: at("2026-12-01T16:30:00Z"),
  previous: { start: at("2026-11-30T16:00:00Z"), end: at("2026-11-30T16:30:00Z") },
  location: {
    type: "ZOOM",
    url: "https://zoom.example.com/j/84512345678",
    meetingId: "845 1234 5678",
    password: "sesame",
  },
  notes: "I have two questions about Bernoulli numbers.",
  cancelReason: "I caught a cold, sorry",
  answerBy: at("2026-11-30T10:00:00Z"),
  host: { name: "Ada Lovelace", email: "ada@example.com" },
  guest: { name: "Grace Hopper", email: "grace@example.com" },
  companions: [{ name: "Katherine Johnson", email: "katherine@example.com" }],
  answers: [{ label: "Your company", value: "Analytical Engines" }],
  links: {
    manageUrl: `${HOME}/b/1?token=t`,
    rescheduleUrl: `${HOME}/b/1/reschedule?token=t`,
    cancelUrl: `${HOME}/b/1/cancel?token=t`,
    icsUrl: `${HOME}/api/v1/bookings/1/calendar.ics?token=t`,
    decideUrl: `${HOME}/decide/t`,
    pageUrl: `${HOME}/ada/intro`,
  },
  publicUrl: HOME,
};

/** To guest and host each what can be told to them, in one language. */
export function samplesIn(locale: string): Sample[] {
  const guest: Reader = {
    role: "guest",
    name: "Grace Hopper",
    timeZone: "America/New_York",
    locale,
  };
  const host: Reader = { role: "host", name: "Ada Lovelace", timeZone: "Europe/Berlin", locale };
  const kinds = Object.keys(english.mails) as BookingMailKind[];
  const stop = `${HOME}/unsubscribe/t`;
  const bookings = kinds.flatMap((kind) =>
    [guest, host].map((reader) => ({
      name: `${kind} ${reader.role}`,
      mail: bookingMail(
        kind,
        { ...facts, links: { ...facts.links, unsubscribeUrl: stop } },
        reader,
      ),
    })),
  );
  const organization = {
    organization: "Analytical Engines",
    inviter: "Ada",
    role: "member",
  } as const;
  const failing = { host: "crm.example.com", failingSince: at("2026-11-28T08:00:00Z") };
  const links = { answerUrl: `${HOME}/b/1/host`, unsubscribeUrl: stop };
  const drifted = {
    title: facts.title,
    start: facts.start.toString(),
    guest: "Grace Hopper",
    to: facts.end.toString(),
  };
  const account = { provider: "Google", account: "ada@example.com" };
  const accounts: Record<string, Mail> = {
    WELCOME: welcomeMail(
      { verifyUrl: `${HOME}/verify`, pageUrl: `${HOME}/ada`, publicUrl: HOME },
      host,
    ),
    EMAIL_VERIFICATION: verificationMail({ verifyUrl: `${HOME}/verify` }, host),
    PASSWORD_RESET: passwordResetMail({ resetUrl: `${HOME}/reset` }, host),
    PASSWORD_CHANGED: passwordChangedMail({ forgotUrl: `${HOME}/reset` }, host),
    EMAIL_CHANGED: emailChangedMail({ undoUrl: `${HOME}/undo` }, host),
    "ORG_INVITE invited": organizationMail(
      { ...organization, kind: "invited", url: `${HOME}/join` },
      host,
    ),
    "ORG_INVITE added": organizationMail({ ...organization, kind: "added", url: null }, host),
    CALENDAR_NEEDS_REAUTH: calendarMail("CALENDAR_NEEDS_REAUTH", account, host, links),
    CALENDAR_UNREACHABLE: calendarMail(
      "CALENDAR_UNREACHABLE",
      { ...account, connectionId: "1", meanwhile: "keep" },
      host,
      links,
    ),
    CALENDAR_EVENT_MOVED: calendarMail("CALENDAR_EVENT_MOVED", drifted, host, links),
    CALENDAR_EVENT_DELETED: calendarMail("CALENDAR_EVENT_DELETED", drifted, host, links),
    WEBHOOK_FAILING: webhookMail({ ...failing, kind: "WEBHOOK_FAILING" }, host),
    WEBHOOK_DISABLED: webhookMail(
      { ...failing, kind: "WEBHOOK_DISABLED", reason: "failing" },
      host,
    ),
  };
  return [...bookings, ...Object.entries(accounts).map(([name, mail]) => ({ name, mail }))];
}
