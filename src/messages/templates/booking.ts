// The mails about a booking: asked for, confirmed, moved, handed over, off, soon to come.

import { calendarLinks } from "../calendar-links.ts";
import type {
  AnswerFact,
  BookingFacts,
  BookingMailKind,
  Location,
  Mail,
  Person,
  Reader,
} from "../facts.ts";
import { webAddress } from "../html.ts";
import { oneLine } from "../line.ts";
import { when } from "../when.ts";
import { type Action, type Detail, type Letter, letterHtml, letterText } from "./letter.ts";
import { type Audience, type Terms, type Words, wordsFor } from "./words.ts";

/** The mail of this kind about a booking, for one reader. */
export function bookingMail(kind: BookingMailKind, facts: BookingFacts, reader: Reader): Mail {
  const words = wordsFor(reader.locale);
  const audience: Audience = facts.guest === null ? "owner" : reader.role;
  const terms: Terms = {
    title: oneLine(facts.title, 70),
    host: oneLine(facts.host.name, 50),
    guest: guestOf(facts, words),
    start: when(facts.start, facts.end, reader.timeZone, words.dates).short,
  };
  const told = facts.goesOn ? words.left(terms) : words.mails[kind][audience](terms);
  const { subject, heading, intro } = reader.isCompanion
    ? { ...told, ...words.companion.mails[kind]?.(terms) }
    : told;
  const letter: Letter = {
    lang: words.lang,
    subject: oneLine(subject, 200),
    heading,
    paragraphs: [words.greeting(oneLine(reader.name, 50)), intro],
    details: detailsOf(kind, facts, reader, audience, words),
    ...actionsOf(kind, facts, audience, words),
    footer: footerOf(kind, terms, reader, audience, words),
    calendars: TAKES_PLACE.has(kind) ? calendarsOf(facts, audience, words) : null,
    unsubscribe:
      facts.links.unsubscribeUrl && webAddress(facts.links.unsubscribeUrl)
        ? { label: words.unsubscribe.link[reader.role], url: facts.links.unsubscribeUrl }
        : null,
  };
  return { subject: letter.subject, html: letterHtml(letter), text: letterText(letter) };
}

/** Why the reader gets it. */
function footerOf(
  kind: BookingMailKind,
  terms: Terms,
  reader: Reader,
  audience: Audience,
  { companion, footer }: Words,
): string {
  if (reader.isCompanion) return companion.footer(terms);
  if (audience !== "guest") return footer.host;
  return kind === "BOOKING_VERIFICATION" ? footer.unverified(terms.host) : footer.guest(terms.host);
}

const TAKES_PLACE: ReadonlySet<BookingMailKind> = new Set([
  "BOOKING_CONFIRMATION",
  "BOOKING_RESCHEDULED",
]);

/** Where a calendar reads no attachments. */
function calendarsOf(
  facts: BookingFacts,
  audience: Audience,
  words: Words,
): NonNullable<Letter["calendars"]> {
  const { title, start, end, location, links } = facts;
  const where = location?.url ?? location?.details ?? locationLines(location, words)[0] ?? null;
  // It carries the guest's token, as his other links do.
  const icsUrl = audience === "guest" ? (links.icsUrl ?? null) : null;
  return {
    label: words.addToCalendar,
    links: [
      ...calendarLinks({ title, start, end, location: where }),
      ...(icsUrl !== null && webAddress(icsUrl) ? [{ label: words.icsFile, url: icsUrl }] : []),
    ],
  };
}

/** Whom the host meets; where guests share the meeting, one of them and how many more. */
function guestOf({ guest, others }: BookingFacts, words: Words): string {
  const name = oneLine(guest?.name ?? "", 50);
  return others && others.length > 0 ? words.andOthers(name, others.length) : name;
}

/** Where a meeting is, line by line; the first line is the most useful one. */
export function locationLines(
  location: Location | null,
  words: Words,
  reader: Reader["role"] = "guest",
): string[] {
  if (location === null) return [];
  const name = words.locations[location.type] ?? location.type;
  const { url, details, meetingId, password } = location;
  const isOnline = location.type !== "PHONE" && location.type !== "IN_PERSON";
  return [
    name,
    ...(url ? [url] : []),
    ...(details && details !== url ? [details] : []),
    ...(meetingId ? [`${words.labels.meetingId}: ${meetingId}`] : []),
    ...(password ? [`${words.labels.password}: ${password}`] : []),
    ...(isOnline && !url && !details
      ? [reader === "host" ? words.linkMissing : words.linkFollows]
      : []),
  ];
}

/** An answer to read: a choice of several has a line for each. */
export function answerLines({ value }: AnswerFact, words: Words): readonly string[] {
  if (typeof value === "boolean") return [value ? words.yes : words.no];
  return typeof value === "object" ? value : [String(value)];
}

