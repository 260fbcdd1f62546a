// How benches say what they found.

export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5);

/** The value that so much of them (0…1) does not exceed; NaN of none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const column = (value: string | number, width = 11): string => String(value).padStart(width);

export const perSecond = (rate: number): string => `${Math.round(rate)}/s`;

/** A ratio beside what it has to be, and whether it is: "0.61 (≥ 0.5)", "0.42 (≥ 0.5: no)". */
export function aimed(ratio: number, sign: "≥" | "≤", aim: number): string {
  const isMet = sign === "≥" ? ratio >= aim : ratio <= aim;
  return `${ratio.toFixed(2)} (${sign} ${aim}${isMet ? "" : ": no"})`;
}

/** Columns as wide as what is in them, the first to the left. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join("  "),
    )
    .join("\n");
}
