// Whose booking a page is about, by the link that led there.
import type { UserRow } from "../accounts/queries.ts";
import { nameOf } from "../accounts/schema.ts";
import { findForAsker } from "../bookings/access.ts";
import { companionsOf } from "../bookings/companions.ts";
import { guestLinks } from "../bookings/links.ts";
import { whyForbidden } from "../bookings/policies.ts";
import type { AttendeeRow, FoundBooking } from "../bookings/queries.ts";
import type { Html } from "../messages/html.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { typePath } from "./booking-page.ts";
import { isId, textAt } from "./input.ts";
import { isOpen, type ManageFacts, managePath } from "./manage-page.ts";
import { pageResponse } from "./page.ts";
import { noSuchBookingPage } from "./plain-pages.ts";
import { findTypePage } from "./queries.ts";

/** A booking as its reader may change it. */
export interface Opened {
  readonly facts: ManageFacts;
  readonly booking: FoundBooking;
  readonly asker: { readonly user: UserRow | null; readonly token: string | null };
  readonly isGuest: boolean;
  /** What its reader is asked about it. */
  readonly question: Html | null;
  /** Where he finds a booking, whose id may be another one once it has moved. */
  pathOf(id: string): string;
}

/** Opens a booking by a token. Problems: not_found for one that does not fit. */
export type Open = (world: World, id: string, token: string) => Promise<Opened>;

/** Opens a booking by its token; every link that does not fit leads to the same helpful page. */
export async function withBooking(
  world: World,
  id: string,
  input: unknown,
  open: Open,
  answer: (opened: Opened) => Promise<Response>,
): Promise<Response> {
  try {
    if (!isId(id)) throw new Problem("not_found");
    return await answer(await open(world, id, textAt(input, "token") ?? ""));
  } catch (error) {
    if (error instanceof Problem && error.problem === "not_found")
      return pageResponse(noSuchBookingPage, 404);
    throw error;
  }
}

/** For the guest whose link it is. */
export const openForGuest: Open = async (world, id, token) => {
  const asker = { user: null, token };
  const { booking, actor } = await findForAsker(world, id, asker);
  if (actor.kind !== "guest") throw new Problem("not_found");
  const facts = await guestFactsOf(world, booking, actor.attendee, token);
  return { facts, booking, asker, isGuest: true, question: null, pathOf: managePath };
};

async function guestFactsOf(
  world: World,
  booking: FoundBooking,
  guest: AttendeeRow,
  token: string,
): Promise<ManageFacts> {
  const { meetingTypeId, hosts, policies } = booking;
  const forbidden = (act: "cancel" | "reschedule") =>
    whyForbidden(booking, act, guest.timeZone, world.now());
  const hostName = hosts.map(nameOf).join(", ");
  const facts = {
    ...commonFactsOf(world, booking),
    token,
    path: managePath(booking.id),
    guest,
    hostName,
    otherName: hostName,
    timeZone: guest.timeZone,
    answers: guest.answers,
    companions: companionsOf(booking, guest),
    forbidden: { cancel: forbidden("cancel"), reschedule: forbidden("reschedule") },
    isReasonRequired: policies?.reasonRequired ?? false,
    asksAnew: (booking.requiresConfirmation ?? false) && booking.capacity === 1,
    icsUrl: booking.awaitsGuest ? null : guestLinks(world, booking.id, guest).icsUrl,
    pageUrl: null,
  };
  if (isOpen(facts) || meetingTypeId === null) return facts;
  const at = await findTypePage(world.db, { meetingTypeId });
  return { ...facts, pageUrl: at && typePath(at) };
}

/** What every reader's page says. */
export const commonFactsOf = (world: World, booking: FoundBooking) => ({
  ...booking,
  hasBegun: Temporal.Instant.compare(booking.start, world.now()) <= 0,
  isMailed: {
    booked: booking.notifications?.confirmation ?? false,
    moved: booking.notifications?.reschedule ?? false,
    cancelled: booking.notifications?.cancellation ?? false,
  },
});
