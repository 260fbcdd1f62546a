// Calendar arithmetic for the month that a page shows. Dates of no zone: YYYY-MM-DD, months YYYY-MM.

/** The weeks of a month from Monday on; null where a day belongs to another month. */
export function weeksOf(month: string): (string | null)[][] {
  const first = Temporal.PlainDate.from(`${month}-01`);
  const cells: (string | null)[] = Array.from({ length: first.dayOfWeek - 1 }, () => null);
  for (let day = 1; day <= first.daysInMonth; day += 1) cells.push(first.with({ day }).toString());
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** The month so many months later. */
export const laterMonth = (month: string, months: number): string =>
  Temporal.PlainYearMonth.from(month).add({ months }).toString();

/** The month of a date. */
export const monthOf = (date: string): string => date.slice(0, 7);

/** The first date after the month. */
export const endOfMonth = (month: string): string => `${laterMonth(month, 1)}-01`;

/** The month a reader asked for, or null when it is none between the two. */
export function monthWithin(asked: string | undefined, from: string, until: string): string | null {
  if (asked === undefined || !/^\d{4}-(0[1-9]|1[0-2])$/.test(asked)) return null;
  return asked < from || asked > until ? null : asked;
}

/** The date a reader asked for, or null when it is none. */
export function dateOrNull(asked: string | undefined): string | null {
  if (asked === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(asked)) return null;
  try {
    return Temporal.PlainDate.from(asked).toString();
  } catch {
    return null;
  }
}
