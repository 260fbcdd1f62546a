import { kindOf, type Made } from "../cache.ts";
import type { World } from "../world.ts";
import { isAmong, slotsEtag } from "./etag.ts";
import { findSlots, type SlotsQuery } from "./find-slots.ts";
import { findAvailabilityState } from "./queries.ts";
import { readsOf } from "./reads.ts";
import { Slots } from "./schema.ts";

const SLOTS = kindOf("slots", Slots);

/** The free times as they are sent, and their entity tag. */
interface Answer {
  readonly etag: string;
  /** JSON; null for who has it already. */
  readonly text: string | null;
}

/**
 * The free times of a meeting type for who asks by HTTP, from the cache where it has them. The tag names all that they depend
 * on, by one small statement, and so it is their key. Problems: those of readQuestion.
 * @param copies If-None-Match, of who has copies
 */
export async function answerSlots(
  world: World,
  query: SlotsQuery,
  copies: string | undefined,
): Promise<Answer> {
  const isKept = world.cache.isOn && isAnybodys(query);
  if (copies === undefined && !isKept) return answerOf(await make(world, query));
  const found = await findAvailabilityState(readsOf(world, query), query.meetingTypeId);
  const etag = found && slotsEtag(world.now().epochMilliseconds, query, found.state);
  // Only what was once answered has a tag, so a query that would be refused is not found here.
  if (etag !== null && isAmong(copies, etag)) return { etag, text: null };
  const { key, text } =
    etag !== null && isKept
      ? await world.cache.through(SLOTS, etag, () => make(world, query))
      : await make(world, query);
  return { etag: key, text: copies?.trim() === "*" ? null : text };
}

const answerOf = ({ key, text }: Made): Answer => ({ etag: key, text });

async function make(world: World, query: SlotsQuery): Promise<Made> {
  const { etag, slots } = await findSlots(world, query);
  return { key: etag, text: JSON.stringify(slots) };
}

/** Whether the answer is the same whoever asks: a hold, a booking to move and a link are somebody's. */
const isAnybodys = ({ holdId, rescheduleOf, seat, link }: SlotsQuery): boolean =>
  [holdId, rescheduleOf, seat, link].every((each) => each === undefined);
