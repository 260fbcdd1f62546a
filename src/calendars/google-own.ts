// How we know again what we have made at Google.
import { createHash } from "node:crypto";
import { calendarMark, calendarMarks } from "../token.ts";
import type { World } from "../world.ts";
import type { GoogleEvent } from "./google-event.ts";
import type { EventDraft } from "./provider.ts";

/** The event's id: letters and digits of base32hex, as Google wants them; a UUID's are among those. */
export const eventIdOf = (key: string): string => `kalends${key.replaceAll("-", "").toLowerCase()}`;

/**
 * What we write into an event that only apps see: whose it is, and what it shows. A copy has another id, and another
 * installation another secret: their marks are none of ours, so that their events block as anybody's do.
 */
export const marksOf = (world: Pick<World, "config">, id: string, draft: EventDraft) => ({
  kalendsBooking: draft.bookingId,
  kalendsMark: calendarMark(world, id),
  kalendsShows: digestOf(draft),
});

export function isOurs(world: Pick<World, "config">, event: GoogleEvent): boolean {
  const mark = event.extendedProperties?.private?.["kalendsMark"];
  return mark !== undefined && calendarMarks(world, event.id).includes(mark);
}

/**
 * Whether an event was last written by us with this draft. Its words are not compared: Google changes some, and what
 * its host has written over ours since stays until ours change.
 */
export const wasWrittenWith = (event: GoogleEvent, draft: EventDraft): boolean =>
  event.extendedProperties?.private?.["kalendsShows"] === digestOf(draft);

function digestOf(draft: EventDraft): string {
  const { summary, description, location, during, timeZone, conference } = draft;
  const shown = [summary, description, location, `${during.start}`, `${during.end}`];
  return createHash("sha256")
    .update(JSON.stringify([...shown, timeZone, conference]))
    .digest("base64url");
}
