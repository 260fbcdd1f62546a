// What became of a booking in its hosts' calendars; for hosts.
import { type Static, Type } from "@sinclair/typebox";
import { type EventStateRow, listEventStates } from "../calendars/drift-queries.ts";
import { Id, Instant, Nullable, OneOf } from "../schema.ts";
import type { World } from "../world.ts";
import type { Read } from "./access.ts";
import type { FoundBooking } from "./queries.ts";
import { BookingWithHistory } from "./schema.ts";
import { seenWithHistoryOf } from "./seen.ts";

const CalendarEvent = Type.Object({
  hostId: Id,
  state: {
    ...OneOf("pending", "written", "failed", "moved", "deleted"),
    description:
      "`moved` and `deleted`: the host did that in his calendar, and is asked what he means by it",
  },
  movedTo: Nullable(Type.Object({ start: Instant, end: Instant })),
  error: Nullable(Type.String({ description: "Why it is not written, or not yet" })),
});
type CalendarEvent = Static<typeof CalendarEvent>;

export const BookingWithEvents = Type.Composite([
  BookingWithHistory,
  Type.Object({
    calendarEvents: Type.Optional(
      Type.Array(CalendarEvent, {
        description: "Of each host who has a calendar for it. Hosts only",
      }),
    ),
    meetingLink: Type.Optional(
      Nullable({
        ...OneOf("ready", "pending", "missing"),
        description:
          "Of an online meeting: `missing` where nothing makes a link, so that its host has to send one. Hosts only",
      }),
    ),
  }),
]);

/** A booking with what was, and for its hosts with what became of it in their calendars. */
export async function seenWithEvents(world: World, seen: Read) {
  const isHost = seen.actor.kind === "host";
  return {
    ...seenWithHistoryOf(seen),
    ...(isHost && (await eventStatesOf(world, seen.booking))),
  };
}

/** The states of a booking's events, and of the link of its meeting. */
async function eventStatesOf(world: World, booking: FoundBooking) {
  const rows = await listEventStates(world.db, { bookingId: booking.id });
  return {
    calendarEvents: rows.flatMap((row) => stateOf(row) ?? []),
    meetingLink: linkOf(booking, rows),
  };
}

function stateOf(row: EventStateRow): CalendarEvent | null {
  const { hostId, driftedStart, driftedEnd, lastError, isOpen } = row;
  if (hostId === null) return null;
  const state =
    row.drift ??
    (isOpen ? "pending" : row.outcome === "failed" ? "failed" : row.isWritten ? "written" : null);
  if (state === null) return null;
  const isSaid = state === "failed" || state === "pending";
  return {
    hostId,
    state,
    movedTo:
      driftedStart && driftedEnd
        ? { start: driftedStart.toString(), end: driftedEnd.toString() }
        : null,
    error: isSaid ? lastError : null,
  };
}

const ONLINE: ReadonlySet<string> = new Set(["GOOGLE_MEET", "MICROSOFT_TEAMS", "ZOOM"]);

function linkOf({ location }: FoundBooking, rows: readonly EventStateRow[]) {
  if (!ONLINE.has(location.type)) return null;
  if (location.url !== null || /https?:\/\//i.test(location.details ?? "")) return "ready";
  const isUnderWay = rows.some(
    ({ isMaker, hostId, isOpen }) => isOpen && (isMaker || hostId === null),
  );
  return isUnderWay ? "pending" : "missing";
}
