// Events as Google keeps them, and as it lists them.
import { rrulestr } from "rrule";
import type { Reply } from "./vendor.ts";

interface When {
  readonly date?: string;
  readonly dateTime?: string;
  readonly timeZone?: string;
}

/** An event as the API has it. */
export interface Event {
  readonly [field: string]: unknown;
  readonly id: string;
  readonly status?: string;
  readonly start?: When;
  readonly end?: When;
  readonly recurrence?: readonly string[];
  readonly recurringEventId?: string;
  readonly originalStartTime?: When;
}

/** An event as it is kept: with the number of the change that made it so. */
export interface Kept {
  readonly event: Event;
  readonly change: number;
  /** Of a series: occurrences that there were before it was changed. */
  readonly former: ReadonlyMap<string, { readonly stub: Event; readonly change: number }>;
}

export interface StoredCalendar {
  readonly id: string;
  readonly timeZone: string;
  /** Its entry in the list of calendars. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** Google's own, such as holidays, push nothing. */
  readonly canPush: boolean;
  /** By id; occurrences of a series only where they are exceptions. */
  readonly events: Map<string, Kept>;
  /** Tokens of earlier changes have expired. */
  oldestChange: number;
}

/** An answer as Google refuses: https://developers.google.com/workspace/calendar/api/guides/errors */
export const refusal = (
  code: number,
  reason: string,
  more: {
    domain?: string;
    location?: string;
    message?: string;
    headers?: Record<string, string>;
  } = {},
) => {
  const { domain = "global", message = `No: ${reason}`, headers, location } = more;
  const one = { domain, reason, message, ...(location && { locationType: "parameter", location }) };
  return {
    status: code,
    body: { error: { errors: [one], code, message } },
    ...(headers && { headers }),
  } satisfies Reply;
};

/** What the API says of an event that is gone: no more than it guarantees. */
export const stubOf = ({ id, recurringEventId, originalStartTime }: Event): Event => ({
  kind: "calendar#event",
  id,
  status: "cancelled",
  ...(recurringEventId && { recurringEventId, originalStartTime }),
});

/** When something is, dates in a zone. */
export const instantOf = (when: When | undefined, zone: string): Temporal.Instant =>
  when?.date === undefined
    ? Temporal.Instant.from(when?.dateTime ?? "")
    : Temporal.PlainDate.from(when.date).toZonedDateTime(zone).toInstant();

/** The id of the occurrence that began, or would have begun, then. */
export const occurrenceId = (seriesId: string, { date, dateTime }: When): string =>
  `${seriesId}_${(date ?? Temporal.Instant.from(dateTime ?? "").toString({ smallestUnit: "second" })).replace(/[-:]/g, "")}`;

/** Every occurrence of a series that begins before a time, without its exceptions. */
export function occurrencesOf(series: Event, zone: string, until: Temporal.Instant): Event[] {
  const { recurrence, start = {}, end = {}, ...rest } = series;
  const seriesZone = start.timeZone ?? zone;
  const isAllDay = start.date !== undefined;
  const first = isAllDay
    ? Temporal.PlainDate.from(start.date ?? "").toPlainDateTime()
    : Temporal.Instant.from(start.dateTime ?? "")
        .toZonedDateTimeISO(seriesZone)
        .toPlainDateTime();
  const length = instantOf(start, "UTC").until(instantOf(end, "UTC"));
  const floating = (wall: Temporal.PlainDateTime) => new Date(`${wall}Z`);
  const lines = recurrence ?? [];
  const rule = rrulestr(lines.filter((line) => line.startsWith("RRULE:")).join("\n"), {
    dtstart: floating(first),
  });
  const left = new Set(
    lines
      .filter((line) => line.startsWith("EXDATE"))
      .flatMap((line) => line.replace(/^.*:/, "").split(","))
      .map((wall) => `${Temporal.PlainDateTime.from(wall)}`),
  );
  const last = until.toZonedDateTimeISO(seriesZone).toPlainDateTime();
  const walls = rule
    .between(floating(first), floating(last), true)
    .map((each) => Temporal.PlainDateTime.from(each.toISOString().slice(0, -1)))
    .filter((wall) => !left.has(`${wall}`));
  return walls.map((wall) => {
    const at = (days: boolean): [When, When] => {
      if (days) {
        const date = wall.toPlainDate();
        const endDate = date.add({ hours: length.total("hours") });
        return [{ date: `${date}` }, { date: `${endDate}` }];
      }
      const zoned = wall.toZonedDateTime(seriesZone);
      const shown = (time: Temporal.ZonedDateTime) => ({
        dateTime: `${time.toString({ timeZoneName: "never", smallestUnit: "second" })}`,
        timeZone: seriesZone,
      });
      return [shown(zoned), shown(zoned.add(length))];
    };
    const [begins, ends] = at(isAllDay);
    return {
      ...rest,
      id: occurrenceId(series.id, begins),
      start: begins,
      end: ends,
      recurringEventId: series.id,
      originalStartTime: begins,
    };
  });
}

/** A merge as PATCH does it: null takes a field away, objects are merged, lists are replaced. */
export function patched(
  target: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...target };
  for (const [name, value] of Object.entries(change))
    if (value === null) delete result[name];
    else if (isRecord(value) && isRecord(target[name])) result[name] = patched(target[name], value);
    else result[name] = value;
  return result;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a `fields` parameter leaves of an answer: `kind,items(id,start),a/b`. */
export function masked(value: unknown, fields: string | null): unknown {
  if (fields === null) return value;
  const mask = maskOf(fields);
  const apply = (each: unknown, under: Mask): unknown => {
    if (under.size === 0) return each;
    if (Array.isArray(each)) return each.map((one) => apply(one, under));
    if (!isRecord(each)) return each;
    return Object.fromEntries(
      Object.entries(each)
        .filter(([name]) => under.has(name))
        .map(([name, one]) => [name, apply(one, under.get(name) ?? new Map())]),
    );
  };
  return apply(value, mask);
}

type Mask = Map<string, Mask>;

function maskOf(fields: string): Mask {
  const tokens = fields.match(/\w+|[(),/]/g) ?? [];
  const list = (): Mask => {
    const mask: Mask = new Map();
    do {
      const name = tokens.shift() ?? "";
      if (tokens[0] === "(") {
        tokens.shift();
        mask.set(name, list());
        tokens.shift();
      } else if (tokens[0] === "/") {
        tokens.shift();
        const inner = tokens.shift() ?? "";
        mask.set(name, new Map([[inner, new Map()]]));
      } else mask.set(name, new Map());
    } while (tokens[0] === "," && tokens.shift());
    return mask;
  };
  return list();
}
