// JSON of somebody else: read without believing any of it.
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const objects = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

export const text = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : null;

export const whole = (value: unknown): number | null =>
  typeof value === "number" && Number.isInteger(value) ? value : null;

/** A whole number within bounds, as near as they let it be. */
export const within = (value: unknown, least: number, most: number): number | null => {
  const number = whole(value);
  return number === null ? null : Math.min(most, Math.max(least, number));
};

/** "9:00" → "09:00". As the end of a day, 23:59 and 00:00 are 24:00; null: no time. */
function clock(value: unknown, isEnd = false): string | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})/.exec(text(value) ?? "") ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const time = `${hours.padStart(2, "0")}:${minutes}`;
  return isEnd && (time === "23:59" || time === "00:00") ? "24:00" : time;
}

/** Words of a title or a slug as a slug has them. */
export const slugOf = (value: string): string =>
  value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");

/** Openings of a day; an interval that is none is left out. */
export const openings = (
  intervals: readonly (readonly [from: unknown, until: unknown])[],
): { from: string; until: string }[] =>
  intervals.flatMap(([start, end]) => {
    const from = clock(start);
    const until = clock(end, true);
    return from && until && from !== until ? [{ from, until }] : [];
  });
