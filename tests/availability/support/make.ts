// Builders with boring defaults: a test names only what it is about.

import type { Facts, HostFacts, TypeRules } from "../../../src/availability/offers.ts";
import type { Schedule } from "../../../src/availability/week.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The epoch milliseconds of an ISO instant such as `2026-03-02T09:00Z`. */
export const at = (iso: string): number => Date.parse(iso);

/** An instant as `2026-03-02T09:00Z`. */
export const iso = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 16)}Z`;

const WORKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"] as const;

/** Monday to Friday, 09:00–17:00, UTC. */
export function makeSchedule(more: Partial<Schedule> = {}): Schedule {
  const hours = WORKDAYS.map((weekday) => ({ weekday, from: "09:00", until: "17:00" }));
  return { timeZone: "UTC", hours, overrides: [], ...more };
}

/** The same hours on every day of the week. */
export function everyDay(from: string, until: string, timeZone = "UTC"): Schedule {
  const days = [...WORKDAYS, "saturday", "sunday"] as const;
  return makeSchedule({ timeZone, hours: days.map((weekday) => ({ weekday, from, until })) });
}

export function makeHost(more: Partial<HostFacts> = {}): HostFacts {
  return { id: "ada", schedule: makeSchedule(), away: [], busy: [], counted: [], ...more };
}

/** An hour with Ada, without buffers or limits. */
export function makeType(more: Partial<TypeRules> = {}): TypeRules {
  return {
    durationMinutes: 60,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    slotIntervalMinutes: null,
    slotAlignment: "start",
    minimumNoticeMinutes: 0,
    horizon: { kind: "unlimited" },
    caps: [],
    capacity: 1,
    timeZone: "UTC",
    groups: [{ hosts: ["ada"], required: "all" }],
    ...more,
  };
}

export function makeFacts(
  more: { type?: Partial<TypeRules>; hosts?: readonly HostFacts[] } & Partial<
    Pick<Facts, "booked" | "seated">
  > = {},
): Facts {
  return {
    hosts: more.hosts ?? [makeHost()],
    booked: more.booked ?? [],
    seated: more.seated ?? [],
    type: makeType(more.type),
  };
}