function detailsOf(
  kind: BookingMailKind,
  facts: BookingFacts,
  reader: Reader,
  audience: Audience,
  words: Words,
): Detail[] {
  const { labels } = words;
  const told = (span: { start: Temporal.Instant; end: Temporal.Instant }) =>
    when(span.start, span.end, reader.timeZone, words.dates).full;
  // Over for this reader: a host who is relieved has the meeting no more.
  const isOff = isOffFor(kind, audience);
  const isPast = isOff && !facts.goesOn;
  const where =
    isPast || IS_OVER.has(kind) ? [] : locationLines(facts.location, words, reader.role);
  // A guest's notes go to the host alone. In the guest's mail they would turn the booking form
  // into a way to send anybody any text under our name; the page of the booking shows them.
  const notes = audience === "guest" ? null : facts.notes;
  // Names and addresses of others are such text too.
  const companions = audience === "guest" ? [] : facts.companions;
  const others = audience === "guest" ? [] : (facts.others ?? []);
  const answers = audience === "guest" ? [] : facts.answers;
  return [
    { label: labels.what, lines: [oneLine(facts.title, 250)] },
    { label: labels.when, lines: [told(facts)], isPast },
    ...(facts.previous && (kind === "BOOKING_RESCHEDULED" || kind === "BOOKING_REQUESTED")
      ? [{ label: labels.before, lines: [told(facts.previous)], isPast: true }]
      : []),
    ...(facts.answerBy && kind === "BOOKING_VERIFICATION"
      ? [{ label: labels.verifyBy, lines: [momentOf(facts.answerBy, reader, words)] }]
      : []),
    ...(facts.answerBy && kind === "BOOKING_REQUESTED"
      ? [{ label: labels.answerBy, lines: [momentOf(facts.answerBy, reader, words)] }]
      : []),
    ...(where.length > 0 ? [{ label: labels.where, lines: where }] : []),
    ...(audience === "guest" ? [{ label: labels.host, lines: [facts.host.name] }] : []),
    ...(audience === "host" && facts.guest
      ? [{ label: labels.guest, lines: [facts.guest.name, facts.guest.email] }]
      : []),
    ...(companions.length > 0
      ? [
          {
            label: labels.companions,
            lines: companions.map(named),
          },
        ]
      : []),
    ...(others.length > 0 ? [{ label: labels.others, lines: others.map(named) }] : []),
    ...(isOff && facts.cancelReason ? [{ label: labels.reason, lines: [facts.cancelReason] }] : []),
    ...(notes ? [{ label: labels.notes, lines: [notes] }] : []),
    ...answers.map((answer) => ({
      label: oneLine(answer.label, 200),
      lines: answerLines(answer, words),
    })),
  ];
}

const named = ({ name, email }: Person): string =>
  name === email ? email : `${oneLine(name, 120)}, ${email}`;

const isOffFor = (kind: BookingMailKind, audience: Audience): boolean =>
  kind === "BOOKING_CANCELLED" ||
  kind === "BOOKING_DECLINED" ||
  kind === "BOOKING_EXPIRED" ||
  (kind === "BOOKING_REASSIGNED" && audience !== "guest");

const IS_OVER: ReadonlySet<BookingMailKind> = new Set(["BOOKING_FOLLOW_UP", "BOOKING_NO_SHOW"]);

/** "Tue, 1 Dec 2026, 09:00 (Central European Time, UTC+01:00)" */
function momentOf(at: Temporal.Instant, { timeZone }: Reader, { dates }: Words): string {
  const { short, zone } = when(at, at, timeZone, dates);
  return `${short} (${zone})`;
}

function actionsOf(
  kind: BookingMailKind,
  { links }: BookingFacts,
  audience: Audience,
  { actions }: Words,
): { button: Action | null; actions: Action[] } {
  // Relative or foreign schemes would be dead or worse in a mail.
  const action = (label: string, url: string | null): Action[] =>
    url !== null && webAddress(url) ? [{ label, url }] : [];
  const page = (label: string) => action(label, links.pageUrl);
  if (audience === "owner") return { button: null, actions: [] };
  // The guest's links are worth a key: a host's mail must not hold them, whatever was handed in.
  if (audience === "host") {
    const decide = kind === "BOOKING_REQUESTED" ? (links.decideUrl ?? null) : null;
    return { button: action(actions.decide, decide)[0] ?? null, actions: page(actions.page) };
  }
  if (kind === "BOOKING_VERIFICATION")
    return { button: action(actions.verify, links.verifyUrl ?? null)[0] ?? null, actions: [] };
  if (isOffFor(kind, audience) || IS_OVER.has(kind))
    return { button: page(actions.bookAgain)[0] ?? null, actions: [] };
  return {
    button: action(actions.manage, links.manageUrl)[0] ?? null,
    actions: [
      ...action(actions.reschedule, links.rescheduleUrl),
      ...action(actions.cancel, links.cancelUrl),
    ],
  };
}
