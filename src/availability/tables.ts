// The zone tables of `moment-timezone`, which packs tzdata as text. We read only its data: its code
// computes on mutable Date-like objects, and what the runtime knows of zones is out of date.

import packed from "moment-timezone/data/packed/latest.json" with { type: "json" };

/** The tzdata release of the tables. */
export const TABLES_VERSION: string = packed.version;

/**
 * A zone as periods of constant offset. Period `i` lasts until the instant `ends[i]` (exclusive) and its
 * clocks show that instant plus `offsets[i]`; all in milliseconds, the last end is Infinity. The tables
 * stop at the end of 2037: later, the last offset holds.
 */
export interface ZoneTable {
  readonly ends: Float64Array;
  readonly offsets: Float64Array;
  /** The latest wall time shown before each period's end: running maxima, and so sorted. */
  readonly wallEnds: Float64Array;
}

// "Europe/Berlin" → its packed text, "Europe/Belfast" → "Europe/London".
const packedZones = new Map(packed.zones.map((text) => [text.slice(0, text.indexOf("|")), text]));
const links = new Map(packed.links.map((pair) => pair.split("|").reverse() as [string, string]));

// Unpacked on first use: a server meets a few dozen of the 600 names.
const unpacked = new Map<string, ZoneTable>();

/** Every name of the tables, links included, in alphabetical order. */
export const ZONE_NAMES: readonly string[] = [...packedZones.keys(), ...links.keys()].sort();

/**
 * The table of a zone or link, spelled exactly as in `ZONE_NAMES`.
 *
 * @throws RangeError when the tables have no such name
 */
export function zoneTable(name: string): ZoneTable {
  const known = unpacked.get(name);
  if (known) return known;
  const text = packedZones.get(links.get(name) ?? name);
  if (text === undefined) throw new RangeError(`Cannot find time zone "${name}" in the tables`);
  const table = unpack(text);
  unpacked.set(name, table);
  return table;
}

/** The index of the first element above `x`; the last element must be above it. */
export function firstAbove(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Packed: `name|abbreviations|offsets west in minutes|which offset when|minutes between changes|people`. */
function unpack(text: string): ZoneTable {
  const [, , offsetText = "", order = "", changeText = ""] = text.split("|");
  const palette = offsetText.split(" ").map((word) => -secondsOf(word) * 1000);
  const changes = changeText === "" ? [] : changeText.split(" ").map(secondsOf);
  let seconds = 0;
  return tableOf(
    changes.map((change) => {
      seconds += change;
      return seconds * 1000;
    }),
    Array.from(order, (digit) => palette[digitOf(digit)]!),
  );
}

/** The table of clocks that change at the given instants, in order, and of one offset more; in milliseconds. */
export function tableOf(changes: readonly number[], offsetsMs: readonly number[]): ZoneTable {
  const offsets = Float64Array.from(offsetsMs);
  const ends = new Float64Array(offsets.length).fill(Number.POSITIVE_INFINITY);
  const wallEnds = new Float64Array(offsets.length).fill(Number.POSITIVE_INFINITY);
  let latest = Number.NEGATIVE_INFINITY;
  for (const [i, change] of changes.entries()) {
    ends[i] = change;
    latest = Math.max(latest, change + offsets[i]!);
    wallEnds[i] = latest;
  }
  return { ends, offsets, wallEnds };
}

/** A packed number: minutes in base 60, with seconds behind a dot (`-2r.g`). */
function secondsOf(word: string): number {
  const negative = word.startsWith("-");
  const [minutes = "", seconds = "0"] = word.slice(negative ? 1 : 0).split(".");
  let total = 0;
  for (const digit of minutes) total = total * 60 + digitOf(digit);
  // A second digit behind the dot would be sixtieths of a second, which tzdata does not have.
  total = total * 60 + digitOf(seconds[0]!);
  return negative ? -total : total;
}

/** A digit of base 60: `0`–`9`, `a`–`z`, `A`–`X`. */
function digitOf(digit: string): number {
  const code = digit.charCodeAt(0);
  if (code > 96) return code - 87;
  return code > 64 ? code - 29 : code - 48;
}
