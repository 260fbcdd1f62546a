// iCalendar text (RFC 5545) as components. The only file that knows `ical.js`, of which we take the syntax alone:
// what times and rules mean is for zone.ts and rule.ts to say.
import { setImmediate } from "node:timers/promises";
import ICAL from "ical.js";

/** A property as jCal has it (RFC 7265): name and parameters in lower case. */
export type Property = readonly [
  name: string,
  parameters: Readonly<Record<string, string | readonly string[]>>,
  type: string,
  ...values: readonly unknown[],
];
export type Component = readonly [
  name: string,
  properties: readonly Property[],
  components: readonly Component[],
];

export interface ParsedCalendar {
  /** The properties of the calendar itself. */
  readonly head: Component;
  readonly zones: readonly Component[];
  readonly events: readonly Component[];
  /** How many events could not be read at all. */
  readonly broken: number;
  /** Whether the text goes on to the end of its calendar. */
  readonly isWhole: boolean;
}

/** Whether a text claims to be a calendar. */
export const isCalendar = (text: string): boolean => /^\uFEFF?\s*BEGIN:VCALENDAR\s/i.test(text);

/**
 * Reads a calendar, each of its events by itself, so that a broken one costs nothing but itself. Of an event that is
 * broken the times are kept where they can be read. Lets others run in between.
 */
export async function parseCalendar(text: string): Promise<ParsedCalendar> {
  const { head, parts, isWhole } = split(text);
  const zones: Component[] = [];
  const events: Component[] = [];
  let broken = 0;
  for (const [i, { name, lines }] of parts.entries()) {
    if (i % 200 === 199) await setImmediate();
    const component = parse(lines) ?? parse(unfolded(lines).filter((line) => VITAL.test(line)));
    if (name === "VTIMEZONE") component && zones.push(component);
    else if (component) events.push(component);
    else broken++;
  }
  const known = unfolded(head).filter((line) => HEAD.test(line));
  // Of several calendars in one text, the first one's.
  const end = known.findIndex((line) => /^END:/i.test(line));
  return {
    head: parse(known.slice(0, end + 1)) ?? ["vcalendar", [], []],
    zones,
    events,
    broken,
    isWhole,
  };
}

/** A whole text as one component, for who wants to change it; null where it is none. */
export const parseWhole = (text: string): Component | null =>
  parse([text.replace(/^\uFEFF/, "").trim()]);

/** The text of a component: escaped, folded to 75 octets, lines ended by CR LF. */
export const writeComponent = (component: Component): string =>
  `${ICAL.stringify(component as unknown as object[]).trimEnd()}\r\n`;

/** The property of that name, or undefined. */
export const propertyOf = ([, properties]: Component, name: string): Property | undefined =>
  properties.find((each) => each[0] === name);

export const propertiesOf = ([, properties]: Component, name: string): Property[] =>
  properties.filter((each) => each[0] === name);

/** A property's first value as text; null where there is none. */
export function textOf(component: Component, name: string): string | null {
  const [, , type, value] = propertyOf(component, name) ?? [];
  if (typeof value !== "string" || value === "") return null;
  // ical.js leaves extensions as they are; those that we read are text (RFC 5545, 3.3.11).
  return type === "unknown" ? value.replace(/\\([\\;,])/g, "$1") : value;
}

/** A parameter's first value, or null. */
export function parameterOf([, parameters]: Property, name: string): string | null {
  const value = parameters[name];
  return (typeof value === "string" ? value : value?.[0]) || null;
}

const VITAL =
  /^(BEGIN|END|UID|DTSTART|DTEND|DURATION|RECURRENCE-ID|X-RRULE|RDATE|EXDATE|STATUS|TRANSP)\b/i;
const HEAD = /^((BEGIN|END):VCALENDAR\s*$|(NAME|X-WR-CALNAME|X-WR-TIMEZONE)[;:])/i;

interface Part {
  readonly name: string;
  readonly lines: string[];
}

function split(text: string): { head: string[]; parts: Part[]; isWhole: boolean } {
  const head: string[] = [];
  const parts: Part[] = [];
  let part: Part | null = null;
  let last = "";
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|[\r\n]/)) {
    if (line.trim() !== "") last = line;
    const [, edge, named = ""] = /^(BEGIN|END):([\w-]+)\s*$/i.exec(line) ?? [];
    const name = named.toUpperCase();
    if (part) {
      // Rules are read by rule-text.ts: what ical.js does not like about one would cost the event.
      part.lines.push(line.replace(/^RRULE(?=[;:])/i, "X-RRULE"));
      if (edge?.toUpperCase() !== "END" || name !== part.name) continue;
      parts.push(part);
      part = null;
    } else if (edge && edge.toUpperCase() !== "END" && (name === "VEVENT" || name === "VTIMEZONE"))
      part = { name, lines: [line] };
    else head.push(line);
  }
  return { head, parts, isWhole: /^END:VCALENDAR\s*$/i.test(last) };
}

function parse(lines: readonly string[]): Component | null {
  try {
    return ICAL.parse(lines.join("\r\n")) as unknown as Component;
  } catch {
    return null;
  }
}

const unfolded = (lines: readonly string[]): string[] =>
  lines
    .join("\n")
    .replace(/\n[\t ]/g, "")
    .split("\n");
