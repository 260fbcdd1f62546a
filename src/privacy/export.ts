// Everything about a user as one JSON, which grows while it is sent: no more than a page of it is held.
import type { World } from "../world.ts";
import type { Entry } from "./export-queries.ts";
import * as parts from "./export-queries.ts";

const PAGE = 200;

/** The lists of the export, each read page by page. */
const LISTS = {
  sessions: parts.exportSessions,
  apiKeys: parts.exportApiKeys,
  schedules: parts.exportSchedules,
  outOfOffice: parts.exportAbsences,
  meetingTypes: parts.exportMeetingTypes,
  blockedGuests: parts.exportBlockedGuests,
  optOuts: parts.exportOptOuts,
  bookings: parts.exportBookings,
  bookingsAsGuest: parts.exportGuestBookings,
  notifications: parts.exportNotifications,
  analyticsEvents: parts.exportEvents,
  auditLog: parts.exportAudit,
  messages: parts.exportMessages,
  webhooks: parts.exportWebhooks,
  calendarConnections: parts.exportCalendarConnections,
  calendarFeeds: parts.exportCalendarFeeds,
  externalBusy: parts.exportExternalBusy,
  calendarEvents: parts.exportCalendarEvents,
};

/**
 * The text of the export, in pieces: the profile and what there is little of, then each list by pages. Instants as
 * PostgreSQL writes them (RFC 3339, with offset). No secrets: of keys and passwords not even what they are checked by.
 */
export async function* exportOf(world: World, userId: string): AsyncGenerator<string> {
  const account = await parts.exportAccount(world.db, { userId });
  const { profile, isVerified: _, email: __, ...small } = account;
  const head = { exportedAt: world.now().toString(), profile: named(profile) };
  yield JSON.stringify(head).slice(0, -1);
  for (const [name, entries] of Object.entries(small))
    yield `,${JSON.stringify(name)}:${JSON.stringify(entries.map(named))}`;
  for (const [name, read] of Object.entries(LISTS)) {
    yield `,${JSON.stringify(name)}:[`;
    let after: string | null = null;
    do {
      const page: { key: string; entry: Entry }[] = [
        ...(await read(world.db, { userId, after, limit: PAGE })),
      ];
      const text = page.map(({ entry }) => JSON.stringify(named(entry))).join(",");
      yield after !== null && text !== "" ? `,${text}` : text;
      after = page.length === PAGE ? (page.at(-1)?.key ?? null) : null;
    } while (after !== null);
    yield "]";
  }
  yield "}";
}

/** Lists of rows within a row; whatever else is within is somebody's own words. */
const INNER = new Set([
  "hours",
  "overrides",
  "links",
  "hosts",
  "attendees",
  "history",
  "calendars",
]);

/** Columns by the names that they have in the API. */
function named(row: Entry): Entry {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase()),
      INNER.has(column) && Array.isArray(value)
        ? value.map((each: Entry) => (isRow(each) ? named(each) : each))
        : value,
    ]),
  );
}

const isRow = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value);
