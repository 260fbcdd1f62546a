// Calendar arithmetic on plain integers. A day is the number of days since 1970-01-01, a minute is
// counted from a day's 00:00 by the wall clock. Nothing here knows an instant or a zone.

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const DAY_MINUTES = 1440;

/** Monday first, as in ISO 8601; `weekdayOf` gives indices into this list. */
export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/**
 * The day number of a date written `YYYY-MM-DD`.
 *
 * @throws RangeError when there is no such date
 */
export function dayOf(date: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  const day = match ? dayOfYmd(Number(match[1]), Number(match[2]), Number(match[3])) : Number.NaN;
  if (dateOf(day) !== date) throw new RangeError(`Cannot read date "${date}": no such day`);
  return day;
}

/** The date of a day number, written `YYYY-MM-DD`. */
export function dateOf(day: number): string {
  const { year, month, dayOfMonth } = ymdOf(day);
  return `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
}

/**
 * The minutes since 00:00 of a wall time written `HH:MM`, from `00:00` to `24:00`.
 *
 * @throws RangeError when there is no such wall time
 */
export function minutesOf(time: string): number {
  const minutes = /^\d\d:[0-5]\d$/.test(time)
    ? Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
    : Number.NaN;
  if (!(minutes <= DAY_MINUTES)) throw new RangeError(`Cannot read time "${time}": not HH:MM`);
  return minutes;
}

/** The wall time `HH:MM` of a minute of the day. */
export function timeOf(minute: number): string {
  return `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
}

/** The index of a day's weekday in `WEEKDAYS`; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The Monday of a day's week. */
export function mondayOf(day: number): number {
  return day - weekdayOf(day);
}

/** The first day of the month that lies `months` after the month of `day`. */
export function firstOfMonth(day: number, months = 0): number {
  const { year, month } = ymdOf(day);
  const index = year * 12 + (month - 1) + months;
  return dayOfYmd(Math.floor(index / 12), (index % 12) + 1, 1);
}

/** The year, month (1–12) and day of the month (1–31) of a day number. */
export function ymdOf(day: number): { year: number; month: number; dayOfMonth: number } {
  // Years are counted from 1 March, so that the leap day is a year's last: the months before it then
  // start at fixed distances. A Gregorian era is 400 years, which is 146 097 days.
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  );
  const ofYear =
    ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfMonth: ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

function dayOfYmd(year: number, month: number, dayOfMonth: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + dayOfMonth - 1;
  const ofEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + ofYear;
  return era * 146_097 + ofEra - 719_468;
}

// Thousands of them make a month of free times, where padStart() shows.
function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
