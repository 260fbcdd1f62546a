// Which answers a kill explains, and which nothing does.
import type { Broken } from "../chaos/breakage.ts";
import { iso } from "../chaos/guests.ts";
import type { Answered } from "./tally.ts";

/** What the loss of a process may still do to an answer after that process is back, on a busy machine. */
const GRACE_MS = 5_000;

/**
 * Faults among answers that are not as they should be. Connections break while an API is away, and 503 is right then
 * too; anything else is never.
 */
export function faultsOf(odd: readonly Answered[], broken: readonly Broken[]): string[] {
  const isExcused = ({ status, at }: Answered) =>
    (status === 0 || status === 503) &&
    broken.some(({ from, to }) => at >= from && at <= to + GRACE_MS);
  const bad = Map.groupBy(
    odd.filter((each) => !isExcused(each)),
    ({ kind, status }) => `${kind} was ${status === 0 ? "not answered" : `answered ${status}`}`,
  );
  return [...bad].map(([what, each]) => {
    const [first, last] = [iso(each[0]!.at), iso(each.at(-1)!.at)];
    return `${what} ${each.length} times, from ${first} to ${last}`;
  });
}
