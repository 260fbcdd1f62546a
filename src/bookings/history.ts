// What was, as hosts and guests are told it.
import { type Static, Type } from "@sinclair/typebox";
import { Instant, Nullable, OneOf } from "../schema.ts";
import { isHostOf, type Read } from "./access.ts";
import type { FoundBooking } from "./queries.ts";

export const HistoryEntry = Type.Object({
  event: Type.String({ examples: ["rescheduled"] }),
  at: Instant,
  actor: OneOf("host", "guest", "system"),
  by: Nullable(Type.String({ description: "The actor's name", examples: ["Grace Hopper"] })),
  reason: Nullable(Type.String()),
  was: Nullable(Type.Record(Type.String(), Type.Unknown())),
});
type HistoryEntry = Static<typeof HistoryEntry>;
type Row = FoundBooking["history"][number];

/** The oldest first. Only hosts read their own notes, and a guest nothing of what concerns other guests. */
export function historyOf({ booking, actor }: Read): HistoryEntry[] {
  if (actor.kind !== "guest") {
    const isHost = isHostOf(booking, actor.id);
    return booking.history.map((row) => entryOf(isHost ? row : withoutNotes(row)));
  }
  return booking.history.flatMap((row) => {
    const seen = guestsPart(row, actor.id);
    return seen ? [entryOf(seen)] : [];
  });
}

export const entryOf = ({ event, at, actor, by, reason, was }: Row): HistoryEntry => ({
  event,
  at: Temporal.Instant.from(at).toString(),
  actor,
  by,
  reason,
  was:
    was &&
    Object.fromEntries(Object.entries(was).map(([name, value]) => [name, told(name, value)])),
});

function withoutNotes(row: Row): Row {
  const { hostNotes: _, ...was } = row.was ?? {};
  return { ...row, was: Object.keys(was).length === 0 ? null : was };
}

// PostgreSQL writes instants into jsonb with +00:00; the wire spells them with Z.
const INSTANTS = new Set(["start", "end", "cancelledAt", "to"]);
const told = (name: string, value: unknown): unknown =>
  INSTANTS.has(name) && typeof value === "string" ? Temporal.Instant.from(value).toString() : value;

// Named one by one, so that what is kept anew stays the hosts' until somebody thinks of the guests.
const GUESTS_MAY_READ = new Set(
  "start end title location notes status hosts cancelledAt cancelReason hostIds".split(" "),
);
const OF_ONE_GUEST = new Set(["joined", "left", "moved_in", "moved_away"]);

function guestsPart(row: Row, guestId: string): Row | null {
  const isOthers = row.actor === "guest" && row.actorId !== guestId;
  if (isOthers && OF_ONE_GUEST.has(row.event)) return null;
  const was = Object.entries(row.was ?? {}).filter(([name]) => GUESTS_MAY_READ.has(name));
  const isNoShow = row.event === "no_show" || row.event === "no_show_undone";
  if (isNoShow && !concerns(row.was, guestId)) return null;
  if (row.event === "edited" && was.length === 0) return null;
  return {
    ...row,
    by: isOthers ? null : row.by,
    was: was.length === 0 ? null : Object.fromEntries(was),
  };
}

/** Whether it tells of this guest's own absence, or of a host's. */
const concerns = (was: Row["was"], guestId: string): boolean =>
  [was?.["attendeeIds"], was?.["hostIds"]].some(
    (ids, i) => Array.isArray(ids) && (i === 0 ? ids.includes(guestId) : ids.length > 0),
  );
