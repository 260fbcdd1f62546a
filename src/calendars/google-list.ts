import { type Static, Type } from "@sinclair/typebox";
import type { Ask } from "./google-client.ts";
import { pagesOf } from "./google-pages.ts";
import type { Access, RemoteCalendar } from "./provider.ts";

const Entry = Type.Object({
  id: Type.String({ minLength: 1 }),
  summary: Type.Optional(Type.String()),
  summaryOverride: Type.Optional(Type.String()),
  timeZone: Type.Optional(Type.String()),
  primary: Type.Optional(Type.Boolean()),
  accessRole: Type.Optional(Type.String()),
  conferenceProperties: Type.Optional(
    Type.Object({ allowedConferenceSolutionTypes: Type.Optional(Type.Array(Type.String())) }),
  ),
});

const CalendarsPage = Type.Object({
  kind: Type.Literal("calendar#calendarList"),
  nextPageToken: Type.Optional(Type.String({ minLength: 1 })),
  items: Type.Optional(Type.Array(Entry)),
});

/** Every calendar of the account, those that its owner hides from his own list too. */
export async function googleCalendars(ask: Ask, access: Access): Promise<RemoteCalendar[]> {
  const found: RemoteCalendar[] = [];
  const pages = pagesOf("calendarList.list", (pageToken) =>
    ask(access, {
      operation: "calendarList.list",
      shape: CalendarsPage,
      send: ({ calendarList }, options) =>
        calendarList.list(
          { maxResults: 250, showHidden: true, ...(pageToken !== undefined && { pageToken }) },
          options,
        ),
    }),
  );
  for await (const { items = [] } of pages) found.push(...items.map(calendarOf));
  return found;
}

const WRITERS = new Set(["writer", "writerWithoutPrivateAccess", "owner"]);

const calendarOf = (entry: Static<typeof Entry>): RemoteCalendar => ({
  externalId: entry.id,
  name: entry.summaryOverride ?? entry.summary ?? entry.id,
  timeZone: entry.timeZone ?? null,
  isPrimary: entry.primary === true,
  canWrite: WRITERS.has(entry.accessRole ?? ""),
  conferences: entry.conferenceProperties?.allowedConferenceSolutionTypes?.includes("hangoutsMeet")
    ? ["google_meet"]
    : [],
});
