// What was asked under load, and how it was answered.
export interface Answered {
  readonly kind: string;
  /** 0 where the connection broke, or nobody answered in time. */
  readonly status: number;
  readonly ms: number;
  /** When it ended. */
  readonly at: number;
}

export interface Tally {
  note(answered: Answered): void;
  /** Whatever was not answered as it should be. */
  readonly odd: readonly Answered[];
  /** How each kind was answered, and how fast. */
  rows(): Record<string, string | number>[];
  count(): number;
}

/** A tally for kinds of requests, each with the statuses that are right for it. */
export function makeTally(right: Readonly<Record<string, readonly number[]>>): Tally {
  const byKind = new Map<string, { statuses: Map<number, number>; ms: number[] }>();
  const odd: Answered[] = [];
  return {
    odd,
    note: (answered) => {
      const { kind, status, ms } = answered;
      const expected = right[kind];
      if (!expected) throw new Error(`Nobody knows how ${kind} is answered`);
      const own = byKind.get(kind) ?? { statuses: new Map<number, number>(), ms: [] };
      byKind.set(kind, own);
      own.statuses.set(status, (own.statuses.get(status) ?? 0) + 1);
      if (status > 0) own.ms.push(ms);
      if (!expected.includes(status)) odd.push(answered);
    },
    rows: () =>
      Object.keys(right).flatMap((kind) => {
        const own = byKind.get(kind);
        if (!own) return [];
        const sorted = Float64Array.from(own.ms).sort();
        const statuses = [...own.statuses].sort(([a], [b]) => a - b);
        return [
          {
            kind,
            requests: statuses.reduce((sum, [, count]) => sum + count, 0),
            statuses: statuses
              .map(([status, count]) => `${status === 0 ? "broken" : status}: ${count}`)
              .join(", "),
            "p50 ms": Math.round(percentile(sorted, 0.5)),
            "p99 ms": Math.round(percentile(sorted, 0.99)),
          },
        ];
      }),
    count: () =>
      [...byKind.values()]
        .flatMap(({ statuses }) => [...statuses.values()])
        .reduce((sum, count) => sum + count, 0),
  };
}

/** Of numbers in ascending order: the least that so large a share of them does not exceed. */
export const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
