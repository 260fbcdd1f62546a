import { normalize, subtract } from "../availability/interval.ts";
import type { World } from "../world.ts";
import { findBusy } from "./queries.ts";

const LOOK_AROUND_DAYS = 7;
const COUNT = 3;

/**
 * The three free starts nearest to a personal time that is taken, whatever the hours are: from
 * both ends of every gap inwards, in steps of its own length.
 */
export async function nearestGaps(
  world: World,
  hostId: string,
  { start, end }: { start: Temporal.Instant; end: Temporal.Instant },
  insteadOf: string | null,
): Promise<{ start: number; end: number }[]> {
  const hours = LOOK_AROUND_DAYS * 24;
  const [from, until] = [start.subtract({ hours }), end.add({ hours })];
  const rows = await findBusy(world.db, { hostId, from, until, insteadOf });
  const busy = normalize(
    rows.flatMap((row) => [row.start.epochMilliseconds, row.end.epochMilliseconds]),
  );
  const length = end.epochMilliseconds - start.epochMilliseconds;
  const now = world.now().epochMilliseconds;
  const free = subtract([Math.max(now, from.epochMilliseconds), until.epochMilliseconds], busy);
  const distance = (at: number) => Math.abs(at - start.epochMilliseconds);
  const starts = free.flatMap((edge, i) => (i % 2 ? [] : startsIn(edge, free[i + 1]!, length)));
  return [...new Set(starts)]
    .sort((a, b) => distance(a) - distance(b) || a - b)
    .slice(0, COUNT)
    .sort((a, b) => a - b)
    .map((at) => ({ start: at, end: at + length }));
}

/** From both ends of a gap inwards. */
const startsIn = (from: number, until: number, length: number): number[] =>
  Array.from({ length: COUNT }, (_, k) => [from + k * length, until - (k + 1) * length])
    .flat()
    .filter((at) => from <= at && at + length <= until);
