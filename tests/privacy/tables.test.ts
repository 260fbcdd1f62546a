// Every table, and what becomes of it when somebody wants to know or to be forgotten. A new one must say so here.
import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { Export } from "../../src/privacy/schema.ts";
import { testWorld } from "../support/world.ts";
import { sql } from "../worker/support/backends.ts";

interface Fate {
  /** Where the export has it; null: it does not, and why. */
  readonly told: keyof typeof Export.properties | null;
  readonly why?: string;
  /** What erasing a user or a guest, or time, does with it. */
  readonly erased: "deleted" | "made nobody's" | "words taken out" | "kept";
  readonly reason?: string;
}

const deleted = (told: Fate["told"], why?: string): Fate => ({
  told,
  ...(why && { why }),
  erased: "deleted",
});

const PEOPLE: Readonly<Record<string, Fate>> = {
  analytics_events: { told: "analyticsEvents", erased: "made nobody's" },
  api_keys: deleted("apiKeys"),
  attendees: { told: "bookings", erased: "made nobody's" },
  audit_log: { told: "auditLog", erased: "kept", reason: "ids only, for AUDIT_RETENTION_DAYS" },
  availability_versions: {
    told: null,
    why: "a number",
    erased: "kept",
    reason: "a number of an id",
  },
  blocked_guests: {
    told: "blockedGuests",
    erased: "deleted",
    reason:
      "with the host's account; a guest who is forgotten stays on hosts' lists, else that were the way around them",
  },
  booking_history: { told: "bookings", erased: "words taken out" },
  booking_hosts: { told: "bookings", erased: "kept", reason: "ids: statistics count them" },
  booking_links: deleted("meetingTypes"),
  bookings: { told: "bookings", erased: "words taken out" },
  card_marks: { told: null, why: "a mark", erased: "kept", reason: "a mark of an id" },
  calendar_attempts: deleted(null, "what some minutes at a provider need, sealed"),
  calendar_channels: deleted(null, "what a provider calls its pushes"),
  calendar_connections: deleted("calendarConnections"),
  calendar_events: deleted("calendarEvents"),
  calendar_feeds: deleted("calendarFeeds"),
  calendar_revocations: {
    told: null,
    why: "is about an account that is disconnected",
    erased: "deleted",
    reason: "when the grant is withdrawn, within two days: without it the provider would keep it",
  },
  calendars: deleted("calendarConnections"),
  calendar_runs: { told: null, why: "ids, for minutes", erased: "deleted" },
  deliveries: {
    told: "messages",
    erased: "kept",
    reason: "the provider's id of a message, for OUTBOX_RETENTION_DAYS; its words go",
  },
  email_changes: deleted("emailChanges"),
  erasures: {
    told: null,
    why: "is about who wants to be forgotten",
    erased: "words taken out",
    reason: "the address goes when it is done",
  },
  exchange_codes: deleted(null, "hashes that are good for a minute"),
  external_busy: deleted("externalBusy"),
  former_slugs: deleted("formerSlugs"),
  former_usernames: {
    told: "formerUsernames",
    erased: "deleted",
    reason: "90 days later: nobody else is to be taken for him until then",
  },
  group_hosts: {
    told: "meetingTypes",
    erased: "kept",
    reason: "ids; who is not active hosts nothing",
  },
  idempotency_keys: deleted(null, "hashes, for a day"),
  identities: deleted("identities"),
  link_codes: deleted(null, "hashes that are good for minutes"),
  mailbox: deleted(null, "the development mailbox: what real providers have sent is not here"),
  meeting_type_calendars: deleted("calendarConnections"),
  meeting_types: {
    told: "meetingTypes",
    erased: "words taken out",
    reason: "deleted where nobody booked them",
  },
  notifications: deleted("notifications"),
  opt_outs: deleted("optOuts"),
  organization_invitations: deleted("invitations"),
  organization_members: deleted("organizations"),
  organizations: { told: "organizations", erased: "kept", reason: "its owner hands it over first" },
  out_of_office: deleted("outOfOffice"),
  outbox: {
    told: "messages",
    erased: "words taken out",
    reason: "ids only, for OUTBOX_RETENTION_DAYS",
  },
  reservations: { told: null, why: "the times of bookings", erased: "deleted" },
  schedules: deleted("schedules"),
  sessions: deleted("sessions"),
  sign_in_attempts: deleted(null, "what a sign-in of some minutes needs, sealed"),
  sign_in_origins: deleted("signInOrigins"),
  sms_opt_outs: {
    told: null,
    why: "a number alone, which answered STOP",
    erased: "kept",
    reason: "else who is forgotten would get SMS again when somebody types his number in",
  },
  suppressed_addresses: deleted(null, "what providers said of an address"),
  users: { told: "profile", erased: "made nobody's" },
  webhook_attempts: {
    told: null,
    why: "what was sent, by ids: its owner sees it with the endpoint",
    erased: "words taken out",
  },
  webhook_endpoints: deleted("webhooks"),
  zoom_meetings: {
    told: "bookings",
    erased: "kept",
    reason: "ids, and the link of a meeting, which is taken away with its booking",
  },
};

/** Tables that know nobody, neither by an id nor by words. */
const NOBODY: Readonly<Record<string, string>> = {
  host_groups: "how many of a meeting type's hosts are needed",
  rate_limits: "pseudonyms, for the time of a limit",
  retention_runs: "when what is old is looked for",
  schedule_hours: "goes with its schedule",
  schedule_overrides: "goes with its schedule",
  schema_migrations: "which migrations ran",
};

const world = await testWorld();
const columns = await sql(
  world.config.DATABASE_URL,
  `select c.table_name as table, c.column_name as column, c.data_type as type
   from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
   where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.table_name !~ '^analytics_events_'`,
);

test("every table is said to know people or nobody, and none that is gone", () => {
  const named = [...Object.keys(PEOPLE), ...Object.keys(NOBODY)].sort();
  expect([...new Set(columns.map(({ table }) => table as string))].sort()).toEqual(named);
});

test("a table with the id or the address of a person is none that knows nobody", () => {
  const telling = columns.filter(({ column }) =>
    /^(user|host|owner|actor|attendee|subject|link_user)_id$|_by$|^email$|^phone$|^recipient$/.test(
      column,
    ),
  );
  expect(telling.length).toBeGreaterThan(20);
  expect(telling.map(({ table }) => table).filter((table) => table in NOBODY)).toEqual([]);
});

test("what is not exported has its reason, and so has what is kept", () => {
  for (const [table, { told, why, erased, reason }] of Object.entries(PEOPLE)) {
    expect([table, told !== null || why !== undefined]).toEqual([table, true]);
    expect([table, erased !== "kept" || reason !== undefined]).toEqual([table, true]);
  }
  const exported = new Set(Object.values(PEOPLE).flatMap(({ told }) => told ?? []));
  const lists = Object.keys(Export.properties).filter((name) => name !== "exportedAt");
  expect(lists.filter((name) => !exported.has(name as never))).toEqual(["bookingsAsGuest"]);
  expect(Value.Check(Export, {})).toBe(false);
});
