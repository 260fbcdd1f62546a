import { type Static, Type } from "@sinclair/typebox";
import { Body, Id, Instant, Line, Nullable, OneOf } from "../schema.ts";
import { type CalendarRow, type TypeCalendarRow, WHEN_UNREACHABLE } from "./calendar-queries.ts";
import { type ConnectionRow, HEALTH } from "./connection-queries.ts";
import { PROVIDERS } from "./provider.ts";

export const Connecting = Body(
  {
    returnTo: Type.Optional(
      Type.String({
        pattern: "^[\\x21-\\x7e]{1,500}$",
        description:
          "Where the browser goes afterwards: a path of the frontend, or an address on an origin that the installation allows",
        examples: ["/settings/calendars"],
      }),
    ),
  },
  { examples: [{ returnTo: "/settings/calendars" }] },
);

export const Completing = Body({
  code: Type.String({
    pattern: "^[\\w-]{43}$",
    description: "`calendarCode` of the address that the browser came back to",
    examples: ["Rk9SIEVYQU1QTEUgT05MWSwgbm90IGEgcmVhbCBjb2Q"],
  }),
});

const Url = Type.String({
  minLength: 1,
  maxLength: 2000,
  description: "On the public internet, https",
});

export const CalDavAccount = Body(
  {
    url: {
      ...Url,
      description:
        "Of the server, the account or one calendar: what is there is found out (RFC 6764). On the public internet, https",
      examples: ["https://caldav.fastmail.com/"],
    },
    username: Line(254, "ada@fastmail.com"),
    password: Type.String({
      minLength: 1,
      maxLength: 1000,
      description: "An app password where the provider has them",
      examples: ["mkqy-4hw2-8xzp-sd93"],
    }),
  },
  {
    examples: [
      {
        url: "https://203.0.114.7/",
        username: "ada@example.com",
        password: "mkqy-4hw2-8xzp-sd93",
      },
    ],
  },
);

export const IcsFeed = Body(
  {
    url: {
      ...Url,
      description: "Of a published calendar; `webcal://` is read as `https://`",
      examples: ["https://203.0.114.7/ada.ics"],
    },
  },
  { examples: [{ url: "https://203.0.114.7/ada.ics" }] },
);

export const Integration = Type.Object({
  id: Id,
  provider: OneOf(...PROVIDERS),
  account: Type.String({ description: "An address, or a host", examples: ["ada@example.com"] }),
  health: {
    ...OneOf(...HEALTH),
    description:
      "`stale`: it could not be read for a while, and what was known counts; `needs_reauth`: connect it again; `error`: it is refused",
  },
  failingSince: Nullable(Instant),
  lastError: Nullable(Type.String()),
  lastSyncedAt: Nullable({ ...Instant, description: "When a calendar of it was last read" }),
  calendars: Type.Integer({ description: "How many it has" }),
  checkedCalendars: Type.Integer({ description: "How many of them are checked for conflicts" }),
  createdAt: Instant,
  updatedAt: Instant,
});
type Integration = Static<typeof Integration>;

export const Calendar = Type.Object({
  id: Id,
  integrationId: Id,
  name: Type.String(),
  timeZone: Nullable(Type.String()),
  isPrimary: Type.Boolean(),
  canWrite: Type.Boolean(),
  conferences: Type.Array(OneOf("google_meet", "microsoft_teams"), {
    description: "Kinds of meeting that its events can be made with",
  }),
  checksConflicts: Type.Boolean({ description: "Its busy times are not offered" }),
  isDestination: Type.Boolean({ description: "My bookings are written to it; one of all" }),
  blocksTentative: Type.Boolean({ description: "Tentative events count as busy" }),
  keepsTitles: Type.Boolean({ description: "Titles of events are kept, for me; else times only" }),
  whenUnreachable: {
    ...OneOf(...WHEN_UNREACHABLE),
    description:
      "While it cannot be read: what was last known counts (`keep`), all is busy, or all is free",
  },
  lastSyncedAt: Nullable(Instant),
  failingSince: Nullable(Instant),
  lastError: Nullable(Type.String()),
  createdAt: Instant,
  updatedAt: Instant,
});
type Calendar = Static<typeof Calendar>;

export const CalendarChoices = Body(
  {
    calendars: Type.Array(
      Body({
        id: Id,
        checksConflicts: Type.Optional(Type.Boolean()),
        isDestination: Type.Optional(Type.Boolean()),
        blocksTentative: Type.Optional(Type.Boolean()),
        keepsTitles: Type.Optional(Type.Boolean()),
        whenUnreachable: Type.Optional(OneOf(...WHEN_UNREACHABLE)),
      }),
      { minItems: 1, maxItems: 100 },
    ),
  },
  {
    examples: [
      {
        calendars: [
          {
            id: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e",
            checksConflicts: true,
            isDestination: false,
          },
        ],
      },
    ],
  },
);
export type CalendarChoices = Static<typeof CalendarChoices>;

export const TypeCalendars = Type.Object({
  calendars: Type.Array(
    Type.Object({
      calendarId: Id,
      integrationId: Id,
      name: Type.String(),
      checksConflicts: Type.Boolean(),
      isDestination: Type.Boolean(),
    }),
    { description: "None: what I have chosen for all meeting types counts" },
  ),
});

export const TypeCalendarChoices = Body(
  {
    calendars: Type.Array(
      Body({ calendarId: Id, checksConflicts: Type.Boolean(), isDestination: Type.Boolean() }),
      { maxItems: 100, description: "All that count for this meeting type; none: those of all" },
    ),
  },
  {
    examples: [
      {
        calendars: [
          {
            calendarId: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e",
            checksConflicts: true,
            isDestination: true,
          },
        ],
      },
    ],
  },
);
export type TypeCalendarChoices = Static<typeof TypeCalendarChoices>;

export const Connected = Type.Object({ integrationId: Id });
export const CalendarCode = Type.Object({
  calendarCode: Type.String({
    description: "For `POST /calendar/connect/complete`, by whoever began, within ten minutes",
  }),
});
export const SyncPromised = Type.Object({
  message: Type.String({ examples: ["Sync promised"] }),
  calendars: Type.Integer({ description: "How many are read" }),
});

const text = (instant: Temporal.Instant | null) => instant?.toString() ?? null;

/** A connection as its user sees it; never what opens it. */
export const integrationOf = (row: ConnectionRow): Integration => ({
  id: row.id,
  provider: row.provider,
  account: row.account,
  health: row.status,
  failingSince: text(row.failingSince),
  lastError: row.lastError,
  lastSyncedAt: text(row.lastSyncedAt),
  calendars: row.calendars,
  checkedCalendars: row.checked,
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});

/** A calendar as its user sees it. */
export const calendarOf = ({ connectionId, syncedAt, ...row }: CalendarRow): Calendar => ({
  ...row,
  integrationId: connectionId,
  lastSyncedAt: text(syncedAt),
  failingSince: text(row.failingSince),
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});

/** What a host wants for one meeting type, as he sees it. */
export const typeCalendarsOf = (
  rows: readonly TypeCalendarRow[],
): Static<typeof TypeCalendars> => ({
  calendars: rows.map(({ connectionId, ...row }) => ({ ...row, integrationId: connectionId })),
});
