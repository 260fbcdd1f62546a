// Links by which people put a meeting into a calendar that does not read the attachment. They tell the
// calendar's owner only what stands in the entry: no token, no password.
import { oneLine } from "./line.ts";

export interface CalendarEntry {
  readonly title: string;
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
  readonly location: string | null;
}

/** The pages of Google, Outlook and Yahoo that make an entry of it, by name. */
export function calendarLinks({ title, start, end, location }: CalendarEntry) {
  const text = oneLine(title, 250);
  const where = location === null ? "" : oneLine(location, 500);
  return [
    {
      label: "Google",
      url: linkTo("https://calendar.google.com/calendar/render", {
        action: "TEMPLATE",
        text,
        dates: `${compact(start)}/${compact(end)}`,
        location: where,
      }),
    },
    {
      label: "Outlook",
      url: linkTo("https://outlook.live.com/calendar/0/deeplink/compose", {
        path: "/calendar/action/compose",
        rru: "addevent",
        subject: text,
        startdt: seconds(start),
        enddt: seconds(end),
        location: where,
      }),
    },
    {
      label: "Yahoo",
      url: linkTo("https://calendar.yahoo.com/", {
        v: "60",
        title: text,
        st: compact(start),
        et: compact(end),
        in_loc: where,
      }),
    },
  ];
}

const seconds = (instant: Temporal.Instant): string => instant.toString({ smallestUnit: "second" });
const compact = (instant: Temporal.Instant): string => seconds(instant).replace(/[-:]/g, "");

/** With "%20" for a blank: not every calendar reads "+" as one. */
function linkTo(page: string, fields: Readonly<Record<string, string>>): string {
  const query = Object.entries(fields)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${page}?${query.join("&")}`;
}
