// The oracle for recurrence rules: takes every day of every period and asks whether it fits, as RFC 5545
// §3.3.10 says it. No BYWEEKNO, whose weeks reach over the ends of the years.

const DAY_MS = 86_400_000;
const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

export interface Recurrence {
  freq: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
  interval: number;
  /** Days since 1970. */
  start: number;
  count?: number | undefined;
  wkst: string;
  byMonth?: number[] | undefined;
  byMonthDay?: number[] | undefined;
  byYearDay?: number[] | undefined;
  byDay?: string[] | undefined;
  bySetPos?: number[] | undefined;
}

/** The rule as iCalendar text. */
export function textOf(rule: Recurrence): string {
  const lists = {
    BYMONTH: rule.byMonth,
    BYMONTHDAY: rule.byMonthDay,
    BYYEARDAY: rule.byYearDay,
    BYDAY: rule.byDay,
    BYSETPOS: rule.bySetPos,
  };
  const parts = [`FREQ=${rule.freq}`, `INTERVAL=${rule.interval}`, `WKST=${rule.wkst}`];
  if (rule.count) parts.push(`COUNT=${rule.count}`);
  for (const [name, list] of Object.entries(lists))
    if (list) parts.push(`${name}=${list.join(",")}`);
  return `DTSTART:${date(rule.start).replaceAll("-", "")}\nRRULE:${parts.join(";")}`;
}

/** The days (since 1970) on which the rule falls until `last`. */
export function recur(rule: Recurrence, last: number): number[] {
  const found: number[] = [];
  for (let n = 0; ; n++) {
    const [first, next] = period(rule, n);
    if (first > last) break;
    const days: number[] = [];
    for (let day = first; day < next; day++) if (fits(rule, day)) days.push(day);
    const chosen = rule.bySetPos
      ? days.filter((_, i) =>
          rule.bySetPos!.some((pos) => i === (pos > 0 ? pos - 1 : days.length + pos)),
        )
      : days;
    found.push(...chosen.filter((day) => day >= rule.start));
  }
  return found.slice(0, rule.count).filter((day) => day <= last);
}

/** The nth period of the rule, as its first day and the first day behind it. */
function period({ freq, interval, start, wkst }: Recurrence, n: number): [number, number] {
  const steps = n * interval;
  const [year, month] = [Number(date(start).slice(0, 4)), Number(date(start).slice(5, 7)) - 1];
  if (freq === "DAILY") return [start + steps, start + steps + 1];
  if (freq === "MONTHLY") return [firstOf(year, month + steps), firstOf(year, month + steps + 1)];
  if (freq === "YEARLY") return [firstOf(year + steps, 0), firstOf(year + steps + 1, 0)];
  const week = start - ((weekday(start) - WEEKDAYS.indexOf(wkst) + 7) % 7);
  return [week + steps * 7, week + steps * 7 + 7];
}

function fits(rule: Recurrence, day: number): boolean {
  const [year, month, dayOfMonth] = date(day).split("-").map(Number) as [number, number, number];
  const [startMonth, startDay] = date(rule.start).split("-").slice(1).map(Number) as [
    number,
    number,
  ];
  const inMonth = [firstOf(year, month - 1), firstOf(year, month)] as const;
  const inYear = [firstOf(year, 0), firstOf(year + 1, 0)] as const;
  const either = (list: number[], from: number, until: number) =>
    list.some((n) => (n > 0 ? from + n - 1 : until + n) === day);
  if (rule.byMonth && !rule.byMonth.includes(month)) return false;
  if (rule.byMonthDay && !either(rule.byMonthDay, ...inMonth)) return false;
  if (rule.byYearDay && !either(rule.byYearDay, ...inYear)) return false;
  if (rule.byDay) {
    const span = rule.freq === "MONTHLY" || rule.byMonth ? inMonth : inYear;
    return rule.byDay.some((word) => {
      const ordinal = Number(word.slice(0, -2));
      if (word.slice(-2) !== WEEKDAYS[weekday(day)]) return false;
      const before = Math.floor((day - span[0]) / 7) + 1;
      const behind = -Math.floor((span[1] - 1 - day) / 7) - 1;
      return ordinal === 0 || ordinal === before || ordinal === behind;
    });
  }
  // What the rule does not say, its start says.
  if (rule.byMonthDay || rule.byYearDay || rule.freq === "DAILY") return true;
  if (rule.freq === "WEEKLY") return weekday(day) === weekday(rule.start);
  if (dayOfMonth !== startDay) return false;
  return rule.freq === "MONTHLY" || rule.byMonth !== undefined || month === startMonth;
}

function date(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function weekday(day: number): number {
  return (((day - 4) % 7) + 7) % 7;
}

function firstOf(year: number, month: number): number {
  return Date.UTC(year, month, 1) / DAY_MS;
}
