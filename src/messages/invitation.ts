// The calendar file that goes with a mail, and the one to download.
import { eventTitle } from "./event-text.ts";
import type { BookingFacts, Reader } from "./facts.ts";
import { type Invite, type InviteMethod, invite, inviteUid } from "./ics.ts";
import { answerLines, locationLines } from "./templates/booking.ts";
import { wordsFor } from "./templates/words.ts";

export interface InvitationState {
  /** The attendee's id; the booking's for a personal booking, and for hosts whose guests share it. The UID is made of it. */
  readonly uidOf: string;
  readonly sequence: number;
  readonly isCancelled: boolean;
  readonly isTentative?: boolean;
  /** When the invitation is made (DTSTAMP). */
  readonly stamp: Temporal.Instant;
}

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: string;
}

const ALARM_MINUTES_BEFORE = 15;

/** The invitation for one reader, as it is attached to a mail or downloaded. */
export function invitation(
  facts: BookingFacts,
  reader: Reader,
  state: InvitationState,
): Attachment {
  const event = eventFor(facts, reader, state);
  return {
    filename: state.isCancelled ? "cancel.ics" : "invite.ics",
    contentType: `text/calendar; charset=utf-8; method=${event.method}`,
    content: invite(event),
  };
}

/** The meeting as one reader's calendar is to show it. */
export function eventFor(facts: BookingFacts, reader: Reader, state: InvitationState): Invite {
  const words = wordsFor(reader.locale);
  const where = locationLines(facts.location, words, reader.role);
  const { guest, host, links } = facts;
  const isGuest = reader.role === "guest";
  const method: InviteMethod = state.isCancelled ? "CANCEL" : guest ? "REQUEST" : "PUBLISH";
  return {
    method,
    uid: inviteUid(state.uidOf, facts.publicUrl),
    sequence: state.sequence,
    isTentative: state.isTentative ?? false,
    stamp: state.stamp,
    start: facts.start,
    end: facts.end,
    title: eventTitle(facts),
    description: [
      ...where,
      ...(isGuest && links.manageUrl ? [`${words.actions.manage}: ${links.manageUrl}`] : []),
      ...(!isGuest && facts.notes ? [`${words.labels.notes}: ${facts.notes}`] : []),
      ...(isGuest ? [] : facts.answers).map(
        (answer) => `${answer.label}: ${answerLines(answer, words).join(", ")}`,
      ),
    ].join("\n"),
    location: facts.location?.url ?? facts.location?.details ?? where[0] ?? null,
    url: isGuest ? links.manageUrl : null,
    organizer: host,
    attendees: guest
      ? [
          guest,
          ...facts.companions.map((each) => ({ ...each, isAsked: true })),
          ...(facts.others ?? []),
          // Calendars look for their owner among those who are asked.
          ...(facts.coHosts ?? []),
        ]
      : [],
    alarmMinutesBefore: state.isTentative ? null : ALARM_MINUTES_BEFORE,
  };
}
