import { nameOf } from "../accounts/schema.ts";
import { verificationUrl } from "../accounts/verify-email.ts";
import { decideUrl } from "../bookings/host/decision.ts";
import { dismissalFor, inviteFor } from "../bookings/invite-file.ts";
import { guestReader, hostReader, mailFacts } from "../bookings/mail-facts.ts";
import { type FoundBooking, findBooking } from "../bookings/queries.ts";
import { asLeft } from "../bookings/seats.ts";
import { verifyUrl } from "../bookings/verify.ts";
import type { Email } from "../messages/email/provider.ts";
import type { BookingMailKind, Mail, Person, Reader } from "../messages/facts.ts";
import { bookingMail } from "../messages/templates/booking.ts";
import { organizationMail } from "../messages/templates/organization.ts";
import { verificationMail } from "../messages/templates/verification.ts";
import { welcomeMail } from "../messages/templates/welcome.ts";
import { isOptional, kindOf } from "../notifications/preferences.ts";
import { consentUrl } from "../organizations/consent.ts";
import { invitationUrl } from "../organizations/invitation.ts";
import { findInvitation } from "../organizations/invitation-queries.ts";
import { findMembership } from "../organizations/member-queries.ts";
import { isNobodys } from "../privacy/nobody.ts";
import { unsubscribeUrl } from "../unsubscribe/link.ts";
import type { World } from "../world.ts";
import { composeCalendarMail, composeDriftMail } from "./compose-calendar-mail.ts";
import { composeSecurityMail } from "./compose-security-mail.ts";
import { composeWebhookMail } from "./compose-webhook-mail.ts";
import type { PromiseToKeep } from "./queries.ts";
import { hasLeft, stillHolds } from "./still-holds.ts";

/** The mail of a promise as things are now; null when what it would say no longer holds. */
export function composeMail(world: World, promise: PromiseToKeep): Promise<Email | null> {
  switch (promise.kind) {
    case "WELCOME":
    case "EMAIL_VERIFICATION":
      return composeAccountMail(world, promise);
    case "ORG_INVITE":
      return promise.invitationId === null
        ? composeMembershipMail(world, promise)
        : composeInvitation(world, promise.invitationId);
    case "PASSWORD_RESET":
    case "PASSWORD_CHANGED":
    case "EMAIL_CHANGED":
    case "ACCOUNT_ERASED":
      return composeSecurityMail(world, promise, promise.kind);
    case "WEBHOOK_FAILING":
    case "WEBHOOK_DISABLED":
      return composeWebhookMail(world, promise, promise.kind).then(
        (told) => told && addressed(world, told.mail, told.to),
      );
    case "BOOKING_CONFIRMATION":
    case "BOOKING_RESCHEDULED":
    case "BOOKING_CANCELLED":
    case "BOOKING_REMINDER":
    case "BOOKING_REQUESTED":
    case "BOOKING_DECLINED":
    case "BOOKING_EXPIRED":
    case "BOOKING_REASSIGNED":
    case "BOOKING_PLACE_CHANGED":
    case "BOOKING_LINK":
    case "BOOKING_VERIFICATION":
    case "BOOKING_FOLLOW_UP":
    case "BOOKING_NO_SHOW":
      return composeBookingMail(world, promise, promise.kind);
    case "CALENDAR_NEEDS_REAUTH":
    case "CALENDAR_UNREACHABLE":
      return composeCalendarMail(
        world,
        promise,
        promise.kind,
        unsubscribeUrlFor(world, promise),
      ).then((found) => found && addressed(world, found.mail, found.to, [], found.stopUrl));
    case "CALENDAR_EVENT_MOVED":
    case "CALENDAR_EVENT_DELETED":
      return composeDriftMail(world, promise, unsubscribeUrlFor(world, promise)).then(
        (found) => found && addressed(world, found.mail, found.to, [], found.stopUrl),
      );
    default:
      throw new RangeError(`Cannot compose a mail of kind ${promise.kind}`);
  }
}

