import { nameOf } from "../accounts/schema.ts";
import type { BookingFacts, Reader } from "../messages/facts.ts";
import type { World } from "../world.ts";
import { guestLinks } from "./links.ts";
import type { AttendeeRow, FoundBooking } from "./queries.ts";

/** A booking as messages speak of it, to one guest or, without a guest's links, to a host. */
export function mailFacts(
  world: World,
  booking: FoundBooking,
  reader: AttendeeRow | null,
): BookingFacts {
  const organizer = booking.hosts.find(({ id }) => id === booking.hostId) ?? booking.hosts[0];
  if (!organizer) throw new RangeError("Cannot tell of a booking without a host");
  const guest = reader ?? booking.attendees[0] ?? null;
  const links = reader ? guestLinks(world, booking.id, reader) : null;
  const { ownerUsername, slug } = booking;
  return {
    title: booking.title,
    start: booking.start,
    end: booking.end,
    previous: previousOf(booking),
    location: booking.location.type === "NONE" ? null : booking.location,
    notes: booking.notes,
    cancelReason: booking.cancelReason,
    host: { name: nameOf(organizer), email: organizer.email },
    guest: guest && { name: guest.name, email: guest.email },
    links: {
      manageUrl: links?.manageUrl ?? null,
      rescheduleUrl: links?.rescheduleUrl ?? null,
      cancelUrl: links?.cancelUrl ?? null,
      pageUrl: ownerUsername && slug ? `${world.config.PUBLIC_URL}/${ownerUsername}/${slug}` : null,
    },
    publicUrl: world.config.PUBLIC_URL,
  };
}

export const guestReader = (guest: AttendeeRow): Reader => ({
  role: "guest",
  name: guest.name,
  timeZone: guest.timeZone,
  locale: "en",
});

export const hostReader = (host: FoundBooking["hosts"][number]): Reader => ({
  role: "host",
  name: nameOf(host),
  timeZone: host.timeZone,
  locale: host.locale,
});

function previousOf({ history }: FoundBooking): BookingFacts["previous"] {
  const moved = history.findLast(({ event }) => event === "rescheduled")?.was;
  if (typeof moved?.["start"] !== "string" || typeof moved["end"] !== "string") return null;
  return { start: Temporal.Instant.from(moved["start"]), end: Temporal.Instant.from(moved["end"]) };
}
