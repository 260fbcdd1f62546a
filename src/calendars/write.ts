// Bookings become events in the calendars of their hosts. Each promise looks at the booking as it is and makes the provider
// match, so that it does not matter which of several comes first, or how often.
import { type FoundBooking, findBooking } from "../bookings/queries.ts";
import { newId } from "../db/id.ts";
import type { PromiseJob } from "../jobs.ts";
import { leaseEnd } from "../outbox/lease.ts";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import {
  readEvent,
  removeEvent,
  removeMade,
  type Written,
  writeToProvider,
} from "./write-calls.ts";
import { conferenceOf, digestOf, draftOf, isSameSpan, spanOf } from "./write-draft.ts";
import { endRun, failRun, type Run } from "./write-end.ts";
import {
  askAboutEvent,
  beginWrite,
  findEvent,
  forgetEvent,
  intendEvent,
  type Place,
  putOffWrite,
  storeEvent,
} from "./write-queries.ts";
import { type Found, targetOf } from "./write-target.ts";
import { writeZoomMeeting } from "./write-zoom.ts";

/** Another run has the lease: it does not take long. */
const BUSY_SECONDS = 5;

/**
 * Keeps the promise of a calendar event: reads the booking and makes its host's event match, or the booking's meeting at
 * Zoom. One run at a time writes for a booking and host; what it stores counts only while it has the lease. Event ids are
 * derived, so that a run which died after it had written is repeated without a second event. What fails for now is put off,
 * what waits for its owner goes on once he has connected again, and of what fails for good the host is told.
 */
export async function writeEvent(world: World, { outboxId, attempt }: PromiseJob): Promise<void> {
  const run = newId();
  const now = world.now();
  const leaseUntil = leaseEnd(world);
  const begun = await beginWrite(world.db, { outboxId, attempt, run, leaseUntil, now });
  if (!begun?.bookingId) return;
  const { bookingId, hostId, createdAt } = begun;
  if (!begun.isOurs) {
    await putOffWrite(world.db, { outboxId, attempt, dueAt: now.add({ seconds: BUSY_SECONDS }) });
    return;
  }
  const mine = { outboxId, attempt, run, bookingId, createdAt, leaseUntil };
  if (hostId === null) await writeZoomMeeting(world, mine);
  else await writeHostsEvent(world, { ...mine, hostId });
}

interface EventRun extends Run {
  readonly hostId: string;
}

async function writeHostsEvent(world: World, run: EventRun): Promise<void> {
  // Before the booking: every promise that is seen here has made its change there.
  const found = await findEvent(world.db, run);
  const booking = found && (await findBooking(world.db, { ...run, attendeeId: null }));
  if (!booking) return;
  const ending = { hostId: run.hostId, kept: found.open, release: found.isMaker };
  try {
    const written = await converge(world, run, found, booking);
    if (written === "nothing") await endRun(world, run, ending, { version: booking.version });
  } catch (error) {
    await failRun(world, run, ending, booking, error);
  }
}

/** Makes the provider match and stores what came of it; "nothing" where it matches, or its host has been asked. */
async function converge(
  world: World,
  run: EventRun,
  found: Found,
  booking: FoundBooking,
): Promise<"nothing" | "stored"> {
  const { event, present } = found;
  const target = targetOf(booking, run.hostId, found);
  const { intent } = found;
  const place = target === "as it is" ? present : target;
  if (intent && intent.place.calendarId !== place?.calendarId)
    await removeMade(world, run, intent, booking, target === null);
  if (target === "as it is") return "nothing";
  const isElsewhere = present !== null && present.calendarId !== target?.calendarId;
  if (event && isElsewhere)
    await removeEvent(world, run, present, event.externalId, target === null);
  if (target === null) {
    if (!event) return "nothing";
    await forgetEvent(world.db, {
      ...run,
      kept: found.open,
      provider: present?.provider ?? null,
      isRemoved: present !== null,
      now: world.now(),
    });
    return "stored";
  }
  return show(world, run, found, booking, target);
}