async function composeAccountMail(world: World, promise: PromiseToKeep): Promise<Email | null> {
  const user = promise.recipient;
  if (!user || (promise.kind === "EMAIL_VERIFICATION" && user.isVerified)) return null;
  const publicUrl = world.config.PUBLIC_URL;
  const name = nameOf(user);
  const reader: Reader = { role: "host", name, timeZone: user.timeZone, locale: user.locale };
  const verifyUrl = verificationUrl(world, user);
  const mail =
    promise.kind === "WELCOME"
      ? welcomeMail({ verifyUrl, pageUrl: `${publicUrl}/${user.username}`, publicUrl }, reader)
      : verificationMail({ verifyUrl }, reader);
  return addressed(world, mail, { name, email: user.email });
}

/** To whom was added; null once he has left, or the organization is gone. */
async function composeMembershipMail(world: World, promise: PromiseToKeep): Promise<Email | null> {
  const found =
    promise.memberId && (await findMembership(world.db, { memberId: promise.memberId }));
  if (!found) return null;
  const { timeZone, locale, email, role, organizationName, canHost } = found;
  const reader: Reader = { role: "host", name: nameOf(found), timeZone, locale };
  const url = canHost ? null : consentUrl(world, found);
  const facts = { kind: "added" as const, organization: organizationName, role, url };
  return addressed(world, organizationMail({ ...facts, inviter: inviterOf(found) }, reader), {
    name: reader.name,
    email,
  });
}

const inviterOf = (by: { inviterFirstName: string | null; inviterLastName: string | null }) =>
  by.inviterFirstName && nameOf({ firstName: by.inviterFirstName, lastName: by.inviterLastName });

/** To an invited address; null once the invitation was accepted, revoked or has expired. */
async function composeInvitation(world: World, id: string): Promise<Email | null> {
  const found = await findInvitation(world.db, { id });
  const isOver =
    !found ||
    found.acceptedAt !== null ||
    Temporal.Instant.compare(found.expiresAt, world.now()) <= 0;
  if (isOver) return null;
  const { email, organizationName, role } = found;
  const inviter = inviterOf(found);
  // Of the address nothing is known: its reader and who asks him may well speak the same language.
  const locale = found.inviterLocale ?? "en";
  const reader: Reader = { role: "host", name: email, timeZone: "UTC", locale };
  const url = invitationUrl(world, found);
  const facts = { kind: "invited" as const, organization: organizationName, inviter, role, url };
  return addressed(world, organizationMail(facts, reader), { name: email, email });
}

async function composeBookingMail(
  world: World,
  promise: PromiseToKeep,
  kind: BookingMailKind,
): Promise<Email | null> {
  const found =
    promise.bookingId &&
    (await findBooking(world.db, { bookingId: promise.bookingId, attendeeId: null }));
  if (!found) return null;
  // Of a shared meeting a host's mail may be about one guest.
  const about = found.attendees.find(({ id }) => id === promise.attendeeId) ?? null;
  const guest = promise.userId === null ? about : null;
  const booking = guest ? asLeft(found, guest) : found;
  const host = booking.hosts.find(({ id }) => id === promise.userId);
  // Whatever has come of the meeting since, nobody else tells him.
  if (!guest && !host && kind === "BOOKING_REASSIGNED")
    return composeDismissal(world, booking, promise);
  if (!stillHolds(world, booking, promise, kind, about)) return null;
  const to = guest ?? (host && { name: nameOf(host), email: host.email });
  const reader = guest ? guestReader(guest) : host && hostReader(host);
  if (!to || !reader || isNobodys(to.email)) return null;
  const facts = mailFacts(world, booking, guest, about);
  // By its link a host answers in one step, and only he.
  const links = {
    ...facts.links,
    decideUrl: host && kind === "BOOKING_REQUESTED" ? decideUrl(world, booking, host.id) : null,
    verifyUrl:
      guest && kind === "BOOKING_VERIFICATION" ? verifyUrl(world, booking.id, guest) : null,
    unsubscribeUrl: unsubscribeUrlFor(world, promise),
  };
  const left = host && about && hasLeft(about) ? asLeft(booking, about) : null;
  const told = left ? { cancelReason: left.cancelReason, goesOn: true } : {};
  const mail = bookingMail(kind, { ...facts, ...told, links }, reader);
  // Before the guest's word it is too early for both; of a reminder the invitation was sent already.
  const isGiven = kind !== "BOOKING_VERIFICATION";
  const isInvited = isGiven && !CHANGES_NOTHING.has(kind);
  const invite = !isInvited ? [] : [inviteFor(world, booking, guest, reader)];
  return {
    ...addressed(world, mail, { name: to.name, email: to.email }, invite, links.unsubscribeUrl),
    ...replyingTo(!isGiven ? null : guest ? facts.host : facts.others ? null : facts.guest),
  };
}

