// Reads iCalendar recurrence text and says, in words, what of it Kalends does not take: `rrule` itself
// lets most mistakes pass, and would book on whatever they happen to mean.

import { DAY_MS, dayOf } from "./calendar.ts";

/** A rule that was read: where it starts (`YYYYMMDDTHHMMSS`), its parts, and the days it leaves out. */
export interface Rule {
  start: string;
  parts: Map<Part, string>;
  excluded: Set<number>;
}

// The first day that a rule may start on.
const FIRST_RULE_DAY = dayOf("1970-01-01");
/** The last day that a rule may give: the zone tables end there. */
export const LAST_RULE_DAY = dayOf("2037-12-31");

// The value each part may have; BYHOUR and its like are absent, as the hours stand beside the rule.
const PARTS = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: listOf("[1-9]\\d{0,3}", false),
  COUNT: listOf("[1-9]\\d{0,4}", false),
  UNTIL: /^\d{8}(T\d{6}Z?)?$/,
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
  BYMONTH: listOf("[1-9]|1[0-2]"),
  BYMONTHDAY: listOf("[+-]?([1-9]|[12]\\d|3[01])"),
  BYYEARDAY: listOf("[+-]?([1-9]\\d?|[12]\\d\\d|3[0-5]\\d|36[0-6])"),
  BYWEEKNO: listOf("[+-]?([1-9]|[1-4]\\d|5[0-3])"),
  BYDAY: listOf("([+-]?([1-9]|[1-4]\\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)"),
  BYSETPOS: listOf("[+-]?([1-9]\\d?|[12]\\d\\d|3[0-5]\\d|36[0-6])"),
};

export type Part = keyof typeof PARTS;

function listOf(item: string, several = true): RegExp {
  return new RegExp(`^(${item})${several ? `(,(${item}))*` : ""}$`);
}

// A rule without DTSTART starts far enough back for every booking to come.
const UNANCHORED_START = "20000101T000000";

/** The rule that a text spells, or the sentence that says what is wrong with it. */
export function readRule(text: string): Rule | string {
  let start: string | undefined;
  let partsText: string | undefined;
  const excluded = new Set<number>();
  for (const line of text.toUpperCase().split(/\s+/).filter(Boolean)) {
    // A bare "FREQ=…" is a rule too.
    const [name, value] = /^[A-Z]+=/.test(line) ? ["RRULE", line] : splitAt(line, ":");
    if (name === "RRULE") {
      if (partsText !== undefined) return "Only one RRULE is possible: add a second entry instead";
      partsText = value;
    } else if (/^(DTSTART|EXDATE)(;VALUE=DATE(-TIME)?)?$/.test(name)) {
      const times = value.split(",").map(startOf);
      if (times.includes(null)) {
        return `${line} is not a date like 20260131 or 20260131T090000 in the schedule's own time`;
      }
      if (name.startsWith("DTSTART")) start = times[0]!;
      else for (const time of times) excluded.add(dayOfStamp(time!));
    } else if (name.includes("TZID")) {
      return "A rule follows the schedule's time zone: leave TZID out";
    } else {
      return `${name} is not supported: a rule is made of DTSTART, RRULE and EXDATE`;
    }
  }
  const parts = readParts(partsText ?? "");
  if (typeof parts === "string") return parts;
  if (start === undefined && !isAnchored(parts)) {
    return "The rule needs a DTSTART: what it means depends on where it starts";
  }
  return { start: start ?? UNANCHORED_START, parts, excluded };
}

/** The day number of `YYYYMMDD…`. */
export function dayOfStamp(stamp: string): number {
  return dayOf(`${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}`);
}

/** The milliseconds since 1970 of `YYYYMMDDTHHMMSS`, read on a clock that never changes. */
export function stampMs(stamp: string): number {
  const [hours, minutes, seconds] = [9, 11, 13].map((at) => Number(stamp.slice(at, at + 2)));
  return dayOfStamp(stamp) * DAY_MS + ((hours! * 60 + minutes!) * 60 + seconds!) * 1000;
}

function readParts(text: string): Map<Part, string> | string {
  const parts = new Map<Part, string>();
  for (const piece of text.split(";").filter(Boolean)) {
    const [name, value] = splitAt(piece, "=");
    if (!(name in PARTS)) return `${name} is not supported: hours stand beside the rule`;
    const part = name as Part;
    if (!PARTS[part].test(value)) return `${piece} is not a value that ${name} can have`;
    if (parts.has(part)) return `${name} stands twice`;
    parts.set(part, value);
  }
  const frequency = parts.get("FREQ");
  if (!frequency) return "The rule needs a FREQ: DAILY, WEEKLY, MONTHLY or YEARLY";
  if (parts.has("COUNT") && parts.has("UNTIL")) return "A rule ends by COUNT or by UNTIL, not both";
  if (parts.has("UNTIL") && startOf(parts.get("UNTIL")!.replace("Z", "")) === null) {
    return `UNTIL=${parts.get("UNTIL")} is no date from 1970 to 2037`;
  }
  return misplacedPart(parts, frequency) ?? parts;
}

/** RFC 5545 §3.3.10 forbids these; libraries disagree about what they would mean. */
function misplacedPart(parts: Map<Part, string>, frequency: string): string | null {
  const yearly = frequency === "YEARLY";
  if (parts.has("BYWEEKNO") && !yearly) return "BYWEEKNO needs FREQ=YEARLY";
  if (parts.has("BYYEARDAY") && !yearly) return "BYYEARDAY needs FREQ=YEARLY";
  if (parts.has("BYMONTHDAY") && frequency === "WEEKLY") return "BYMONTHDAY cannot be WEEKLY";
  if (/\d/.test(parts.get("BYDAY") ?? "")) {
    if (!yearly && frequency !== "MONTHLY") {
      return "BYDAY with a number needs FREQ=MONTHLY or FREQ=YEARLY";
    }
    if (parts.has("BYWEEKNO")) return "BYDAY with a number cannot stand beside BYWEEKNO";
  }
  const others = [...parts.keys()].some((part) => part.startsWith("BY") && part !== "BYSETPOS");
  return parts.has("BYSETPOS") && !others ? "BYSETPOS needs another BY… part to choose from" : null;
}

/** Whether a rule means the same dates wherever it starts. */
function isAnchored(parts: Map<Part, string>): boolean {
  if (parts.has("COUNT") || (parts.get("INTERVAL") ?? "1") !== "1") return false;
  const days = parts.has("BYDAY") || parts.has("BYMONTHDAY") || parts.has("BYYEARDAY");
  return days || parts.get("FREQ") === "DAILY";
}

/** `YYYYMMDD[THHMMSS]` with its time filled in, or null when there is no such date or it is out of range. */
function startOf(stamp: string): string | null {
  if (!/^\d{8}(T([01]\d|2[0-3])[0-5]\d[0-5]\d)?$/.test(stamp)) return null;
  try {
    const day = dayOfStamp(stamp);
    if (day < FIRST_RULE_DAY || day > LAST_RULE_DAY) return null;
  } catch {
    return null;
  }
  return stamp.length === 8 ? `${stamp}T000000` : stamp;
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
