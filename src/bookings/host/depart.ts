// Coming meetings of a host who takes no more: he has left the organization, is no host of it any more, or not active.
import { newId } from "../../db/id.ts";
import { Problem } from "../../problem.ts";
import { loadFacts, type TypeFacts } from "../../slots/load-facts.ts";
import type { World } from "../../world.ts";
import { changeAs } from "../change.ts";
import { cancelBooking } from "../change-queries.ts";
import { asOf } from "../confirmation.ts";
import { findDeparted, releaseHost } from "../host-queries.ts";
import { isBefore } from "../instant.ts";
import { factsOf, mails, notices, reminders } from "../promises.ts";
import { type FoundBooking, findBooking } from "../queries.ts";
import { audienceOf } from "./decision.ts";
import { groupOf, othersOf, passOn } from "./reassign.ts";

/** So many at once that none waits long for the ones before. */
const BATCH = 20;

/** What guests read. */
const REASON = "The host is no longer available.";

/**
 * Settles coming meetings of hosts who are gone, the soonest first: of a group of n another host takes
 * it who is open and free, else it is cancelled; of hosts who were all needed those who stay go on with
 * it, and where nobody stays it is cancelled. Everybody concerned is told. What is still to do is read
 * from the tables each time, so any number of workers may do it at once, and stop anywhere. Whether
 * there may be more.
 */
export async function settleDepartures(world: World): Promise<boolean> {
  const found = await findDeparted(world.db, { now: world.now(), limit: BATCH });
  const outcomes: PromiseSettledResult<void>[] = [];
  for (const { bookingId, hostId } of found)
    outcomes.push(...(await Promise.allSettled([depart(world, bookingId, hostId)])));
  // One that fails holds up no other, and is told.
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return found.length > 0;
}

/** Settles one of them; nothing where it is settled already. */
export async function depart(world: World, bookingId: string, hostId: string): Promise<void> {
  await changeAs(
    {},
    async () => {
      const found = await findBooking(world.db, { bookingId, attendeeId: null });
      if (!found) throw new Problem("not_found");
      return { booking: asOf(found, world.now()), actor: { kind: "host", id: hostId } };
    },
    (booking, actor) => {
      const isOpen = booking.status === "PENDING" || booking.status === "CONFIRMED";
      const isHost = booking.hosts.some(({ id }) => id === hostId);
      if (!isOpen || !isHost || !isBefore(world.now(), booking.start)) return null;
      return settle(world, booking, actor.id);
    },
    async (actor) => {
      const found = await findBooking(world.db, { bookingId, attendeeId: null });
      if (!found) throw new Problem("not_found");
      return { booking: found, actor };
    },
  );
}

async function settle(
  world: World,
  booking: FoundBooking,
  from: string,
): Promise<{ id: string } | null> {
  const type = await loadType(world, booking);
  const group = type === null ? [] : heirsOf(booking, type, from);
  if (type !== null && group.length > 0) {
    const { able } = othersOf(booking, type, group);
    return able.length > 0
      ? passOn(world, booking, type, { from, able, reason: REASON, actorId: null })
      : cancelled(world, booking);
  }
  // A host who is gone as well is no company.
  const present = new Set(type?.facts.hosts.map(({ id }) => id) ?? []);
  const staying = booking.hosts.map(({ id }) => id).filter((id) => id !== from && present.has(id));
  return staying.length > 0 ? released(world, booking, from) : cancelled(world, booking);
}

/** The group of n in which he is replaced; of who is named no more, the one that the booking has too few of. */
function heirsOf(booking: FoundBooking, type: TypeFacts, from: string): readonly string[] {
  const { groups } = type.facts.type;
  if (groups.some(({ hosts }) => hosts.includes(from))) return groupOf(type, from);
  const others = booking.hosts.map(({ id }) => id).filter((id) => id !== from);
  const lacking = groups.find(
    ({ hosts, required }) =>
      required !== "all" && others.filter((id) => hosts.includes(id)).length < required,
  );
  return lacking?.hosts ?? [];
}

const loadType = async (world: World, booking: FoundBooking): Promise<TypeFacts | null> =>
  booking.meetingTypeId === null
    ? null
    : loadFacts(world, {
        meetingTypeId: booking.meetingTypeId,
        from: booking.start,
        until: booking.end,
        insteadOf: booking.id,
      });

/** The others go on; whoever of them sent the invitation sends it anew. */
function released(world: World, booking: FoundBooking, from: string) {
  const now = world.now();
  const { id, version, start, status } = booking;
  const { hostIds, attendeeIds } = audienceOf(booking);
  const others = hostIds.filter((each) => each !== from);
  const isPending = status === "PENDING";
  const invites = isPending ? "BOOKING_REQUESTED" : "BOOKING_CONFIRMATION";
  const guests = booking.hostId === from ? "BOOKING_REASSIGNED" : invites;
  const all = { attendeeIds, hostIds: others };
  return releaseHost(world.db, {
    bookingId: id,
    version,
    hostId: from,
    reason: REASON,
    promises: [
      ...mails(guests, { attendeeIds, hostIds: [] }, now),
      ...mails(invites, { attendeeIds: [], hostIds: others }, now),
      ...mails("BOOKING_REASSIGNED", { attendeeIds: [], hostIds: [from] }, now),
      ...(isPending ? [] : reminders(booking.reminders ?? [], all, start, now)),
    ],
    notices: notices([...others, from], "BOOKING_REASSIGNED", {
      ...factsOf(booking),
      goesOn: true,
    }),
    now,
  });
}

/** Nobody is left to meet the guest, who hears of it whatever mails the type sends. */
function cancelled(world: World, booking: FoundBooking) {
  const now = world.now();
  const { id, version } = booking;
  const audience = audienceOf(booking);
  return cancelBooking(world.db, {
    bookingId: id,
    version,
    reason: REASON,
    actorKind: "system",
    actorId: null,
    promises: mails("BOOKING_CANCELLED", audience, now),
    notices: notices(audience.hostIds, "BOOKING_CANCELLED", { ...factsOf(booking), by: null }),
    eventId: newId(),
    now,
  });
}
