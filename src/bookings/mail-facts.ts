import { nameOf } from "../accounts/schema.ts";
import type { BookingFacts, Person, Reader } from "../messages/facts.ts";
import type { World } from "../world.ts";
import { bookerOf, companionsOf } from "./companions.ts";
import { guestLinks } from "./links.ts";
import type { AttendeeRow, FoundBooking } from "./queries.ts";
import { presentOf } from "./seats.ts";

/**
 * A booking as messages speak of it, to one guest or, without a guest's links, to a host: of all its guests
 * or `about` one of them.
 */
export function mailFacts(
  world: World,
  booking: FoundBooking,
  reader: AttendeeRow | null,
  about: AttendeeRow | null = null,
): BookingFacts {
  const organizer = booking.hosts.find(({ id }) => id === booking.hostId) ?? booking.hosts[0];
  if (!organizer) throw new RangeError("Cannot tell of a booking without a host");
  const isOfAll = booking.capacity > 1 && reader === null && about === null;
  const present = presentOf(booking);
  const attendee = reader ?? about ?? present[0] ?? lastOut(booking) ?? booking.attendees[0];
  const guest = attendee ? bookerOf(booking, attendee) : null;
  const isCompanion = reader !== null && reader.broughtBy !== null;
  const links = reader && !isCompanion ? guestLinks(world, booking.id, reader) : null;
  const named = (person: AttendeeRow) => ({
    name: reader && (isCompanion || person.id !== reader.id) ? plainName(person) : person.name,
    email: person.email,
  });
  const { ownerUsername, slug } = booking;
  return {
    title: booking.title,
    start: booking.start,
    end: booking.end,
    previous: previousOf(booking, reader?.broughtBy ?? reader?.id),
    location: booking.location.type === "NONE" ? null : booking.location,
    notes: booking.notes,
    cancelReason: isCompanion && !wasCancelledByHost(booking) ? null : booking.cancelReason,
    answerBy: booking.status === "PENDING" ? booking.expiresAt : null,
    host: { name: nameOf(organizer), email: organizer.email },
    coHosts: booking.hosts
      .filter(({ id }) => id !== organizer.id)
      .map((each) => ({ name: nameOf(each), email: each.email })),
    guest: guest && named(guest),
    companions: guest ? companionsOf(booking, guest).map(named) : [],
    others: isOfAll
      ? present.filter((each) => bookerOf(booking, each) !== guest).map(named)
      : undefined,
    answers: isOfAll ? [] : (guest?.answers ?? []),
    links: {
      manageUrl: links?.manageUrl ?? null,
      rescheduleUrl: links?.rescheduleUrl ?? null,
      cancelUrl: links?.cancelUrl ?? null,
      icsUrl: links?.icsUrl ?? null,
      pageUrl: ownerUsername && slug ? `${world.config.PUBLIC_URL}/${ownerUsername}/${slug}` : null,
    },
    publicUrl: world.config.PUBLIC_URL,
  };
}

/**
 * What others typed as a name, for a guest's mail: the address instead, where the name is a way to
 * advertise. A guest may name anybody as a companion, and anybody may call himself anything.
 */
const plainName = ({ name, email }: Person): string =>
  /[/:@]|\.\p{L}{2}/u.test(name) ? email : name;

/** Who left a meeting empty by moving to another. */
function lastOut({ history, attendees }: FoundBooking): AttendeeRow | undefined {
  const last = history.findLast(({ event }) => event === "moved_away");
  return attendees.find(({ id }) => id === last?.actorId);
}

const wasCancelledByHost = ({ history }: FoundBooking): boolean =>
  history.findLast(({ event }) => event === "cancelled")?.actor === "host";

export const guestReader = (guest: AttendeeRow): Reader => ({
  role: "guest",
  isCompanion: guest.broughtBy !== null,
  name: guest.broughtBy === null ? guest.name : plainName(guest),
  timeZone: guest.timeZone,
  locale: guest.locale,
});

export const hostReader = (host: FoundBooking["hosts"][number]): Reader => ({
  role: "host",
  name: nameOf(host),
  timeZone: host.timeZone,
  locale: host.locale,
});

/** Where the meeting was, or where this guest was who has moved to it since. */
function previousOf(
  { history }: FoundBooking,
  guestId: string | undefined,
): BookingFacts["previous"] {
  const moved = history.findLast(
    ({ event, actorId }) =>
      event === "rescheduled" || (event === "moved_in" && actorId === guestId),
  )?.was;
  if (typeof moved?.["start"] !== "string" || typeof moved["end"] !== "string") return null;
  return { start: Temporal.Instant.from(moved["start"]), end: Temporal.Instant.from(moved["end"]) };
}
