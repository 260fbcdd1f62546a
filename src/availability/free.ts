import type { Spans } from "./interval.ts";
import type { Openings } from "./week.ts";

/**
 * When a meeting may start so that it lies in open time and its padded self (`before` and `after` are its
 * buffers) keeps clear of `busy`, which is sorted by start and may overlap. All in milliseconds.
 *
 * A start is a whole millisecond, so the last one possible, `x`, ends the half-open span at `x + 1`.
 */
export function possibleStarts(
  openings: Openings,
  busy: Spans,
  duration: number,
  before: number,
  after: number,
): Spans {
  const out: number[] = [];
  const lead = duration + after - 1;
  let j = 0;
  // Busy spans are walked once: of those behind us only how far the longest reaches matters.
  let blockedUntil = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < openings.length; ) {
    const start = openings[i]!;
    let end = openings[i + 1]!;
    // A meeting may run on into an opening that touches, though the grid starts anew there.
    for (i += 3; openings[i] === end; i += 3) end = openings[i + 1]!;
    const stop = end - duration + 1;
    let from = Math.max(start, blockedUntil);
    for (; j < busy.length && busy[j]! - lead < stop; j += 2) {
      if (busy[j]! >= busy[j + 1]!) continue;
      if (from < busy[j]! - lead) out.push(from, busy[j]! - lead);
      from = Math.max(from, busy[j + 1]! + before);
    }
    if (from < stop) out.push(from, stop);
    blockedUntil = Math.max(blockedUntil, from);
  }
  return out;
}
