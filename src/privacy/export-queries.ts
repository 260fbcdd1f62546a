import { Type } from "@sinclair/typebox";
import exportAbsencesText from "#sql/privacy/export_absences.sql" with { type: "text" };
import exportAccountText from "#sql/privacy/export_account.sql" with { type: "text" };
import exportApiKeysText from "#sql/privacy/export_api_keys.sql" with { type: "text" };
import exportAuditText from "#sql/privacy/export_audit.sql" with { type: "text" };
import exportBlockedGuestsText from "#sql/privacy/export_blocked_guests.sql" with { type: "text" };
import exportBookingsText from "#sql/privacy/export_bookings.sql" with { type: "text" };
import exportCalendarConnectionsText from "#sql/privacy/export_calendar_connections.sql" with {
  type: "text",
};
import exportCalendarEventsText from "#sql/privacy/export_calendar_events.sql" with {
  type: "text",
};
import exportCalendarFeedsText from "#sql/privacy/export_calendar_feeds.sql" with { type: "text" };
import exportEventsText from "#sql/privacy/export_events.sql" with { type: "text" };
import exportExternalBusyText from "#sql/privacy/export_external_busy.sql" with { type: "text" };
import exportGuestBookingsText from "#sql/privacy/export_guest_bookings.sql" with { type: "text" };
import exportMeetingTypesText from "#sql/privacy/export_meeting_types.sql" with { type: "text" };
import exportMessagesText from "#sql/privacy/export_messages.sql" with { type: "text" };
import exportNotificationsText from "#sql/privacy/export_notifications.sql" with { type: "text" };
import exportOptOutsText from "#sql/privacy/export_opt_outs.sql" with { type: "text" };
import exportSchedulesText from "#sql/privacy/export_schedules.sql" with { type: "text" };
import exportSessionsText from "#sql/privacy/export_sessions.sql" with { type: "text" };
import exportWebhooksText from "#sql/privacy/export_webhooks.sql" with { type: "text" };
import { many, one } from "../db/query.ts";
import { BoolT, IdT, IntT, JsonT, MaybeT, NameT, TextT } from "../db/type.ts";

const Entry = Type.Record(Type.String(), Type.Unknown());
export type Entry = Record<string, unknown>;
const Entries = JsonT(Type.Array(Entry));

export const exportAccount = one(
  exportAccountText,
  { userId: IdT },
  {
    profile: JsonT(Entry),
    isVerified: BoolT,
    email: NameT,
    identities: Entries,
    emailChanges: Entries,
    formerUsernames: Entries,
    formerSlugs: Entries,
    signInOrigins: Entries,
    organizations: Entries,
    invitations: Entries,
  },
);

const After = { userId: IdT, after: MaybeT(TextT), limit: IntT };
const Part = { key: TextT, entry: JsonT(Entry) };

export const exportSessions = many(exportSessionsText, After, Part);
export const exportApiKeys = many(exportApiKeysText, After, Part);
export const exportSchedules = many(exportSchedulesText, After, Part);
export const exportAbsences = many(exportAbsencesText, After, Part);
export const exportMeetingTypes = many(exportMeetingTypesText, After, Part);
export const exportBlockedGuests = many(exportBlockedGuestsText, After, Part);
export const exportOptOuts = many(exportOptOutsText, After, Part);
export const exportBookings = many(exportBookingsText, After, Part);
export const exportGuestBookings = many(exportGuestBookingsText, After, Part);
export const exportNotifications = many(exportNotificationsText, After, Part);
export const exportEvents = many(exportEventsText, After, Part);
export const exportAudit = many(exportAuditText, After, Part);
export const exportMessages = many(exportMessagesText, After, Part);
export const exportWebhooks = many(exportWebhooksText, After, Part);
export const exportCalendarConnections = many(exportCalendarConnectionsText, After, Part);
export const exportCalendarFeeds = many(exportCalendarFeedsText, After, Part);
export const exportExternalBusy = many(exportExternalBusyText, After, Part);
export const exportCalendarEvents = many(exportCalendarEventsText, After, Part);
