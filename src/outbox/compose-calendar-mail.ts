import { nameOf } from "../accounts/schema.ts";
import { openDrift } from "../bookings/host/drift.ts";
import { hostUrl } from "../bookings/host/link.ts";
import { factsOf } from "../bookings/promises.ts";
import { findBooking } from "../bookings/queries.ts";
import type { Mail, Reader } from "../messages/facts.ts";
import { calendarMail } from "../messages/templates/calendar.ts";
import type { World } from "../world.ts";
import { findNoticeFacts, type PromiseToKeep, type Recipient } from "./queries.ts";

interface Told {
  readonly mail: Mail;
  readonly to: { readonly name: string; readonly email: string };
  readonly stopUrl: string | null;
}

/**
 * Tells that a calendar lets us in no more or cannot be reached, by the notification of the same statement; null where
 * that is gone, or holds no longer.
 */
export async function composeCalendarMail(
  world: World,
  { recipient, createdAt }: PromiseToKeep,
  type: "CALENDAR_NEEDS_REAUTH" | "CALENDAR_UNREACHABLE",
  stopUrl: string | null,
): Promise<Told | null> {
  if (!recipient) return null;
  const told = await findNoticeFacts(world.db, { userId: recipient.id, type, at: createdAt });
  if (!told) return null;
  const reader = readerOf(recipient);
  const links = { answerUrl: null, unsubscribeUrl: stopUrl };
  return {
    mail: calendarMail(type, told.metadata as never, reader, links),
    to: addressOf(reader),
    stopUrl,
  };
}

/** Asks a host what he means by what he did to an event, as it is now; null once he has answered. */
export async function composeDriftMail(
  world: World,
  { recipient, bookingId, kind }: PromiseToKeep,
  stopUrl: string | null,
): Promise<Told | null> {
  const booking = bookingId && (await findBooking(world.db, { bookingId, attendeeId: null }));
  const drift = recipient && booking ? await openDrift(world, booking, recipient.id) : null;
  if (!recipient || !booking || !drift) return null;
  const reader = readerOf(recipient);
  const links = { answerUrl: hostUrl(world, booking.id, recipient.id), unsubscribeUrl: stopUrl };
  const facts = factsOf(booking);
  const mail =
    drift.kind === "moved"
      ? calendarMail("CALENDAR_EVENT_MOVED", { ...facts, to: `${drift.start}` }, reader, links)
      : calendarMail("CALENDAR_EVENT_DELETED", facts, reader, links);
  // Another mail asks about what it has become since.
  const isSame = kind === `CALENDAR_EVENT_${drift.kind.toUpperCase()}`;
  return isSame ? { mail, to: addressOf(reader), stopUrl } : null;
}

const addressOf = ({ name, email }: { name: string; email: string }) => ({ name, email });

function readerOf(user: Recipient): Reader & { email: string } {
  const { timeZone, locale, email } = user;
  return { role: "host", name: nameOf(user), timeZone, locale, email };
}
