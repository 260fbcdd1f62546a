import type { Static } from "@sinclair/typebox";
import { invalid } from "./problem.ts";
import type { Caps } from "./schema.ts";

/** What a schema cannot say of caps: one for a period, and each limits something. Problems: invalid. */
export function checkCaps(caps: Static<typeof Caps>): void {
  const periods = new Set<string>();
  for (const [i, { per, bookings, minutes }] of caps.entries()) {
    if (periods.has(per)) throw invalid(`caps.${i}`, "limits the same period");
    if (bookings === undefined && minutes === undefined)
      throw invalid(`caps.${i}`, "must limit bookings or minutes");
    periods.add(per);
  }
}
