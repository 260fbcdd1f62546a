import { invalid, Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import type { Seen } from "../access.ts";
import { type ChangeRequest, change } from "../change.ts";
import type { PromiseRow } from "../change-queries.ts";
import { noteNoShow } from "../host-queries.ts";
import { isBefore } from "../instant.ts";
import { mails } from "../promises.ts";
import type { FoundBooking } from "../queries.ts";
import { namingGuest } from "../seats.ts";

interface Absence {
  readonly attendeeId?: string | undefined;
  readonly hostId?: string | undefined;
  readonly noShow: boolean;
}

const TAKES_PLACE = new Set(["CONFIRMED", "COMPLETED", "NO_SHOW"]);

/**
 * Notes who did not come, or takes it back: a guest, a host, or every guest where nobody is named. The
 * booking reads NO_SHOW while no guest came. Problems: unauthorized, not_found, booking_closed,
 * too_soon, invalid, version_conflict.
 */
export function noShow(world: World, request: ChangeRequest & Absence): Promise<Seen> {
  return change(world, request, (booking, actor) => {
    const { meetingTypeId, status, start, hosts, attendees, end } = booking;
    if (meetingTypeId === null) throw invalid("id", "is a personal booking: nobody is awaited");
    if (!TAKES_PLACE.has(status))
      throw new Problem("booking_closed", "This meeting does not take place.");
    const now = world.now();
    if (isBefore(now, start))
      throw new Problem("too_soon", "Who does not come is known once the meeting has begun.");
    const missed = missedOf(booking, request);
    const isSo = (each: { noShow: boolean }) => each.noShow === request.noShow;
    const change = {
      attendeeIds: attendees.filter((each) => missed.has(each.id) && !isSo(each)).map(idOf),
      hostIds: hosts.filter((each) => missed.has(each.id) && !isSo(each)).map(idOf),
    };
    if (change.attendeeIds.length + change.hostIds.length === 0) return null;
    const awaited = attendees.filter((each) => each.status === "ACTIVE");
    const isEmpty = awaited.every((each) => (missed.has(each.id) ? request.noShow : each.noShow));
    const usual = isBefore(now, end) ? "CONFIRMED" : "COMPLETED";
    return noteNoShow(world.db, {
      ...change,
      bookingId: booking.id,
      version: booking.version,
      status: isEmpty ? "NO_SHOW" : usual,
      noShow: request.noShow,
      actorId: actor.id,
      now,
      promises: invitations(booking, change.attendeeIds, actor.id, request.noShow, now),
    });
  });
}

// Long enough to take back a slip.
const TOLD_AFTER_MINUTES = 10;

/** Who did not come may book again, where the type says so; the other hosts are told of it. */
function invitations(
  { notifications, attendees, hosts }: FoundBooking,
  missed: readonly string[],
  by: string,
  noShow: boolean,
  now: Temporal.Instant,
): PromiseRow[] {
  if (!noShow || !notifications?.noShow) return [];
  const hostIds = hosts.map(idOf).filter((id) => id !== by);
  return attendees
    .filter(({ id, broughtBy }) => broughtBy === null && missed.includes(id))
    .flatMap(({ id }) =>
      namingGuest(
        mails(
          "BOOKING_NO_SHOW",
          { attendeeIds: [id], hostIds },
          now.add({ minutes: TOLD_AFTER_MINUTES }),
        ),
        id,
      ),
    );
}

const idOf = ({ id }: { id: string }) => id;

/** Of whom it is said. Problems: invalid. */
function missedOf(booking: FoundBooking, { attendeeId, hostId }: Absence): ReadonlySet<string> {
  const present = booking.attendees.filter(({ status }) => status === "ACTIVE");
  if (attendeeId !== undefined && hostId !== undefined)
    throw invalid("hostId", "is one or the other: a guest or a host");
  if (hostId !== undefined)
    return oneOf(booking.hosts, "hostId", hostId, "is no host of this booking");
  if (attendeeId !== undefined)
    return oneOf(present, "attendeeId", attendeeId, "is no guest of this booking");
  return new Set(present.map(idOf));
}

function oneOf(among: readonly { id: string }[], path: string, id: string, trouble: string) {
  const found = among.find((each) => each.id === id.toLowerCase());
  if (!found) throw invalid(path, trouble);
  return new Set([found.id]);
}
