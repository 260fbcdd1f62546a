// What is on a CalDAV server, by python3-icalendar over plain HTTP: nothing of it is ours.
import { spawnSync } from "node:child_process";
import type { Radicale } from "../../support/radicale.ts";

export interface OthersEvent {
  readonly uid: string;
  /** In ISO 8601, with the offset that the event has. */
  readonly start: string;
  readonly end: string;
  readonly summary: string;
  readonly description: string | null;
  readonly location: string | null;
  readonly booking: string | null;
  /** Whether anybody is named who a server could write to. */
  readonly people: number;
  readonly alarms: number;
}

/** The one event of a resource. */
export async function readByOthers(radicale: Radicale, url: string): Promise<OthersEvent> {
  const text = await (await radicale.ask("GET", url)).text();
  const program = `
import icalendar, json, sys
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
event, = calendar.walk("VEVENT")
for part in calendar.walk():
    if part.errors: raise ValueError(part.errors)
print(json.dumps(dict(uid=event["UID"], start=event["DTSTART"].dt.isoformat(), end=event["DTEND"].dt.isoformat(),
    summary=event["SUMMARY"], description=event.get("DESCRIPTION"), location=event.get("LOCATION"), booking=event.get("X-KALENDS-BOOKING"),
    people=sum(name in event for name in ["ATTENDEE", "ORGANIZER"]), alarms=len(calendar.walk("VALARM")))))`;
  const { status, stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", program], {
    input: text,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The URLs of what is in a calendar. */
export async function resourcesOf(radicale: Radicale, calendar: string): Promise<string[]> {
  const answer = await radicale.ask("PROPFIND", calendar, { headers: { depth: "1" } });
  const paths = [...(await answer.text()).matchAll(/<(?:\w+:)?href>([^<]+\.ics)<\//g)];
  return [...new Set(paths.map(([, path]) => new URL(path!, calendar).href))];
}
