import type { World } from "../../world.ts";
import type { Seen } from "../access.ts";
import { type ChangeRequest, change } from "../change.ts";
import { noteForHosts } from "../host-queries.ts";

/**
 * Keeps the hosts' own notes, whatever the booking's state; no guest ever reads them.
 * Problems: unauthorized, not_found, version_conflict.
 */
export const hostNotes = (
  world: World,
  request: ChangeRequest & { hostNotes: string | null },
): Promise<Seen> =>
  change(world, request, (booking, actor) => {
    const notes = request.hostNotes?.trim() || null;
    if (notes === booking.hostNotes) return null;
    return noteForHosts(world.db, {
      bookingId: booking.id,
      version: booking.version,
      hostNotes: notes,
      actorId: actor.id,
      now: world.now(),
    });
  });
