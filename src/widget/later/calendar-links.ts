// Pages of calendars that make an entry of a meeting. They tell the calendar's owner what stands in the entry: no token.
import type { Booking } from "../wire.ts";

const compact = (instant: string): string =>
  `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** The place of a booking, in one line. */
export const placeOf = ({ location }: Pick<Booking, "location">): string =>
  location.url ?? location.details ?? "";

export function calendarLinks(booking: Pick<Booking, "title" | "start" | "end" | "location">) {
  const { title, start, end } = booking;
  const place = placeOf(booking);
  const from = compact(start);
  const until = compact(end);
  return [
    {
      label: "Google",
      url: linkTo("https://calendar.google.com/calendar/render", {
        action: "TEMPLATE",
        text: title,
        dates: `${from}/${until}`,
        location: place,
      }),
    },
    {
      label: "Outlook",
      url: linkTo("https://outlook.live.com/calendar/0/deeplink/compose", {
        path: "/calendar/action/compose",
        rru: "addevent",
        subject: title,
        startdt: start,
        enddt: end,
        location: place,
      }),
    },
    {
      label: "Yahoo",
      url: linkTo("https://calendar.yahoo.com/", {
        v: "60",
        title,
        st: from,
        et: until,
        in_loc: place,
      }),
    },
  ];
}

/** With "%20" for a blank: not every calendar reads "+" as one. */
const linkTo = (page: string, fields: Readonly<Record<string, string>>): string =>
  `${page}?${Object.entries(fields)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&")}`;
