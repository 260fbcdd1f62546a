// What a schema cannot say of opening hours.
import { checkRule } from "../availability/rule.ts";
import { invalid } from "../problem.ts";
import type { Hours, Overrides } from "./schema.ts";

// Following a rule through the decades takes up to a tenth of a second of everybody's time.
const RULES_MAX = 10;

/** Problems: invalid. */
export function checkHours(hours: Hours): void {
  const rules = new Set<string>();
  for (const [i, { weekday, rrule, ...opening }] of hours.entries()) {
    const path = `hours.${i}`;
    if ((weekday === undefined) === (rrule === undefined))
      throw invalid(path, "must have a weekday or an rrule, one of the two");
    checkOpening(path, opening);
    if (rrule === undefined || rules.has(rrule)) continue;
    rules.add(rrule);
    if (rules.size > RULES_MAX)
      throw invalid(path, `is one rule too many: at most ${RULES_MAX} are possible`);
    const trouble = checkRule(rrule);
    if (trouble !== null) throw invalid(`${path}.rrule`, trouble);
  }
}

/** Problems: invalid. */
export function checkOverrides(overrides: Overrides): void {
  const dates = new Set<string>();
  for (const [i, { date, hours }] of overrides.entries()) {
    const path = `overrides.${i}`;
    if (!date.startsWith("20")) throw invalid(`${path}.date`, "must lie between 2000 and 2099");
    if (dates.has(date)) throw invalid(`${path}.date`, "stands twice");
    dates.add(date);
    for (const [j, opening] of hours.entries()) checkOpening(`${path}.hours.${j}`, opening);
  }
}

function checkOpening(path: string, { from, until }: { from: string; until: string }): void {
  if (from === until)
    throw invalid(`${path}.until`, "must differ from `from`; a whole day is 00:00 to 24:00");
}
