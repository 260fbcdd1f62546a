// How a run ends that has stored nothing.

import { isBefore } from "../bookings/instant.ts";
import type { FoundBooking } from "../bookings/queries.ts";
import { backoffSeconds } from "../outbox/lease.ts";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import { endWrite } from "./write-queries.ts";

/** A run of a promise that has the lease of its booking and host. */
export interface Run {
  readonly outboxId: string;
  readonly attempt: number;
  readonly run: string;
  readonly bookingId: string;
  readonly createdAt: Temporal.Instant;
  readonly leaseUntil: Temporal.Instant;
}

/** Whose run it is, and what it has seen. */
export interface Ending {
  /** Null: of the meeting at Zoom. */
  readonly hostId: string | null;
  /** The promises that its look at the booking keeps too. */
  readonly kept: string[];
  /** Whether mails wait for it. */
  readonly release: boolean;
}

/** There was nothing to write. */
export async function endRun(
  world: World,
  { outboxId, run, bookingId }: Run,
  ending: Ending,
  { version }: { readonly version: number | null },
): Promise<void> {
  const none = { error: null, dueAt: null, reason: null };
  const at = { outboxId, run, bookingId, now: world.now() };
  await endWrite(world.db, { ...at, ...ending, ...none, outcome: "superseded", version });
}

// It goes on at once when its owner has connected again; this is for when nobody heard of that.
const REAUTH_SECONDS = 24 * 3600;
const USEFUL_HOURS = 24;

/** Puts a run off, or gives it up and tells the hosts. What is no failure of a provider is thrown on. */
export async function failRun(
  world: World,
  { outboxId, attempt, run, bookingId, createdAt }: Run,
  ending: Ending,
  { end }: Pick<FoundBooking, "end">,
  error: unknown,
): Promise<void> {
  if (!(error instanceof CalendarFailure)) throw error;
  const now = world.now();
  const seconds = pauseAfter(error, attempt);
  const dueAt = seconds === null ? null : now.add({ seconds });
  // As long as the meeting lies ahead, and a day at least.
  const ofUse = createdAt.add({ hours: USEFUL_HOURS });
  const latest = isBefore(end, ofUse) ? ofUse : end;
  const isOver = dueAt === null || isBefore(latest, dueAt);
  const cause = error.kind === "not_found" ? "no_calendar" : "refused";
  const reason = ending.hostId === null ? "no_meeting" : cause;
  await endWrite(world.db, {
    ...ending,
    ...{ outboxId, run, bookingId, now, version: null },
    outcome: isOver ? "failed" : null,
    error: error.message.slice(0, 500),
    dueAt: isOver ? null : dueAt,
    release: ending.release && (isOver || error.kind === "needs_reauth"),
    // Of what is past nobody needs to be told.
    reason: isOver && isBefore(now, end) ? reason : null,
  });
}

/** Null: it would fail again. */
function pauseAfter({ kind, retryAfterSeconds }: CalendarFailure, attempt: number): number | null {
  switch (kind) {
    case "needs_reauth":
      return REAUTH_SECONDS;
    case "throttled":
      return Math.max(1, Math.ceil(retryAfterSeconds ?? backoffSeconds(attempt)));
    case "temporary":
    case "changed":
    case "cursor_expired":
      return Math.max(retryAfterSeconds ?? 0, backoffSeconds(attempt));
    case "forbidden":
    case "refused":
    case "not_found":
      return null;
  }
}
