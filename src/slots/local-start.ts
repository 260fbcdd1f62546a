import { findZone, wallAt } from "../availability/zone.ts";

/** When something begins as the clocks of a zone show it: "2026-12-01T10:00+01:00". In UTC where the zone is not known. */
export function localStartOf(startMs: number, timeZone: string): string {
  const wall = wallAt(findZone(timeZone) ?? "UTC", startMs);
  return `${wall.date}T${wall.time}${wall.offset}`;
}
