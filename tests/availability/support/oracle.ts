// What can be booked, worked out the slow and obvious way: an array with every minute, a question per
// minute, and no code of src/availability. Facts must be in whole minutes.

import type { Cap, Facts, HostFacts, Reason, Taken } from "../../../src/availability/offers.ts";
import type { Schedule } from "../../../src/availability/week.ts";
import { highWater, MINUTE, wallMinutes } from "./wall-clock.ts";

const DAY = 1440;
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

export type Verdict = { hosts: string[]; seatsLeft?: number } | { reason: Reason };

export interface Oracle {
  /** What a booking at this instant would be told. */
  verdict(start: number): Verdict;
}

/** An oracle for starts from `from` until `until`; `falls` knows on which days each RRULE falls. */
export function askOracle(
  facts: Facts,
  { from, until, now }: { from: number; until: number; now: number },
  falls: ReadonlyMap<string, (day: number) => boolean>,
): Oracle {
  const { type } = facts;
  const base = from - 6 * DAY * MINUTE;
  const end = until + (2 * DAY + type.durationMinutes) * MINUTE;
  const indexOf = (instant: number) => (instant - base) / MINUTE;
  const typeWall = wallMinutes(type.timeZone, base, end);
  const minutes = typeWall.length;

  // For each host and minute the date that it is open for, or null.
  const open = new Map<string, (number | null)[]>();
  for (const host of facts.hosts) {
    const labels = [host.schedule, ...(host.moreSchedules ?? [])].map((schedule) =>
      openDates(schedule, host, base, end, falls),
    );
    open.set(
      host.id,
      Array.from({ length: minutes }, (_, i) => earliest(labels.map((label) => label[i]!))),
    );
  }
  const needs = type.groups.map(({ hosts, required }) => ({
    hosts,
    needed: required === "all" ? hosts.length : required,
  }));
  const isOpen = (id: string, i: number) => (open.get(id)?.[i] ?? null) !== null;
  const canMeet = needs.length > 0 && needs.every(({ hosts }) => hosts.length > 0);
  const whole = Array.from({ length: minutes }, (_, i) => {
    const enough = needs.every(({ hosts, needed }) => {
      return hosts.filter((id) => isOpen(id, i)).length >= needed;
    });
    if (!canMeet || !enough) return null;
    return earliest(needs.flatMap(({ hosts }) => hosts.map((id) => open.get(id)?.[i] ?? null)));
  });

  const step = type.slotIntervalMinutes ?? type.durationMinutes;
  const unit = { start: 1, hour: 60, half: 30, quarter: 15 }[type.slotAlignment];
  const onGrid: boolean[] = [];
  let first: number | null = null;
  for (let i = 0; i < minutes; i++) {
    if (whole[i] === null || whole[i] !== whole[i - 1]) first = null;
    if (whole[i] !== null && first === null && typeWall[i]! % unit === 0) first = i;
    onGrid.push(first !== null && (i - first) % step === 0);
  }

  const range = (i: number, j: number) => Array.from({ length: j - i }, (_, k) => i + k);
  const isOpenFor = (id: string, i: number) =>
    range(i, i + type.durationMinutes).every((minute) => isOpen(id, minute));
  const isBusyFor = (host: HostFacts, i: number) => {
    const reservedFrom = i - type.bufferBeforeMinutes;
    const reserved = range(reservedFrom, i + type.durationMinutes + type.bufferAfterMinutes);
    return reserved.some((minute) => {
      for (let b = 0; b < host.busy.length; b += 2) {
        if (indexOf(host.busy[b]!) <= minute && minute < indexOf(host.busy[b + 1]!)) return true;
      }
      return false;
    });
  };
  const hostOf = (id: string) => facts.hosts.find((host) => host.id === id);
  const isCapped = (caps: readonly Cap[], taken: readonly Taken[], zone: string, i: number) =>
    caps.some((cap) => {
      const periodAt = (instant: number) =>
        periodOf(cap, Math.floor(wallMinutes(zone, instant, instant + MINUTE)[0]! / DAY));
      const key = periodAt(base + i * MINUTE);
      const same = taken.filter(({ start }) => periodAt(start) === key);
      const used = same.reduce((sum, { start, end }) => sum + (end - start) / MINUTE, 0);
      return (
        same.length + 1 > (cap.bookings ?? Number.POSITIVE_INFINITY) ||
        used + type.durationMinutes > (cap.minutes ?? Number.POSITIVE_INFINITY)
      );
    });

  function limitAgainst(start: number): Reason | null {
    if (start < now) return "start_in_past";
    if (start < now + type.minimumNoticeMinutes * MINUTE) return "too_soon";
    const { horizon } = type;
    if (horizon.kind === "unlimited") return null;
    const day = Math.floor(typeWall[indexOf(start)]! / DAY);
    const today = Math.floor(wallMinutes(type.timeZone, now, now + MINUTE)[0]! / DAY);
    if (horizon.kind === "range") {
      if (dateOf(day) < horizon.from) return "too_soon";
      return dateOf(day) > horizon.until ? "too_late" : null;
    }
    if (horizon.kind === "rolling") return day > today + horizon.days ? "too_late" : null;
    let last = today;
    for (let left = horizon.days; left > 0; ) if (weekdayOf(++last) < 5) left--;
    return day > last ? "too_late" : null;
  }

  function verdict(start: number): Verdict {
    const limit = limitAgainst(start);
    if (limit) return { reason: limit };
    const i = indexOf(start);
    if (type.capacity > 1) {
      const seat = facts.seated.find(
        (meeting) =>
          meeting.start === start &&
          meeting.end === start + type.durationMinutes * MINUTE &&
          meeting.seatsTaken < type.capacity &&
          meeting.hosts.every((id) => type.groups.some(({ hosts }) => hosts.includes(id))) &&
          meeting.hosts.every((id) => isOpenFor(id, i)),
      );
      if (seat) return { hosts: [...seat.hosts], seatsLeft: type.capacity - seat.seatsTaken };
    }
    const capped = isCapped(type.caps, facts.booked, type.timeZone, i);
    const able = (test: (host: HostFacts) => boolean) =>
      needs.every(({ hosts, needed }) => {
        return (
          hosts.filter((id) => hostOf(id) && isOpenFor(id, i) && test(hostOf(id)!)).length >= needed
        );
      });
    const within = ({ caps = [], counted, schedule }: HostFacts) =>
      !isCapped(caps, counted, schedule.timeZone, i);
    const free = (host: HostFacts) => within(host) && !isBusyFor(host, i);
    const isThere = type.capacity > 1 && facts.seated.some((m) => m.start === start);
    if (onGrid[i] && !capped && !isThere && able(free)) {
      const hosts = needs.flatMap((group) =>
        group.hosts.filter((id) => hostOf(id) && isOpenFor(id, i) && free(hostOf(id)!)),
      );
      return { hosts, ...(type.capacity > 1 ? { seatsLeft: type.capacity } : {}) };
    }
    const full = facts.seated.some((m) => m.start === start && m.seatsTaken >= type.capacity);
    if (type.capacity > 1 && full) return { reason: "seats_full" };
    if (!onGrid[i] || !able(() => true)) return { reason: "outside_hours" };
    return { reason: capped || !able(within) ? "cap_reached" : "slot_taken" };
  }

  return { verdict };
}

