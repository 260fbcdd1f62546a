import { newId } from "../db/id.ts";
import { invalid } from "../problem.ts";
import type { World } from "../world.ts";
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

/**
 * Notes what a client says happened; userId is null for strangers. It is in this process's buffer then,
 * and in the database within a second. Problems: invalid, unavailable.
 */
export function noteEvent(
  world: World,
  userId: string | null,
  { eventType, metadata = {} }: NewEvent,
): void {
  if (OURS.has(eventType)) throw invalid("eventType", "is written by the server itself");
  if (!isWithin(metadata, DEPTH_MAX))
    throw invalid("metadata", `must not nest deeper than ${DEPTH_MAX}`);
  if (Buffer.byteLength(JSON.stringify(metadata)) > BYTES_MAX)
    throw invalid("metadata", `must not be larger than ${BYTES_MAX} bytes as JSON`);
  if (!isText(metadata)) throw invalid("metadata", "must not hold NUL or broken characters");
  world.events.add({
    id: newId(),
    userId,
    eventType,
    metadata,
    createdAt: world.now().toString(),
  });
}

/** Whether a value nests at most so deep; looks no deeper than that. */
const isWithin = (value: unknown, depth: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (depth > 0 && Object.values(value).every((each) => isWithin(each, depth - 1)));

/** Whether PostgreSQL keeps every string of it, names included. */
function isText(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, each]) => isText(name) && isText(each));
}
