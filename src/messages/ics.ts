// Invitations (RFC 5545, RFC 5546). The `ics` package writes the calendar; what it cannot write as
// iTIP wants it is put right here: people (it breaks names with quotes and quotes PARTSTAT),
// addresses (its patterns refuse some that are right), folding (it counts characters, not octets).
import { createEvent, type EventAttributes } from "ics";
import { oneLine, severalLines } from "./line.ts";

export type InviteMethod = "REQUEST" | "CANCEL" | "PUBLISH";

export interface Invite {
  /** PUBLISH is for time without a guest: a REQUEST needs somebody to ask. */
  readonly method: InviteMethod;
  /** Stable over the life of the meeting; see inviteUid(). */
  readonly uid: string;
  /** Raised by every change; clients ignore what is not newer. */
  readonly sequence: number;
  /** Asked for, not yet agreed: shown so in the calendars that can (RFC 5545, 3.8.1.11). */
  readonly isTentative?: boolean;
  readonly stamp: Temporal.Instant;
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
  readonly title: string;
  readonly description: string | null;
  readonly location: string | null;
  readonly url: string | null;
  readonly organizer: InvitePerson;
  readonly attendees: readonly InvitePerson[];
  /** Minutes before the start; null: no alarm. A CANCEL never has one. */
  readonly alarmMinutesBefore: number | null;
}

export interface InvitePerson {
  readonly name: string;
  readonly email: string;
  /** Somebody else brings him: he himself has not said yes. */
  readonly isAsked?: boolean;
}

/** The UID of an attendee's meeting, or of a personal booking by its own id. */
export const inviteUid = (id: string, publicUrl: string): string =>
  `${id}@${new URL(publicUrl).hostname.replace(/[[\]]/g, "")}`;

/** An iCalendar file of one meeting. */
export const invite = (event: Invite): string => folded(linesOf(event));

/** How often calendars are to look again at what they subscribe to: an ISO 8601 duration. */
const LOOK_EVERY = "PT1H";

/**
 * An iCalendar file to subscribe to (RFC 7986): a state, not a message, so it has no METHOD, and its meetings no alarms,
 * which would ring beside those of the calendars that hold the invitations.
 */
export function feed(name: string, events: readonly Invite[]): string {
  const title = text(oneLine(name, 200));
  const inside = events.flatMap((event) => {
    const lines = linesOf({ ...event, alarmMinutesBefore: null });
    return lines.slice(lines.indexOf("BEGIN:VEVENT"), lines.indexOf("END:VEVENT") + 1);
  });
  return folded([
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    `PRODID:${PRODUCT}`,
    "CALSCALE:GREGORIAN",
    `NAME:${title}`,
    // Apple, Google and Outlook read these instead.
    `X-WR-CALNAME:${title}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${LOOK_EVERY}`,
    `X-PUBLISHED-TTL:${LOOK_EVERY}`,
    ...inside,
    "END:VCALENDAR",
    "",
  ]);
}

const PRODUCT = "-//Kalends//Kalends//EN";

function linesOf(event: Invite): string[] {
  const { error, value } = createEvent(attributesOf(event) as EventAttributes);
  if (error || value === null) throw new TypeError("Cannot write the invitation", { cause: error });
  const lines = value.replace(/\r\n[\t ]/g, "").split("\r\n");
  return lines.flatMap((line) => mend(line, event));
}

const folded = (lines: readonly string[]): string => lines.map((line) => fold(line)).join("\r\n");

function attributesOf(event: Invite) {
  const isCancelled = event.method === "CANCEL";
  return {
    productId: PRODUCT,
    method: event.method,
    uid: event.uid,
    sequence: event.sequence,
    timestamp: utc(event.stamp),
    start: utc(event.start),
    end: utc(event.end),
    title: oneLine(event.title, 250),
    ...(event.description && { description: severalLines(event.description) }),
    ...(event.location && { location: severalLines(event.location) }),
    status: isCancelled ? "CANCELLED" : event.isTentative ? "TENTATIVE" : "CONFIRMED",
    transp: isCancelled ? "TRANSPARENT" : "OPAQUE",
    ...(!isCancelled &&
      event.alarmMinutesBefore !== null && {
        alarms: [
          {
            action: "display",
            description: text(oneLine(event.title, 250)),
            trigger: { minutes: event.alarmMinutesBefore, before: true },
          },
        ],
      }),
  };
}

/** 20261201T160000Z; `ics` takes a finished string as it is, so no Date comes near an instant. */
const utc = (instant: Temporal.Instant): string =>
  instant.toString({ smallestUnit: "second" }).replace(/[-:]/g, "");

function mend(line: string, event: Invite): string[] {
  // A hint for subscribed calendars; this is a message.
  if (line.startsWith("X-PUBLISHED-TTL:")) return [];
  // "-PT0M" would be a right duration, but a strict reader may want "PT0M".
  if (line === "TRIGGER:-PT" || line === "TRIGGER:-PT0M") return ["TRIGGER:PT0M"];
  if (!line.startsWith("STATUS:")) return [line];
  const url = event.url === null ? [] : [`URL:${uri(event.url)}`];
  const organizer = `ORGANIZER;CN=${parameter(event.organizer.name)}:mailto:${uri(event.organizer.email)}`;
  return [line, ...url, organizer, ...event.attendees.map((each) => attendee(each))];
}

const attendee = ({ name, email, isAsked = false }: InvitePerson): string =>
  `ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=${isAsked ? "NEEDS-ACTION" : "ACCEPTED"};RSVP=FALSE;CN=${parameter(name)}:mailto:${uri(email)}`;

/** Quoted; RFC 5545 has no way to write a quote inside, so it becomes an apostrophe. */
const parameter = (name: string): string => `"${oneLine(name, 120).replaceAll('"', "'")}"`;

/** What would end the line or the value has no place in an address. */
const uri = (address: string): string =>
  address.replace(/[\p{Cc}\s"<>\\^`{|}\u2028\u2029]|\p{Cs}/gu, (sign) =>
    /\p{Cs}/u.test(sign) ? "" : encodeURIComponent(sign),
  );

const text = (line: string): string => line.replace(/[\\;,]/g, (sign) => `\\${sign}`);

const encoder = new TextEncoder();

/** At most 75 octets a line, never inside a character (RFC 5545, 3.1). */
function fold(line: string): string {
  const rows: string[] = [];
  let row = "";
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > 75) {
      rows.push(row);
      row = "";
      // the blank that marks the next row as a continuation
      octets = 1;
    }
    row += character;
    octets += size;
  }
  return [...rows, row].join("\r\n ");
}
