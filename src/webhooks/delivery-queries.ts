import { type Static, Type } from "@sinclair/typebox";
import beginAttemptText from "#sql/webhooks/begin_attempt.sql" with { type: "text" };
import claimDueWebhooksText from "#sql/webhooks/claim_due_webhooks.sql" with { type: "text" };
import endAttemptText from "#sql/webhooks/end_attempt.sql" with { type: "text" };
import findEndpointToTellOfText from "#sql/webhooks/find_endpoint_to_tell_of.sql" with {
  type: "text",
};
import forgetAttemptsText from "#sql/webhooks/forget_attempts.sql" with { type: "text" };
import renewWebhookText from "#sql/webhooks/renew_webhook.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, MaybeT, OneOfT, TextT } from "../db/type.ts";

export const claimDueWebhooks = many(
  claimDueWebhooksText,
  { now: InstantT, leaseUntil: InstantT, lane: IntT, limit: IntT },
  { id: IdT, attempts: IntT },
);

const Webhook = {
  /** What the receiver knows it by: the same for every attempt, and for a replay. */
  messageId: IdT,
  kind: TextT,
  bookingId: MaybeT(IdT),
  subjectId: MaybeT(IdT),
  version: MaybeT(IntT),
  createdAt: InstantT,
  endpointId: IdT,
  /** In whose name what is sent is read: its owner, or the owner of its organization. */
  readerId: IdT,
  url: TextT,
  secret: TextT,
  previousSecret: MaybeT(TextT),
  previousSecretUntil: MaybeT(InstantT),
  isWanted: BoolT,
  tries: IntT,
};
const WebhookSchema = Type.Object(Webhook);
export type Webhook = Static<typeof WebhookSchema>;

export const renewWebhook = maybe(
  renewWebhookText,
  { outboxId: IdT, attempt: IntT, leaseUntil: InstantT },
  Webhook,
);

export const beginAttempt = many(
  beginAttemptText,
  { outboxId: IdT, attempt: IntT, request: TextT, now: InstantT },
  {},
);

export const endAttempt = maybe(
  endAttemptText,
  {
    outboxId: IdT,
    dispatch: IntT,
    attempt: IntT,
    durationMs: IntT,
    status: MaybeT(IntT),
    error: MaybeT(TextT),
    response: MaybeT(TextT),
    outcome: OneOfT("done", "retry", "failed"),
    dueAt: MaybeT(InstantT),
    isGone: BoolT,
    warnSince: InstantT,
    disableSince: InstantT,
    now: InstantT,
  },
  { id: IdT },
);

export const forgetAttempts = many(
  forgetAttemptsText,
  { before: InstantT, limit: IntT },
  { outboxId: IdT },
);

export const findEndpointToTellOf = maybe(
  findEndpointToTellOfText,
  { id: IdT },
  {
    url: TextT,
    failingSince: MaybeT(InstantT),
    disabledAt: MaybeT(InstantT),
    disabledReason: MaybeT(OneOfT("gone", "failing")),
  },
);