/** An answer reaches the other party, not a mailbox that nobody reads; of several nobody. */
const replyingTo = (party: Person | null): Pick<Email, "replyTo"> =>
  party === null ? {} : { replyTo: { name: party.name, email: party.email } };

const CHANGES_NOTHING: ReadonlySet<BookingMailKind> = new Set([
  "BOOKING_REMINDER",
  "BOOKING_FOLLOW_UP",
  "BOOKING_NO_SHOW",
]);

/** The last mail to a host who is no longer one of the booking's; null where he is gone altogether. */
async function composeDismissal(
  world: World,
  booking: FoundBooking,
  promise: PromiseToKeep,
): Promise<Email | null> {
  const { recipient: user } = promise;
  if (!user) return null;
  const { timeZone, locale, email } = user;
  const reader: Reader = { role: "host", name: nameOf(user), timeZone, locale };
  const facts = { ...mailFacts(world, booking, null), ...spanOf(booking, user.id) };
  const unsubscribeUrl = unsubscribeUrlFor(world, promise);
  const links = { ...facts.links, unsubscribeUrl };
  const mail = bookingMail("BOOKING_REASSIGNED", { ...facts, links }, reader);
  const dismissal = dismissalFor(world, booking, reader, email);
  return addressed(world, mail, { name: reader.name, email }, [dismissal], unsubscribeUrl);
}

/** When it was while this host had it: a move may have taken it from him. */
function spanOf({ history, start, end }: FoundBooking, hostId: string) {
  const lost = history.findLast(({ was }) => {
    const hosts = was?.["hosts"];
    return Array.isArray(hosts) && hosts.includes(hostId);
  });
  return lost?.event === "rescheduled"
    ? {
        start: Temporal.Instant.from(`${lost.was?.["start"]}`),
        end: Temporal.Instant.from(`${lost.was?.["end"]}`),
      }
    : { start, end };
}

/** Where the reader stops mails like this one; null for those that nobody may stop. */
function unsubscribeUrlFor(world: World, promise: PromiseToKeep): string | null {
  const { userId, attendeeId } = promise;
  const kind = kindOf(promise.kind);
  if (kind === null || !isOptional(kind, userId === null ? "guest" : "user")) return null;
  if (userId !== null) return unsubscribeUrl(world, { of: "user", userId, kind });
  return attendeeId && unsubscribeUrl(world, { of: "guest", attendeeId });
}

const addressed = (
  world: World,
  mail: Mail,
  to: Email["to"],
  attachments: Email["attachments"] = [],
  stopUrl: string | null = null,
): Email => ({
  from: world.config.EMAIL_FROM,
  to,
  ...mail,
  attachments,
  // RFC 8058: whoever signs the mail (DKIM) must sign these too
  ...(stopUrl !== null && {
    headers: {
      "List-Unsubscribe": `<${stopUrl}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
  }),
});