/** For each minute the date whose hours it lies in, or null. */
function openDates(
  schedule: Schedule,
  { away }: HostFacts,
  base: number,
  end: number,
  falls: ReadonlyMap<string, (day: number) => boolean>,
): (number | null)[] {
  const isAway = (day: number) =>
    away.some(({ from, until }) => from <= dateOf(day) && dateOf(day) <= until);
  const hoursOf = (day: number) => {
    const overrides = schedule.overrides.filter(({ date }) => date === dateOf(day));
    if (overrides.length > 0) return overrides.flatMap(({ hours }) => hours);
    return schedule.hours.filter((entry) =>
      "weekday" in entry
        ? entry.weekday === WEEKDAYS[weekdayOf(day)]
        : falls.get(entry.rrule)!(day),
    );
  };
  // Each day's hours in minutes since 1970, looked up once: this runs for every minute.
  const known = new Map<number, [starts: number, ends: number][]>();
  const spansOf = (day: number) => {
    const spans = known.get(day) ?? [];
    if (!known.has(day) && !isAway(day)) {
      const lastMinute = isAway(day + 1) ? DAY : 2 * DAY;
      for (const { from, until } of hoursOf(day)) {
        const starts = minutesOf(from);
        const ends = minutesOf(until) < starts ? minutesOf(until) + DAY : minutesOf(until);
        spans.push([day * DAY + starts, day * DAY + Math.min(ends, lastMinute)]);
      }
    }
    known.set(day, spans);
    return spans;
  };
  return Array.from(highWater(wallMinutes(schedule.timeZone, base, end)), (mark) => {
    const today = Math.floor(mark / DAY);
    for (let day = today - 2; day <= today; day++) {
      for (const [starts, ends] of spansOf(day)) if (starts <= mark && mark < ends) return day;
    }
    return null;
  });
}

function earliest(days: (number | null)[]): number | null {
  const known = days.filter((day) => day !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function periodOf(cap: Cap, day: number): string {
  if (cap.per === "day") return dateOf(day);
  if (cap.per === "month") return dateOf(day).slice(0, 7);
  return dateOf(day - weekdayOf(day));
}

/** 1970-01-05 was a Monday. */
function weekdayOf(day: number): number {
  return (((day - 4) % 7) + 7) % 7;
}

function dateOf(day: number): string {
  return new Date(day * DAY * MINUTE).toISOString().slice(0, 10);
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return hours! * 60 + minutes!;
}
