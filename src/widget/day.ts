// Calendar arithmetic on dates such as "2026-12-01", in no zone at all. Pure.
const DAY_MS = 86_400_000;

const numberOf = (date: string): number => Date.parse(`${date}T00:00Z`) / DAY_MS;
const dateOf = (days: number): string => new Date(days * DAY_MS).toISOString().slice(0, 10);

/** "2026-12" of "2026-12-01". */
export const monthOf = (date: string): string => date.slice(0, 7);

export const addDays = (date: string, days: number): string => dateOf(numberOf(date) + days);

/** The month so many months later: "2027-01" of "2026-12" and 1. */
export const addMonths = (month: string, months: number): string => {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months;
  return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}`;
};

/** The last date of a month. */
export const lastDay = (month: string): string => addDays(`${addMonths(month, 1)}-01`, -1);

/** The same day so many months later, or the month's last where it has none. */
export const sameDay = (date: string, months: number): string => {
  const month = addMonths(monthOf(date), months);
  const wanted = `${month}-${date.slice(8)}`;
  const last = lastDay(month);
  return wanted < last ? wanted : last;
};

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export const weekdayOf = (date: string): number => ((((numberOf(date) + 3) % 7) + 7) % 7) + 1;

/** How many days a date lies after the first day of its week. */
export const daysIntoWeek = (date: string, firstDay: number): number =>
  (weekdayOf(date) - firstDay + 7) % 7;

/** A month in weeks of seven, from the given weekday; null where a day belongs to another month. */
export function weeksOf(month: string, firstDay: number): (string | null)[][] {
  const first = `${month}-01`;
  const offset = daysIntoWeek(first, firstDay);
  const days = Number(lastDay(month).slice(8));
  return Array.from({ length: Math.ceil((offset + days) / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_, i) => {
      const day = week * 7 + i - offset;
      return day < 0 || day >= days ? null : addDays(first, day);
    }),
  );
}

/** Where a key leads in a month's grid (APG date grid); null: it is none of the grid's. */
export function dateAfterKey(
  key: string,
  date: string,
  { firstDay, isRtl, isShift }: { firstDay: number; isRtl: boolean; isShift: boolean },
): string | null {
  const forward = isRtl ? -1 : 1;
  const into = daysIntoWeek(date, firstDay);
  const months = isShift ? 12 : 1;
  switch (key) {
    case "ArrowRight":
      return addDays(date, forward);
    case "ArrowLeft":
      return addDays(date, -forward);
    case "ArrowDown":
      return addDays(date, 7);
    case "ArrowUp":
      return addDays(date, -7);
    case "Home":
      return addDays(date, -into);
    case "End":
      return addDays(date, 6 - into);
    case "PageDown":
      return sameDay(date, months);
    case "PageUp":
      return sameDay(date, -months);
    default:
      return null;
  }
}
