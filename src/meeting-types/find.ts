import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findMeetingType as find } from "./queries.ts";
import type { MeetingType } from "./schema.ts";
import { meetingTypeOf } from "./wire.ts";

/** A meeting type as somebody asks for it. */
export interface TypeAt {
  readonly userId: string;
  readonly id: string;
}

/**
 * A meeting type of this user or of an organization of his, also when it is archived: bookings still
 * speak of it. Any other does not exist for him. Problems: not_found.
 */
export async function findMeetingType(world: World, at: TypeAt): Promise<MeetingType> {
  const row = await find(world.db, at);
  if (!row) throw new Problem("not_found");
  return meetingTypeOf(row);
}

/** The same for who wants to change it. Problems: not_found; forbidden, for a plain member. */
export async function findEditable(world: World, at: TypeAt): Promise<MeetingType> {
  const row = await find(world.db, at);
  if (!row) throw new Problem("not_found");
  if (!row.isEditor)
    throw new Problem("forbidden", "Only its owner and admins of the organization may do this.");
  return meetingTypeOf(row);
}
