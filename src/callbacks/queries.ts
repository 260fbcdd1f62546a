import { type Static, Type } from "@sinclair/typebox";
import recordMailEventsText from "#sql/callbacks/record_mail_events.sql" with { type: "text" };
import recordSmsEventText from "#sql/callbacks/record_sms_event.sql" with { type: "text" };
import startSmsText from "#sql/callbacks/start_sms.sql" with { type: "text" };
import { many, maybe, one } from "../db/query.ts";
import { IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { Nullable, OneOf } from "../schema.ts";

const MailEvent = Type.Object({
  /** The promise, as the provider was told it with the mail; null: known by the provider's id alone. */
  outboxId: Nullable(Type.String()),
  providerId: Nullable(Type.String()),
  recipient: Nullable(Type.String()),
  status: OneOf("sent", "deferred", "delivered", "failed", "bounced", "complained"),
  /** Of a bounce: the address will not work later either. */
  isHard: Type.Boolean(),
  /** In the provider's words. */
  detail: Nullable(Type.String()),
});
export type MailEvent = Static<typeof MailEvent>;

export const recordMailEvents = one(
  recordMailEventsText,
  { provider: TextT, events: JsonT(Type.Array(MailEvent)), now: InstantT },
  { moved: IntT },
);

export const recordSmsEvent = maybe(
  recordSmsEventText,
  {
    outboxId: MaybeT(IdT),
    provider: TextT,
    providerId: TextT,
    status: OneOfT("sent", "delivered", "failed"),
    detail: MaybeT(TextT),
    now: InstantT,
  },
  { outboxId: IdT },
);

export const startSms = many(startSmsText, { phone: TextT }, {});
