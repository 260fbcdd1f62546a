// What a TZID means. Calendars name zones as IANA does, as Windows does, with a maker's prefix, or by rules of their
// own; whatever can be brought back to a name of the tables is, since the rules that travel with events are as old as
// the software that wrote them.
import { DAY_MS, dayOf } from "../availability/calendar.ts";
import { tableOf, type ZoneTable, zoneTable } from "../availability/tables.ts";
import { findWrittenZone } from "../availability/zone.ts";
import {
  type Component,
  type ParsedCalendar,
  propertiesOf,
  propertyOf,
  textOf,
} from "./ics-parse.ts";
import { ruleWalls, untilOf } from "./ics-rule.ts";
import { type Clock, momentIn, momentOf } from "./ics-time.ts";
import windowsZones from "./windows-zones.json" with { type: "json" };

/**
 * The clocks of one calendar text. A TZID is, in this order: a zone that its name leads to, the rules of the
 * VTIMEZONE of that name, the calendar's zone.
 */
export function clockOf(zone: string, { zones }: Pick<ParsedCalendar, "zones">): Clock {
  const known = new Map<string, ZoneTable>();
  const own = zoneTable(zone);
  return (tzid) => {
    if (tzid === null) return own;
    const table = known.get(tzid) ?? find(tzid, zones) ?? own;
    known.set(tzid, table);
    return table;
  };
}

// CLDR's windowsZones.xml, territory 001.
const WINDOWS: ReadonlyMap<string, string> = new Map(Object.entries(windowsZones));

/** The IANA zone that a name leads to, spelled as in our tables, or null. */
export function zoneOfTzid(tzid: string): string | null {
  const name = tzid.trim().replace(/^"|"$/g, "");
  // "/freeassociation.sourceforge.net/Europe/Berlin", "/mozilla.org/20070129_1/America/Indiana/Knox"
  const ends = name.split("/").map((_, i, parts) => parts.slice(i).join("/"));
  return (
    [...ends.filter(Boolean), WINDOWS.get(name) ?? ""]
      .map(findWrittenZone)
      .find((zone) => zone !== null) ?? null
  );
}

/** The zone that a calendar says it is in: a VTIMEZONE as text, as CalDAV has it, or null. */
export function zoneOfCalendar(zones: readonly Component[]): string | null {
  const names = zones.flatMap((each) => [textOf(each, "tzid"), textOf(each, "x-lic-location")]);
  return names.map((each) => each && zoneOfTzid(each)).find(Boolean) ?? null;
}

function find(tzid: string, zones: readonly Component[]): ZoneTable | null {
  const rules = zones.find((each) => textOf(each, "tzid") === tzid);
  const name = zoneOfTzid(tzid) ?? zoneOfTzid((rules && textOf(rules, "x-lic-location")) ?? "");
  if (name !== null) return zoneTable(name);
  return rules ? tableOfRules(rules) : null;
}

// Rules that began long before can be worked out from here on (ics-rule.ts).
const FIRST_MS = dayOf("1980-01-01") * DAY_MS;
const LAST_MS = dayOf("2037-12-31") * DAY_MS;

/** A table from STANDARD and DAYLIGHT (RFC 5545, 3.6.5); null where they say nothing that can be read. */
function tableOfRules([, , observances]: Component): ZoneTable | null {
  const changes = observances
    .flatMap(changesOf)
    .sort((a, b) => a.at - b.at)
    .filter((change, i, all) => change.at !== all[i + 1]?.at);
  if (changes.length === 0) return null;
  return tableOf(
    changes.map(({ at }) => at),
    [changes[0]!.from, ...changes.map(({ to }) => to)],
  );
}

interface Change {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

function changesOf(observance: Component): Change[] {
  const from = offsetOf(textOf(observance, "tzoffsetfrom"));
  const to = offsetOf(textOf(observance, "tzoffsetto"));
  const start = momentIn(propertyOf(observance, "dtstart"));
  if (from === null || to === null || start === null) return [];
  const at = (wallMs: number) => wallMs - from;
  const walls = [start.wallMs];
  for (const [, , , ...values] of propertiesOf(observance, "rdate"))
    for (const value of values) walls.push(momentOf(value, null)?.wallMs ?? start.wallMs);
  for (const [, , , rule] of propertiesOf(observance, "x-rrule")) {
    const isBefore = untilOf(`${rule}`, at);
    try {
      walls.push(...ruleWalls(`${rule}`, start.wallMs, FIRST_MS, LAST_MS).filter(isBefore));
    } catch {
      // The change that it begins with still holds.
    }
  }
  return walls.map((wallMs) => ({ at: at(wallMs), from, to }));
}

/** `+01:00`, `-05:30:15` in milliseconds. */
function offsetOf(text: string | null): number | null {
  const match = /^([+-])(\d\d):?(\d\d)(?::?(\d\d))?$/.exec(text ?? "");
  if (!match) return null;
  const [hours, minutes, seconds] = match.slice(2).map((each) => Number(each ?? 0));
  return (match[1] === "-" ? -1000 : 1000) * ((hours! * 60 + minutes!) * 60 + seconds!);
}
