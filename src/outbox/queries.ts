import { type Static, Type } from "@sinclair/typebox";
import beginSmsText from "#sql/outbox/begin_sms.sql" with { type: "text" };
import claimDuePromisesText from "#sql/outbox/claim_due_promises.sql" with { type: "text" };
import closePromiseText from "#sql/outbox/close_promise.sql" with { type: "text" };
import failSmsText from "#sql/outbox/fail_sms.sql" with { type: "text" };
import findGapsText from "#sql/outbox/find_gaps.sql" with { type: "text" };
import findNoticeFactsText from "#sql/outbox/find_notice_facts.sql" with { type: "text" };
import fireReminderText from "#sql/outbox/fire_reminder.sql" with { type: "text" };
import launchSmsText from "#sql/outbox/launch_sms.sql" with { type: "text" };
import mendEventsText from "#sql/outbox/mend_events.sql" with { type: "text" };
import mendRemindersText from "#sql/outbox/mend_reminders.sql" with { type: "text" };
import postponePromiseText from "#sql/outbox/postpone_promise.sql" with { type: "text" };
import putOffSmsText from "#sql/outbox/put_off_sms.sql" with { type: "text" };
import renewPromiseText from "#sql/outbox/renew_promise.sql" with { type: "text" };
import stopSmsText from "#sql/outbox/stop_sms.sql" with { type: "text" };
import warnAdministratorsText from "#sql/outbox/warn_administrators.sql" with { type: "text" };
import { gathered, many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { QUEUES } from "../jobs.ts";
import { NOTICES } from "../notifications/kinds.ts";
import { Wishes } from "../notifications/preferences.ts";

const Queue = OneOfT(...QUEUES);

export const claimDuePromises = many(
  claimDuePromisesText,
  { queue: Queue, now: InstantT, leaseUntil: InstantT, limit: IntT },
  { id: IdT, attempts: IntT },
);

const Recipient = Type.Object({
  id: Type.String(),
  email: Type.String(),
  isVerified: Type.Boolean(),
  username: Type.String(),
  firstName: Type.String(),
  lastName: Type.Union([Type.String(), Type.Null()]),
  timeZone: Type.String(),
  locale: Type.String(),
});
export type Recipient = Static<typeof Recipient>;

const Kept = {
  id: IdT,
  queue: Queue,
  kind: TextT,
  bookingId: MaybeT(IdT),
  sequence: MaybeT(IntT),
  attendeeId: MaybeT(IdT),
  userId: MaybeT(IdT),
  memberId: MaybeT(IdT),
  invitationId: MaybeT(IdT),
  endpointId: MaybeT(IdT),
  createdAt: InstantT,
  /** The user whom it is for; null: it is for somebody else. */
  recipient: MaybeT(JsonT(Recipient)),
};
const KeptSchema = Type.Object(Kept);
export type PromiseToKeep = Static<typeof KeptSchema>;

const Renewed = {
  ...Kept,
  /** What the user whom it is for has chosen; null: it is for a guest. */
  wishes: MaybeT(JsonT(Wishes)),
  /** The guest whom it is for wants no more of the host's mails than his booking needs. */
  isOptedOut: BoolT,
  /** The address does not exist, or its owner called our mail spam. */
  isSuppressed: BoolT,
  /** How often it ended without an answer, and with which provider last. */
  inDoubt: IntT,
  inDoubtWith: MaybeT(TextT),
};
const RenewedSchema = Type.Object(Renewed);
export type RenewedPromise = Static<typeof RenewedSchema>;

export const renewPromise = gathered(
  renewPromiseText,
  { outboxId: IdT, attempt: IntT, leaseUntil: InstantT },
  Renewed,
);

export const stopSms = many(stopSmsText, { phone: TextT, now: InstantT }, {});

const Text = {
  kind: TextT,
  bookingId: MaybeT(IdT),
  sequence: MaybeT(IntT),
  attendeeId: MaybeT(IdT),
  userId: MaybeT(IdT),
  createdAt: InstantT,
  inFlightSince: MaybeT(InstantT),
  /** Since when the last try may be on its way. */
  launchedAt: MaybeT(InstantT),
  phone: MaybeT(TextT),
  /** What the user whom it is for has chosen; null: it is for a guest. */
  wishes: MaybeT(JsonT(Wishes)),
  isOptedIn: BoolT,
  /** The number has answered STOP. */
  isStopped: BoolT,
};
const TextSchema = Type.Object(Text);
export type TextPromise = Static<typeof TextSchema>;

export const beginSms = maybe(
  beginSmsText,
  { outboxId: IdT, attempt: IntT, leaseUntil: InstantT },
  Text,
);

export const launchSms = maybe(
  launchSmsText,
  { outboxId: IdT, attempt: IntT, now: InstantT },
  { id: IdT },
);

export const putOffSms = many(
  putOffSmsText,
  { outboxId: IdT, attempt: IntT, dueAt: InstantT, error: TextT, isInDoubt: BoolT },
  {},
);

export const closePromise = gathered(
  closePromiseText,
  {
    outboxId: IdT,
    outcome: OneOfT("done", "superseded", "failed", "unwanted"),
    error: MaybeT(TextT),
    channel: MaybeT(OneOfT("email", "sms", "webhook", "calendar")),
    provider: MaybeT(TextT),
    providerId: MaybeT(TextT),
    now: InstantT,
  },
  { id: IdT },
);

export const failSms = many(failSmsText, { outboxId: IdT, error: TextT, now: InstantT }, {});

export const postponePromise = many(
  postponePromiseText,
  { outboxId: IdT, attempt: IntT, dueAt: InstantT, error: TextT, inDoubtWith: MaybeT(TextT) },
  {},
);

export const warnAdministrators = many(
  warnAdministratorsText,
  { provider: TextT, reason: TextT, now: InstantT },
  {},
);

export const fireReminder = gathered(
  fireReminderText,
  { outboxId: IdT, messageId: IdT, noticeId: IdT, now: InstantT },
  { id: IdT },
);

export const mendReminders = many(mendRemindersText, { now: InstantT }, { bookingId: MaybeT(IdT) });

export const mendEvents = many(mendEventsText, { now: InstantT }, { bookingId: MaybeT(IdT) });

export const findGaps = many(
  findGapsText,
  { now: InstantT },
  { gap: OneOfT("untold", "unrecorded"), bookingId: IdT },
);

export const findNoticeFacts = maybe(
  findNoticeFactsText,
  { userId: IdT, type: TextT, at: InstantT },
  { metadata: JsonT(Type.Union([NOTICES.CALENDAR_UNREACHABLE, NOTICES.CALENDAR_NEEDS_REAUTH])) },
);
