import { normalize } from "../availability/interval.ts";
import { capPeriods } from "../availability/limits.ts";
import { type Facts, isOffered, nearestOffers, type Reason } from "../availability/offers.ts";
import { Problem } from "../problem.ts";
import { slotWriter } from "../slots/find-slots.ts";
import { loadFacts, type TypeFacts } from "../slots/load-facts.ts";
import type { World } from "../world.ts";
import type { CapPeriods, Groups } from "./change-queries.ts";
import { FAR, isBefore } from "./instant.ts";

/** A start that is offered, and all that the statement needs to take it. */
export interface Plan extends TypeFacts {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
  readonly reservedFrom: Temporal.Instant;
  readonly reservedUntil: Temporal.Instant;
  readonly groups: Groups;
  readonly caps: CapPeriods;
}

/** Everybody who may take it. */
export const hostsOf = ({ groups }: Pick<Plan, "groups">): string[] => [
  ...new Set(groups.flatMap(({ hosts }) => hosts)),
];

export interface Wanted {
  readonly meetingTypeId: string;
  readonly start: Temporal.Instant;
  readonly durationMinutes?: number | undefined;
  /** A booking that moves. */
  readonly insteadOf?: string | undefined;
  /** Of that booking only the seat of one of its guests. */
  readonly isSeat?: boolean | undefined;
  /** A hold of whoever asks: its time does not stand in the way. */
  readonly holdId?: string | undefined;
  /** The hold is exchanged for a booking, not for another hold. */
  readonly redeems?: boolean | undefined;
  /** A link that it is booked by. */
  readonly linkId?: string | undefined;
  /** How many come: other times must have seats for them. */
  readonly people?: number | undefined;
  /** The zone that alternatives are shown in. */
  readonly timeZone: string;
}

/** How long a time is held. */
export const HOLD_MINUTES = 5;
const LOOK_AROUND_DAYS = 7;
const LOOK_AROUND_MS = LOOK_AROUND_DAYS * 86_400_000;

/**
 * Whether the wanted start is offered now. Problems: not_found, type_inactive, and the reason why it
 * is not offered; slot_taken carries the nearest free starts, and so does hold_expired. link_used_up.
 */
export async function planMeeting(world: World, wanted: Wanted): Promise<Plan> {
  const { start, insteadOf } = wanted;
  if (!isBefore(start, FAR)) throw new Problem("too_late", DETAILS.too_late);
  const hours = LOOK_AROUND_DAYS * 24;
  const loaded = await loadFacts(world, {
    ...wanted,
    from: start.subtract({ hours }),
    until: start.add({ hours }),
  });
  if (!loaded && insteadOf)
    throw new Problem("type_inactive", "The host takes no bookings at present.");
  if (!loaded || (loaded.type.archivedAt && !insteadOf))
    throw new Problem("not_found", "There is no such meeting type.");
  const { type, facts } = loaded;
  if (!insteadOf && !type.isActive) throw new Problem("type_inactive");
  const verdict = isOffered(facts, start.epochMilliseconds, decidedAt(world, type, wanted));
  if (!verdict.offered && verdict.reason === "slot_taken") throw slotTaken(world, loaded, wanted);
  if (isBefore(start, world.now())) throw new Problem("start_in_past", DETAILS.start_in_past);
  if (!verdict.offered) throw new Problem(verdict.reason, DETAILS[verdict.reason]);
  const end = start.add({ minutes: facts.type.durationMinutes });
  return {
    type,
    facts,
    start,
    end,
    reservedFrom: start.subtract({ minutes: type.bufferBeforeMinutes }),
    reservedUntil: end.add({ minutes: type.bufferAfterMinutes }),
    groups: facts.type.groups.map(({ hosts, required }, i) => ({
      hosts: verdict.hosts[i] ?? [],
      required: required === "all" ? hosts.length : required,
    })),
    caps: capsAt(type, new Set(verdict.hosts.flat()), start.epochMilliseconds),
  };
}

