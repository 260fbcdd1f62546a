import { wallAt } from "../availability/zone.ts";
import { findSlots } from "../slots/find-slots.ts";
import type { World } from "../world.ts";
import { textAt } from "./input.ts";
import { dateOrNull, endOfMonth, laterMonth, monthOf, monthWithin } from "./month.ts";
import type { FreeDay, PickerFacts } from "./picker.ts";

/** What is looked for: a type's times, or a booking's next ones. */
export interface Wanted {
  readonly meetingTypeId: string;
  readonly timeZone: string;
  readonly durationMinutes?: number | undefined;
  readonly rescheduleOf?: string | undefined;
  readonly seat?: boolean | undefined;
  readonly link?: string | undefined;
}

type Found = Pick<PickerFacts, "today" | "month" | "lastMonth" | "days" | "date">;

const LOOK_AHEAD_DAYS = 61;
const LAST_MONTH_AHEAD = 24;

/**
 * The free days of the month that a reader asked for by `month` or `date`; of the first month with
 * free days if he asked for none. Where he chose no day, the first free one is chosen.
 */
export async function freeDays(world: World, wanted: Wanted, query: unknown): Promise<Found> {
  const today = wallAt(wanted.timeZone, world.now().epochMilliseconds).date;
  const lastMonth = laterMonth(monthOf(today), LAST_MONTH_AHEAD);
  const asked = dateOrNull(textAt(query, "date"));
  const askedMonth = (month: string | undefined) => monthWithin(month, monthOf(today), lastMonth);
  const month = askedMonth(textAt(query, "month")) ?? askedMonth(asked?.slice(0, 7));
  const found =
    month === null
      ? await firstMonth(world, wanted, today)
      : {
          month,
          days: await daysBetween(world, wanted, later(today, `${month}-01`), lastOf(month)),
        };
  const isInMonth = asked !== null && monthOf(asked) === found.month;
  return { today, lastMonth, ...found, date: isInMonth ? asked : (found.days[0]?.date ?? null) };
}

/** The first free starts from now on, wherever they are in the next weeks. */
export async function nextFree(
  world: World,
  wanted: Wanted,
  atMost: number,
): Promise<Temporal.Instant[]> {
  const today = wallAt(wanted.timeZone, world.now().epochMilliseconds).date;
  const days = await daysBetween(world, wanted, today, ahead(today, LOOK_AHEAD_DAYS));
  return days.flatMap((day) => day.starts).slice(0, atMost);
}

async function firstMonth(world: World, wanted: Wanted, today: string) {
  const until = ahead(today, LOOK_AHEAD_DAYS);
  const days = await daysBetween(world, wanted, today, until);
  const month = monthOf(days[0]?.date ?? today);
  const isWhole = lastOf(month) <= until;
  return {
    month,
    days: isWhole
      ? days.filter((day) => monthOf(day.date) === month)
      : await daysBetween(world, wanted, later(today, `${month}-01`), lastOf(month)),
  };
}

async function daysBetween(
  world: World,
  wanted: Wanted,
  from: string,
  until: string,
): Promise<FreeDay[]> {
  const {
    slots: { days },
  } = await findSlots(world, { ...wanted, from, until });
  return days.map(({ date, slots }) => ({
    date,
    starts: slots.map(({ start }) => Temporal.Instant.from(start)),
    seatsLeft: slots.flatMap(({ seatsLeft }) => seatsLeft ?? []),
  }));
}

const later = (a: string, b: string): string => (a > b ? a : b);
const ahead = (date: string, days: number): string =>
  Temporal.PlainDate.from(date).add({ days }).toString();
const lastOf = (month: string): string =>
  Temporal.PlainDate.from(endOfMonth(month)).subtract({ days: 1 }).toString();
