import { dateOf, dayOf } from "../availability/calendar.ts";
import { type Schedule as Openable, openSpans } from "../availability/week.ts";
import { startOfDay, wallAt } from "../availability/zone.ts";
import { invalid } from "../problem.ts";
import type { ScheduleRow } from "./queries.ts";
import type { Preview } from "./schema.ts";

const DAYS_MAX = 62;

/**
 * The open time of the dates `from` to `until`, both included and of the schedule's zone. Hours are
 * shown whole with the date they start on, also where they run into the next. Problems: invalid.
 */
export function previewSchedule(
  schedule: ScheduleRow,
  { from, until }: { from: string; until: string },
): Preview {
  const { timeZone } = schedule;
  const [first, last] = [dayOf(from), dayOf(until)];
  if (last < first) throw invalid("until", "must not lie before `from`");
  if (last - first >= DAYS_MAX) throw invalid("until", `must lie within ${DAYS_MAX} days`);
  if (!from.startsWith("20")) throw invalid("from", "must lie between 2000 and 2099");

  const openings = openSpans(
    schedule as Openable,
    startOfDay(timeZone, from),
    startOfDay(timeZone, dateOf(last + 1)),
  );
  const intervals: Preview["intervals"] = [];
  for (let i = 0; i < openings.length; i += 3) {
    const [start, end, day] = openings.slice(i, i + 3) as [number, number, number];
    if (day < first || day > last) continue;
    intervals.push({
      date: dateOf(day),
      start: instantOf(start),
      end: instantOf(end),
      localStart: localOf(timeZone, start),
      localEnd: localOf(timeZone, end),
    });
  }
  return { timeZone, from, until, intervals };
}

const instantOf = (epochMs: number): string =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toString();

function localOf(timeZone: string, epochMs: number): string {
  const { date, time, offset } = wallAt(timeZone, epochMs);
  return `${date}T${time}${offset}`;
}
