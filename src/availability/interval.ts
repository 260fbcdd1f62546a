/**
 * Spans of time: sorted, disjoint, non-empty, half-open, flattened to `[start, end, start, end, …]` in
 * epoch milliseconds. Flat numbers instead of pairs keep the loops free of allocation.
 */
export type Spans = readonly number[];

/** Spans from pairs in any order, overlapping, touching or empty: sorted, and merged where they meet. */
export function normalize(pairs: readonly number[]): Spans {
  const starts: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i]! < pairs[i + 1]!) starts.push(i);
  starts.sort((a, b) => pairs[a]! - pairs[b]!);
  const out: number[] = [];
  for (const i of starts) append(out, pairs[i]!, pairs[i + 1]!);
  return out;
}

/** What lies in `a` or in `b`, merged where they meet. */
export function union(a: Spans, b: Spans): Spans {
  const out: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (j >= b.length || (i < a.length && a[i]! <= b[j]!)) {
      append(out, a[i]!, a[i + 1]!);
      i += 2;
    } else {
      append(out, b[j]!, b[j + 1]!);
      j += 2;
    }
  }
  return out;
}

/** What lies in `a` and in `b`. */
export function intersect(a: Spans, b: Spans): Spans {
  const out: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const start = Math.max(a[i]!, b[j]!);
    const end = Math.min(a[i + 1]!, b[j + 1]!);
    if (start < end) out.push(start, end);
    if (a[i + 1]! < b[j + 1]!) i += 2;
    else j += 2;
  }
  return out;
}

/** What lies in `a` but not in `b`. */
export function subtract(a: Spans, b: Spans): Spans {
  const out: number[] = [];
  let j = 0;
  for (let i = 0; i < a.length; i += 2) {
    let start = a[i]!;
    const end = a[i + 1]!;
    while (j < b.length && b[j + 1]! <= start) j += 2;
    for (let k = j; k < b.length && b[k]! < end; k += 2) {
      if (start < b[k]!) out.push(start, b[k]!);
      start = b[k + 1]!;
    }
    if (start < end) out.push(start, end);
  }
  return out;
}

/** Whether the instant `at` lies in one of the spans. */
export function contains(spans: Spans, at: number): boolean {
  for (let i = 0; i < spans.length && spans[i]! <= at; i += 2) if (at < spans[i + 1]!) return true;
  return false;
}

/** Add a span that starts no earlier than the last one of `out`, merging the two where they meet. */
function append(out: number[], start: number, end: number): void {
  const last = out.length - 1;
  if (last > 0 && start <= out[last]!) out[last] = Math.max(out[last]!, end);
  else out.push(start, end);
}
