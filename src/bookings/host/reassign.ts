import type { UserRow } from "../../accounts/queries.ts";
import { standings } from "../../availability/explain.ts";
import { refused, violated } from "../../db/conflict.ts";
import { invalid, Problem } from "../../problem.ts";
import { loadFacts, type TypeFacts } from "../../slots/load-facts.ts";
import type { Expectation } from "../../version.ts";
import type { World } from "../../world.ts";
import { type Actor, lookAgain, type Seen } from "../access.ts";
import { assertOpen, changeAs } from "../change.ts";
import { asOf } from "../confirmation.ts";
import { reassignBooking } from "../host-queries.ts";
import { isBefore } from "../instant.ts";
import { factsOf, mails, notices, reminders } from "../promises.ts";
import { type FoundBooking, findBooking } from "../queries.ts";
import { audienceOf } from "./decision.ts";

interface Reassignment {
  readonly bookingId: string;
  readonly user: UserRow;
  readonly expected: Expectation;
  /** Who is to take it; unless named whoever of those who can is next in turn. */
  readonly hostId?: string | undefined;
  /** Whom he relieves; the asker unless named, else whoever can be. */
  readonly insteadOf?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Hands a booking over to another host of the same group who is open and free. A host of the booking,
 * the type's owner or an admin of its organization may. Problems: not_found, booking_closed, invalid,
 * slot_taken, outside_hours, cap_reached, type_inactive, version_conflict.
 */
export function reassign(world: World, request: Reassignment): Promise<Seen> {
  const { bookingId, user, expected } = request;
  return changeAs(
    expected,
    () => findForManager(world, bookingId, user),
    (booking, actor) => {
      assertOpen(booking);
      if (booking.awaitsGuest)
        throw new Problem("booking_closed", "This booking waits for its guest to confirm it.");
      if (!isBefore(world.now(), booking.start))
        throw new Problem("booking_closed", "This meeting has begun already.");
      return handOver(world, booking, actor, request);
    },
    (actor) => lookAgain(world, bookingId, actor),
  );
}

async function findForManager(world: World, bookingId: string, user: UserRow): Promise<Seen> {
  const found = await findBooking(world.db, { bookingId, attendeeId: null });
  const may = [...(found?.managerIds ?? []), ...(found?.hosts.map(({ id }) => id) ?? [])];
  if (!found || !may.includes(user.id)) throw new Problem("not_found", "There is no such booking.");
  return { booking: asOf(found, world.now()), actor: { kind: "host", id: user.id } };
}

async function handOver(
  world: World,
  booking: FoundBooking,
  actor: Actor,
  request: Reassignment,
): Promise<{ id: string } | null> {
  const { meetingTypeId, start, end } = booking;
  if (meetingTypeId === null) throw invalid("id", "is a personal booking: it is nobody else's");
  const loaded = await loadFacts(world, {
    meetingTypeId,
    from: start,
    until: end,
    insteadOf: booking.id,
  });
  if (!loaded) throw new Problem("type_inactive", "The host takes no bookings at present.");
  const from = relievedOf(booking, loaded, actor.id, request.insteadOf?.toLowerCase());
  const able = ableOf(booking, loaded, from, request.hostId?.toLowerCase());
  const reason = request.reason?.trim() || null;
  return passOn(world, booking, loaded, { from, able, reason, actorId: actor.id });
}

/** Hands a booking over to whoever of those who can is next in turn; null where somebody was faster. */
export async function passOn(
  world: World,
  booking: FoundBooking,
  { type }: TypeFacts,
  {
    from,
    able,
    ...by
  }: { from: string; able: readonly string[]; reason: string | null; actorId: string | null },
): Promise<{ id: string } | null> {
  try {
    return await reassignBooking(world.db, {
      ...told(world, booking, from, able),
      ...by,
      bookingId: booking.id,
      version: booking.version,
      meetingTypeId: type.id,
      typeVersion: type.version,
      from,
      groups: [{ hosts: [...able], required: 1 }],
    });
  } catch (error) {
    // Somebody was faster: another look gives another answer.
    if (refused(error) !== null || violated(error) === "no_double_booking") return null;
    throw error;
  }
}

/** The group in which a host can be replaced, if there is one: of an "all" group nobody can. */
export const groupOf = ({ facts }: TypeFacts, hostId: string): readonly string[] =>
  facts.type.groups.find(({ hosts, required }) => required !== "all" && hosts.includes(hostId))
    ?.hosts ?? [];

/** Whom another host is to relieve. Problems: invalid. */
function relievedOf(
  { hosts }: FoundBooking,
  type: TypeFacts,
  askerId: string,
  named: string | undefined,
): string {
  const replaceable = hosts.map(({ id }) => id).filter((id) => groupOf(type, id).length > 1);
  const wanted = named ?? (replaceable.includes(askerId) ? askerId : replaceable[0]);
  if (wanted === undefined || !replaceable.includes(wanted))
    throw invalid("insteadOf", "is nobody whom another host of the type can replace");
  return wanted;
}

/** Who of a group has no part in the booking yet, how each stands to its time, and who of them can take it. */
export function othersOf(booking: FoundBooking, type: TypeFacts, group: readonly string[]) {
  const present = new Set(booking.hosts.map(({ id }) => id));
  const others = group.filter((id) => !present.has(id));
  const states = standings(type.facts, booking.start.epochMilliseconds);
  return { others, states, able: others.filter((id) => states.get(id) === "free") };
}

/** Who can take it; admit() finds whose turn it is. Problems: invalid, slot_taken, outside_hours, cap_reached. */
function ableOf(
  booking: FoundBooking,
  type: TypeFacts,
  from: string,
  named: string | undefined,
): string[] {
  const { others, states, able } = othersOf(booking, type, groupOf(type, from));
  if (named !== undefined && !others.includes(named))
    throw invalid("hostId", "is not another host of the same group");
  if (named === undefined) {
    if (able.length === 0)
      throw new Problem("slot_taken", "No other host is open and free at this time.");
    return able;
  }
  if (able.includes(named)) return [named];
  if (states.get(named) === "closed")
    throw new Problem("outside_hours", "This host is not open at this time.");
  if (states.get(named) === "cap")
    throw new Problem("cap_reached", "This host takes no more bookings in this period.");
  throw new Problem("slot_taken", "This host has something at this time.");
}

function told(world: World, booking: FoundBooking, from: string, able: readonly string[]) {
  const now = world.now();
  const { start, status } = booking;
  const { hostIds, attendeeIds } = audienceOf(booking);
  const staying = hostIds.filter((id) => id !== from);
  const isGuestTold = booking.notifications?.reschedule ?? true;
  const invites = status === "PENDING" ? "BOOKING_REQUESTED" : "BOOKING_CONFIRMATION";
  const all = { attendeeIds, hostIds: [...staying, ...able] };
  return {
    promises: [
      ...mails(invites, { attendeeIds: [], hostIds: able }, now),
      // A request is answered by whoever still holds it, by a new link.
      ...(status === "PENDING" ? mails(invites, { attendeeIds: [], hostIds: staying }, now) : []),
      ...mails(
        "BOOKING_REASSIGNED",
        { attendeeIds: isGuestTold ? attendeeIds : [], hostIds: [from] },
        now,
      ),
      ...(status === "PENDING" ? [] : reminders(booking.reminders ?? [], all, start, now)),
    ],
    notices: notices([...hostIds, ...able], "BOOKING_REASSIGNED", factsOf(booking)),
    now,
  };
}
