// What a run asks of the provider.
import type { FoundBooking } from "../bookings/queries.ts";
import type { World } from "../world.ts";
import { accessOf } from "./access.ts";
import { CalendarFailure } from "./failure.ts";
import type { EventDraft, RemoteEvent, Span } from "./provider.ts";
import { providerOf } from "./providers.ts";
import { bareDraftOf, isSameSpan, spanOf } from "./write-draft.ts";
import type { Run } from "./write-end.ts";
import type { EventRow, Intent, Place } from "./write-queries.ts";

/** Longer than any call takes. What begins later could still be under way when another run has begun. */
const CALL_SECONDS = 45;

/** The way into a calendar. Throws CalendarFailure: needs_reauth, temporary. */
async function enter(world: World, { leaseUntil }: Run, { provider, connectionId, status }: Place) {
  if (status === "needs_reauth")
    throw new CalendarFailure("needs_reauth", "The calendar has to be connected again");
  const entered = [providerOf(world, provider), accessOf(world, connectionId)] as const;
  const [remote, access] = await Promise.all(entered);
  const latest = leaseUntil.subtract({ seconds: CALL_SECONDS });
  if (Temporal.Instant.compare(world.now(), latest) > 0)
    throw new CalendarFailure("temporary", "There is not enough time left");
  return { remote, access };
}

/** The event as its provider has it. Throws CalendarFailure. */
export async function readEvent(world: World, run: Run, place: Place, externalId: string) {
  const { remote, access } = await enter(world, run, place);
  return remote.read(access, place.externalId, externalId);
}

// Of a calendar that it leaves for another one: the new event must not wait for who lets us in no more.
const OUT_OF_REACH: ReadonlySet<string> = new Set(["needs_reauth", "forbidden", "refused"]);

/** Takes the event away. Throws CalendarFailure; where it only moves elsewhere, only what passes. */
export async function removeEvent(
  world: World,
  run: Run,
  place: Place,
  externalId: string,
  isLast: boolean,
): Promise<void> {
  await orLeft(world, run, isLast, async () => {
    const { remote, access } = await enter(world, run, place);
    await remote.remove(access, place.externalId, externalId);
  });
}

/** The same of an event that a run may have made which ended early: only its provider knows whether it is there, and as what. */
export async function removeMade(
  world: World,
  run: Run & { readonly hostId: string },
  { place, incarnation }: Intent,
  booking: FoundBooking,
  isLast: boolean,
): Promise<void> {
  await orLeft(world, run, isLast, async () => {
    const { remote, access } = await enter(world, run, place);
    const draft = bareDraftOf(booking, run.hostId, incarnation);
    const { externalId } = await remote.write(access, place.externalId, draft, null);
    await remote.remove(access, place.externalId, externalId);
  });
}

async function orLeft(
  world: World,
  run: Run,
  isLast: boolean,
  remove: () => Promise<void>,
): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof CalendarFailure)) throw error;
    // The whole calendar is gone, and the event with it.
    if (error.kind === "not_found") return;
    if (isLast || !OUT_OF_REACH.has(error.kind)) throw error;
    world.log.warn({ err: error, bookingId: run.bookingId }, "An event stays where it was");
  }
}

export interface Written {
  readonly remote: RemoteEvent;
  readonly draft: EventDraft;
}

/** Written; or else the host has moved or deleted it since, and is to be asked. */
export type Outcome =
  | ({ readonly kind: "written" } & Written)
  | { readonly kind: "drifted"; readonly drift: "moved" | "deleted"; readonly during: Span | null };

interface Wanted {
  readonly draft: EventDraft;
  /** The same as another event: the one before has been deleted. */
  again(): EventDraft | null;
  readonly known: EventRow | null;
  /** Notes that an event is about to be made: this one, or the one after it. */
  intend(isAnew: boolean): Promise<void>;
  /** Whether the booking's time is another one than what was written. */
  readonly isMoved: boolean;
}

const TRIES = 3;

/**
 * Writes the event. Somebody has changed it meanwhile: that was we, in a run that died; or its host, whose other title or
 * text gives way. That he moved or deleted it is kept, unless the booking itself has moved or he has asked for it back.
 * Throws CalendarFailure; not_found where the calendar is gone.
 */
export async function writeToProvider(
  world: World,
  run: Run,
  place: Place,
  { draft, again, known, isMoved, intend }: Wanted,
): Promise<Outcome> {
  const { remote, access } = await enter(world, run, place);
  let at = known && { externalId: known.externalId, etag: known.etag };
  // He has asked for it back where nothing is said of what it shows.
  const isWanted = isMoved || known?.shows === null;
  for (let tries = 1; ; tries += 1) {
    try {
      if (at === null) await intend(false);
      const written = await remote.write(access, place.externalId, draft, at);
      return { kind: "written", remote: written, draft };
    } catch (error) {
      const isLost = error instanceof CalendarFailure && LOST.has(error.kind);
      if (!isLost || at === null || known === null || tries === TRIES) throw error;
      const there = await remote.read(access, place.externalId, at.externalId);
      if (!there) {
        const anew = again();
        if (!isWanted || !anew) return { kind: "drifted", drift: "deleted", during: null };
        await intend(true);
        const written = await remote.write(access, place.externalId, anew, null);
        return { kind: "written", remote: written, draft: anew };
      }
      const isElsewhere =
        !isSameSpan(there.during, spanOf(known)) && !isSameSpan(there.during, draft.during);
      if (isElsewhere && !isWanted)
        return { kind: "drifted", drift: "moved", during: there.during };
      at = { externalId: at.externalId, etag: there.etag };
    }
  }
}

const LOST: ReadonlySet<string> = new Set(["not_found", "changed"]);
