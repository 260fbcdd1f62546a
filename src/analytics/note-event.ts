import { newId } from "../db/id.ts";
import { invalid } from "../problem.ts";
import type { World } from "../world.ts";
import { noteEvent as note } from "./queries.ts";
import type { NewEvent } from "./schema.ts";

/** What the server itself writes, in the statement of the change: nobody else may claim it. */
const OURS = new Set([
  "LOGIN",
  "LOGIN_FAILED",
  "USER_REGISTERED",
  "BOOKING_CREATED",
  "BOOKING_CANCELLED",
  "BOOKING_RESCHEDULED",
  "ORG_MEMBER_ADDED",
]);

const BYTES_MAX = 4096;
const DEPTH_MAX = 5;

/** Notes what a client says happened; userId is null for strangers. Problems: invalid. */
export async function noteEvent(
  world: World,
  userId: string | null,
  { eventType, metadata = {} }: NewEvent,
): Promise<void> {
  if (OURS.has(eventType)) throw invalid("eventType", "is written by the server itself");
  if (!isWithin(metadata, DEPTH_MAX))
    throw invalid("metadata", `must not nest deeper than ${DEPTH_MAX}`);
  if (Buffer.byteLength(JSON.stringify(metadata)) > BYTES_MAX)
    throw invalid("metadata", `must not be larger than ${BYTES_MAX} bytes as JSON`);
  await note(world.db, { id: newId(), userId, eventType, metadata, now: world.now() });
}

/** Whether a value nests at most so deep; looks no deeper than that. */
const isWithin = (value: unknown, depth: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (depth > 0 && Object.values(value).every((each) => isWithin(each, depth - 1)));
