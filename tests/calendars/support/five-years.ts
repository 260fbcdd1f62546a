// Five years of Mondays, 10:00 to 11:00 in New York, as clients write them, and when they are, worked out by hand.
import { toInstantCompatible } from "../../../src/availability/zone.ts";
import type { Span } from "../../../src/calendars/provider.ts";

/** Some days it is off, some it is elsewhere, and from 2027-04-05 on it begins at 10:30 and lasts 45 minutes. */
export function fiveYearsOfMondays(window: Span): { text: string; spans: string[] } {
  const off = ["2026-11-30", "2027-03-15", "2027-05-10"];
  const elsewhere: Record<string, [start: string, end: string]> = {
    "2026-12-07": ["2026-12-08T14:00:00Z", "2026-12-08T15:30:00Z"],
    "2027-03-22": ["2027-03-22T20:00:00Z", "2027-03-22T20:15:00Z"],
    // from outside the window into it
    "2024-03-11": ["2027-01-03T09:00:00Z", "2027-01-03T10:00:00Z"],
    // out of it
    "2027-02-01": ["2028-02-01T09:00:00Z", "2028-02-01T10:00:00Z"],
  };
  const spans: string[] = Object.values(elsewhere).map(([start, end]) => `${start}/${end}`);
  for (
    let day = Temporal.PlainDate.from("2024-01-08");
    Temporal.PlainDate.compare(day, "2029-01-08") <= 0;
    day = day.add({ days: 7 })
  ) {
    const date = day.toString();
    if (off.includes(date) || date in elsewhere) continue;
    const [minute, lasts] = date >= "2027-04-05" ? [10 * 60 + 30, 45] : [10 * 60, 60];
    const start = Temporal.Instant.fromEpochMilliseconds(
      toInstantCompatible("America/New_York", date, minute),
    );
    spans.push(`${start}/${start.add({ minutes: lasts })}`);
  }
  const at = (date: string, time: string) => `${date.replaceAll("-", "")}T${time}`;
  const utc = (instant: string) => instant.replace(/[-:]/g, "");
  const changes = Object.entries(elsewhere).map(
    ([date, [start, end]]) =>
      `BEGIN:VEVENT\nUID:mondays\nDTSTAMP:20240101T000000Z\nRECURRENCE-ID;TZID=America/New_York:${at(date, "100000")}\nDTSTART:${utc(start)}\nDTEND:${utc(end)}\nEND:VEVENT`,
  );
  const text = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Others//EN
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:STANDARD
DTSTART:20071104T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:mondays
DTSTAMP:20240101T000000Z
DTSTART;TZID=America/New_York:20240108T100000
DTEND;TZID=America/New_York:20240108T110000
RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20290108T150000Z
EXDATE;TZID=America/New_York:${off.map((date) => at(date, "100000")).join(",")}
SUMMARY:Mondays
END:VEVENT
${changes.join("\n")}
BEGIN:VEVENT
UID:mondays
DTSTAMP:20240101T000000Z
RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20270405T100000
DTSTART;TZID=America/New_York:20270405T103000
DTEND;TZID=America/New_York:20270405T111500
END:VEVENT
END:VCALENDAR
`.replaceAll("\n", "\r\n");
  const within = spans.filter((each) => {
    const [start = "", end = ""] = each.split("/");
    return start < `${window.end}` && end > `${window.start}`;
  });
  return { text, spans: within.sort() };
}