/** Makes the event in this calendar show the booking. */
async function show(
  world: World,
  run: EventRun,
  found: Found,
  booking: FoundBooking,
  target: Place,
): Promise<"nothing" | "stored"> {
  const { event, present } = found;
  const isHere = event !== null && present?.calendarId === target.calendarId;
  const conference = found.isMaker ? conferenceOf(booking, event?.meetingUrl ?? null) : null;
  const { hostId } = run;
  const incarnation = event?.incarnation ?? 1;
  const draft = draftOf(world, { booking, hostId, incarnation, conference });
  if (!draft) return "nothing";
  const shows = digestOf(draft);
  const isMoved = !isHere || !isSameSpan(spanOf(event), draft.during);
  // What he did to it stays as it is until he answers; a booking that moves meanwhile is another matter.
  if (isHere && event.drift !== null && !isMoved) return "nothing";
  if (isHere && event.drift === null && event.shows === shows) {
    if (event.meetingState === "pending" && conference) {
      const remote = await readEvent(world, run, target, event.externalId);
      if (remote) return store(world, run, found, booking, target, { remote, incarnation, draft });
    } else {
      const { meetingUrl } = event;
      // An edit may have taken it away that did not know of it.
      const lacksLink = conference !== null && booking.location.url === null;
      if (!lacksLink || meetingUrl === null) return "nothing";
      const remote = { ...event, during: spanOf(event), meeting: madeOf(meetingUrl) };
      return store(world, run, found, booking, target, { remote, incarnation, draft });
    }
  }
  const again = () => draftOf(world, { booking, hostId, incarnation: incarnation + 1, conference });
  const outcome = await writeToProvider(world, run, target, {
    draft,
    again,
    known: isHere ? event : null,
    isMoved,
    intend: (isAnew) => intend(world, run, target, incarnation + Number(isAnew)),
  });
  if (outcome.kind === "drifted") {
    const { drift, during } = outcome;
    const span = { start: during?.start ?? null, end: during?.end ?? null };
    await askAboutEvent(world.db, { ...run, drift, ...span, now: world.now() });
    return "nothing";
  }
  const isAnew = outcome.draft !== draft;
  return store(world, run, found, booking, target, {
    ...outcome,
    incarnation: incarnation + Number(isAnew),
  });
}

/** That an event is about to be made is known before it is: a run that dies leaves none that nobody knows of. */
async function intend(world: World, run: EventRun, { calendarId }: Place, incarnation: number) {
  if (!(await intendEvent(world.db, { ...run, calendarId, incarnation })))
    throw new CalendarFailure("temporary", "Another run has begun");
}

const madeOf = (url: string) => ({ state: "ready" as const, url });

/** A meeting is made within seconds; after an hour and a half nobody waits for it any more. */
const LOOKS = 20;
const LOOK_SECONDS = [2, 3, 5, 10, 20, 40, 60, 120, 300, 600];

async function store(
  world: World,
  run: EventRun,
  { open }: Found,
  { version }: FoundBooking,
  { calendarId, provider }: Place,
  { remote, draft, incarnation }: Written & { readonly incarnation: number },
): Promise<"stored"> {
  const isMaker = draft.conference !== null;
  const given = isMaker ? (remote.meeting?.state ?? "failed") : null;
  const isLate = given === "pending" && run.attempt >= LOOKS;
  const meetingState = isLate ? "failed" : given;
  const seconds = LOOK_SECONDS[Math.min(run.attempt, LOOK_SECONDS.length) - 1] ?? 600;
  const now = world.now();
  await storeEvent(world.db, {
    ...run,
    kept: open,
    calendarId,
    externalId: remote.externalId,
    etag: remote.etag,
    incarnation,
    version,
    start: remote.during.start,
    end: remote.during.end,
    shows: digestOf(draft),
    meetingState,
    meetingUrl: meetingState === "ready" ? (remote.meeting?.url ?? null) : null,
    provider,
    lookAt: meetingState === "pending" ? now.add({ seconds }) : null,
    error: meetingState === "pending" ? "The link of the meeting is still being made" : null,
    isMaker,
    now,
  });
  return "stored";
}
