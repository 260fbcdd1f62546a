// A booking as its host reads it in his own calendar.
import type { BookingFacts, Person, Reader } from "./facts.ts";
import { oneLine, severalLines } from "./line.ts";
import { answerLines, locationLines } from "./templates/booking.ts";
import { wordsFor } from "./templates/words.ts";

export interface EventText {
  readonly summary: string;
  readonly description: string;
  readonly location: string | null;
}

/** What a calendar calls a meeting: with the names of both, unless several share it. */
export const eventTitle = ({ title, host, guest, others }: BookingFacts): string =>
  guest && !others ? `${title}: ${host.name} – ${guest.name}` : title;

/** What every provider takes. */
const MAX_DESCRIPTION = 7_500;

/**
 * Title, place and text of an event: who comes, with addresses, and what they wrote. Guests are named here and nowhere
 * else, since calendars write to attendees. It holds no guest's link.
 * @param hostUrl where the host changes the booking
 * @param isMadeHere the meeting is made with this event, which shows its link by itself
 */
export function eventText(
  facts: BookingFacts,
  reader: Reader,
  { hostUrl, isMadeHere }: { readonly hostUrl: string; readonly isMadeHere: boolean },
): EventText {
  const words = wordsFor(reader.locale);
  const { labels } = words;
  const place = facts.location;
  const where = locationLines(place, words, "host");
  const guests = [facts.guest, ...facts.companions, ...(facts.others ?? [])].filter(
    (each) => each !== null,
  );
  const isOnline = place !== null && place.type !== "PHONE" && place.type !== "IN_PERSON";
  const lines = [
    ...(isMadeHere ? [place?.details ?? []].flat() : where),
    ...guests.map((guest) => `${labels.guest}: ${named(guest)}`),
    ...(facts.coHosts ?? []).map((host) => `${labels.host}: ${named(host)}`),
    ...facts.answers.map((each) => `${each.label}: ${answerLines(each, words).join(", ")}`),
    ...(facts.notes ? [`${labels.notes}: ${facts.notes}`] : []),
  ];
  const manage = `${words.actions.manage}: ${hostUrl}`;
  const text = severalLines(lines.join("\n")).slice(0, MAX_DESCRIPTION - manage.length - 2);
  return {
    summary: oneLine(eventTitle(facts), 300),
    description: `${text.toWellFormed()}\n\n${manage}`.trimStart(),
    location: isMadeHere
      ? null
      : (place?.url ?? place?.details ?? (isOnline ? null : (where[0] ?? null))),
  };
}

const named = ({ name, email }: Person): string =>
  name === email ? email : `${oneLine(name, 120)}, ${email}`;
