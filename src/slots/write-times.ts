// Instants as text, for answers of thousands: in order of time the date is the same as before, and a time of day is one of few.
import { DAY_MS, dateOf, MINUTE_MS } from "../availability/calendar.ts";
import { offsetMinutesAt, wallAt } from "../availability/zone.ts";

/** Turns epoch milliseconds into text. */
type Writer = (ms: number) => string;

/** As RFC 3339 writes an instant in UTC: "2026-12-01T09:00:00Z". */
export function utcWriter(): Writer {
  const times = new Map<number, string>();
  const date = dateWriter();
  return (ms) => {
    const day = Math.floor(ms / DAY_MS);
    const ofDay = ms - day * DAY_MS;
    let time = times.get(ofDay);
    if (time === undefined) {
      time = Temporal.Instant.fromEpochMilliseconds(ofDay).toString().slice("1970-01-01".length);
      times.set(ofDay, time);
    }
    return date(day) + time;
  };
}

/** As the clocks of a zone that findZone gave show it: "2026-12-01T10:00+01:00". */
export function localWriter(zone: string): Writer {
  const times = new Map<number, string>();
  const date = dateWriter();
  let present = Number.NaN;
  return (ms) => {
    const offset = offsetMinutesAt(zone, ms) * MINUTE_MS;
    if (offset !== present) times.clear();
    present = offset;
    const day = Math.floor((ms + offset) / DAY_MS);
    const ofDay = ms + offset - day * DAY_MS;
    let time = times.get(ofDay);
    if (time === undefined) {
      const wall = wallAt(zone, ms);
      time = `T${wall.time}${wall.offset}`;
      times.set(ofDay, time);
    }
    return date(day) + time;
  };
}

function dateWriter(): (day: number) => string {
  let present = Number.NaN;
  let text = "";
  return (day) => {
    if (day !== present) text = dateOf(day);
    present = day;
    return text;
  };
}
