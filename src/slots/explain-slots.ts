import type { UserRow } from "../accounts/queries.ts";
import { explainAll } from "../availability/explain.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { readQuestion, type SlotsQuery, slotsOf, slotWriter } from "./find-slots.ts";
import { utcWriter } from "./write-times.ts";

const MAX_DAYS = 7;

/**
 * The free starts, and why each step of the grid is one or not, host by host: for the type's owner. It
 * names kinds and times of what is in the way, never titles. Problems: not_found, forbidden, invalid.
 */
export async function explainSlots(world: World, asker: UserRow, query: SlotsQuery) {
  const question = await readQuestion(world, query, MAX_DAYS);
  const { type, facts, timeZone, window, isOpen } = question;
  if (type.ownerId !== asker.id)
    throw new Problem("forbidden", "Only the owner of a meeting type may ask why.");
  const [slotOf, utc] = [slotWriter(timeZone), utcWriter()];
  const explanations = explainAll(facts, window).map(({ reason, hosts, ...meeting }) => ({
    ...slotOf(meeting),
    reason: isOpen ? reason : ("type_inactive" as const),
    hosts: hosts.map(({ from, until, by, ...standing }) => ({
      ...standing,
      by: by ?? null,
      from: from === undefined ? null : utc(from),
      until: until === undefined ? null : utc(until),
    })),
  }));
  return { ...slotsOf(question), explanations };
}
