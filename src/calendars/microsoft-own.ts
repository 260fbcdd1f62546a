// How we know again what we have made at Microsoft. Deltas bring no extended properties, but they do bring this id.
import { createHash, timingSafeEqual } from "node:crypto";
import { calendarMark, calendarMarks } from "../token.ts";
import type { World } from "../world.ts";

/** As many characters of a mark are beyond guessing, and leave the id short. */
const MARK_LENGTH = 22;

/**
 * The transactionId of an event: the same for the same key in the same calendar, and in each life of the event another
 * one. It ends with our mark: the events of another installation block as anybody's do.
 */
export function transactionIdOf(
  world: Pick<World, "config">,
  key: string,
  calendar: string,
  life: number,
): string {
  const name = `kalends:${key}:${digest([calendar, life]).slice(0, 12)}`;
  return `${name}:${calendarMark(world, name).slice(0, MARK_LENGTH)}`;
}

/** Whether an event with this transactionId was made by this installation. */
export function isOurs(
  world: Pick<World, "config">,
  transactionId: string | null | undefined,
): boolean {
  const [, name, mark] = /^(kalends:.+):([\w-]+)$/.exec(transactionId ?? "") ?? [];
  if (name === undefined || mark?.length !== MARK_LENGTH) return false;
  return calendarMarks(world, name).some((each) =>
    timingSafeEqual(Buffer.from(mark), Buffer.from(each.slice(0, MARK_LENGTH))),
  );
}

/** Of parts as JSON, in 43 characters. */
export const digest = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