/**
 * When the question was decided, in epoch milliseconds: now, or when the start was held. A hold keeps its
 * time though the host's notice catches up with it; another hold does not, or it could be kept for ever.
 */
function decidedAt(world: World, { hold, bufferBeforeMinutes }: TypeFacts["type"], wanted: Wanted) {
  const reservedFrom = wanted.start.subtract({ minutes: bufferBeforeMinutes });
  const isHeld = wanted.redeems && hold?.reservedFrom === reservedFrom.epochMilliseconds;
  return isHeld ? hold.expiresAt - HOLD_MINUTES * 60_000 : world.now().epochMilliseconds;
}

/** The caps of the type and of who could take it that this start counts to, for admit() to count under its locks. */
function capsAt(
  { caps, timeZone, hosts }: TypeFacts["type"],
  able: ReadonlySet<string>,
  start: number,
): CapPeriods {
  const of = (host: string | null, given: typeof caps, zone: string): CapPeriods =>
    capPeriods(given, zone, start).map(({ cap, from, until }) => ({
      host,
      from: Temporal.Instant.fromEpochMilliseconds(from).toString(),
      until: Temporal.Instant.fromEpochMilliseconds(until).toString(),
      bookings: cap.bookings ?? null,
      minutes: cap.minutes ?? null,
    }));
  return [
    ...of(null, caps, timeZone),
    ...hosts
      .filter(({ id }) => able.has(id))
      .flatMap((host) => of(host.id, host.caps, host.schedule.timeZone)),
  ];
}

const DETAILS: Readonly<Record<Reason, string>> = {
  start_in_past: "This time is past.",
  too_soon: "This time is sooner than the host's notice allows.",
  too_late: "This time is further ahead than the host can be booked.",
  outside_hours: "The host does not offer this time.",
  seats_full: "Every seat of this meeting is taken.",
  cap_reached: "The host takes no more bookings in this period.",
  slot_taken: "This time has been taken. Choose another.",
};

/** The refusal of a taken time, with the three nearest that are free. */
function slotTaken(world: World, { type, facts }: TypeFacts, wanted: Wanted): Problem {
  const at = wanted.start.epochMilliseconds;
  const now = world.now().epochMilliseconds;
  const window = { from: at - LOOK_AROUND_MS, until: at + LOOK_AROUND_MS, now };
  const roomy = withRoomFor(wanted.people ?? 1, facts);
  const alternatives = nearestOffers(roomy, at, window).map(slotWriter(wanted.timeZone));
  return wanted.redeems && type.hold === null
    ? new Problem("hold_expired", "Your hold has ended, and the time is taken.", { alternatives })
    : new Problem("slot_taken", DETAILS.slot_taken, { alternatives });
}

/** The same facts, where a meeting with too few seats for so many is a full one. */
const withRoomFor = (people: number, facts: Facts): Facts => ({
  ...facts,
  seated: facts.seated.map((meeting) =>
    meeting.seatsTaken + people > facts.type.capacity
      ? { ...meeting, seatsTaken: facts.type.capacity }
      : meeting,
  ),
});

/** The refusal of a start whose cap was used up since the facts of the plan were read. */
export const planWasCapped = () => new Problem("cap_reached", DETAILS.cap_reached);

/** The refusal of a meeting whose last seats went since then. */
export const planWasFull = () => new Problem("seats_full", DETAILS.seats_full);

/** The same of taken time, where the facts of the plan did not know yet that somebody has the time. */
export function planWasTaken(world: World, plan: Plan, wanted: Wanted): Problem {
  const taken = [plan.reservedFrom.epochMilliseconds, plan.reservedUntil.epochMilliseconds];
  const hosts = plan.facts.hosts.map((host) => ({
    ...host,
    busy: normalize([...host.busy, ...taken]),
  }));
  return slotTaken(world, { ...plan, facts: { ...plan.facts, hosts } }, wanted);
}
