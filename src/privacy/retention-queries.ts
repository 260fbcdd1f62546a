import claimRunText from "#sql/privacy/claim_run.sql" with { type: "text" };
import deleteOldAddressesText from "#sql/privacy/delete_old_addresses.sql" with { type: "text" };
import deleteOldApiKeysText from "#sql/privacy/delete_old_api_keys.sql" with { type: "text" };
import deleteOldAuditText from "#sql/privacy/delete_old_audit.sql" with { type: "text" };
import deleteOldBusyText from "#sql/privacy/delete_old_busy.sql" with { type: "text" };
import deleteOldCalendarAttemptsText from "#sql/privacy/delete_old_calendar_attempts.sql" with {
  type: "text",
};
import deleteOldChannelsText from "#sql/privacy/delete_old_channels.sql" with { type: "text" };
import deleteOldClaimsText from "#sql/privacy/delete_old_claims.sql" with { type: "text" };
import deleteOldCountsText from "#sql/privacy/delete_old_counts.sql" with { type: "text" };
import deleteOldErasuresText from "#sql/privacy/delete_old_erasures.sql" with { type: "text" };
import deleteOldExchangeCodesText from "#sql/privacy/delete_old_exchange_codes.sql" with {
  type: "text",
};
import deleteOldInvitationsText from "#sql/privacy/delete_old_invitations.sql" with {
  type: "text",
};
import deleteOldLinkCodesText from "#sql/privacy/delete_old_link_codes.sql" with { type: "text" };
import deleteOldMailsText from "#sql/privacy/delete_old_mails.sql" with { type: "text" };
import deleteOldNoticesText from "#sql/privacy/delete_old_notices.sql" with { type: "text" };
import deleteOldOriginsText from "#sql/privacy/delete_old_origins.sql" with { type: "text" };
import deleteOldPromisesText from "#sql/privacy/delete_old_promises.sql" with { type: "text" };
import deleteOldRevocationsText from "#sql/privacy/delete_old_revocations.sql" with {
  type: "text",
};
import deleteOldSessionsText from "#sql/privacy/delete_old_sessions.sql" with { type: "text" };
import deleteOldSignInsText from "#sql/privacy/delete_old_sign_ins.sql" with { type: "text" };
import deleteOldSlugsText from "#sql/privacy/delete_old_slugs.sql" with { type: "text" };
import deleteOldUsernamesText from "#sql/privacy/delete_old_usernames.sql" with { type: "text" };
import deleteReadNoticesText from "#sql/privacy/delete_read_notices.sql" with { type: "text" };
import forgetOldGuestsText from "#sql/privacy/forget_old_guests.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { InstantT, IntT, TextT } from "../db/type.ts";

const Old = { before: InstantT, limit: IntT };
const One = { one: IntT };

/** Takes the next look for what is old where it is due. */
export const claimRun = maybe(
  claimRunText,
  { name: TextT, now: InstantT, nextAt: InstantT },
  { name: TextT },
);

export const forgetOldGuests = many(forgetOldGuestsText, { ...Old, now: InstantT }, One);
export const deleteOldPromises = many(deleteOldPromisesText, Old, One);
export const deleteOldNotices = many(deleteOldNoticesText, Old, One);
export const deleteReadNotices = many(deleteReadNoticesText, Old, One);
export const deleteOldAudit = many(deleteOldAuditText, Old, One);
export const deleteOldClaims = many(deleteOldClaimsText, Old, One);
export const deleteOldSessions = many(deleteOldSessionsText, Old, One);
export const deleteOldApiKeys = many(deleteOldApiKeysText, Old, One);
export const deleteOldSignIns = many(deleteOldSignInsText, Old, One);
export const deleteOldExchangeCodes = many(deleteOldExchangeCodesText, Old, One);
export const deleteOldLinkCodes = many(deleteOldLinkCodesText, Old, One);
export const deleteOldOrigins = many(deleteOldOriginsText, Old, One);
export const deleteOldAddresses = many(deleteOldAddressesText, Old, One);
export const deleteOldUsernames = many(deleteOldUsernamesText, Old, One);
export const deleteOldSlugs = many(deleteOldSlugsText, Old, One);
export const deleteOldInvitations = many(deleteOldInvitationsText, Old, One);
export const deleteOldMails = many(deleteOldMailsText, Old, One);
export const deleteOldCounts = many(deleteOldCountsText, Old, One);
export const deleteOldErasures = many(deleteOldErasuresText, Old, One);
export const deleteOldCalendarAttempts = many(deleteOldCalendarAttemptsText, Old, One);
export const deleteOldRevocations = many(deleteOldRevocationsText, Old, One);
export const deleteOldBusy = many(deleteOldBusyText, Old, One);
export const deleteOldChannels = many(deleteOldChannelsText, Old, One);
