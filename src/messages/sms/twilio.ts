// Twilio's REST API, https://www.twilio.com/docs/messaging/api/message-resource. Two requests of it: its SDK is 21 MB
// of everything else that Twilio sells.
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Config } from "../../config.ts";
import { SmsNotTaken, SmsRefused } from "./failure.ts";
import type { Sms, SmsProvider } from "./provider.ts";

const Taken = Type.Object({ sid: Type.String() });
const Refusal = Type.Object({ code: Type.Integer(), message: Type.String() });
const Sent = Type.Object({
  messages: Type.Array(
    Type.Object({
      sid: Type.String(),
      body: Type.String(),
      status: Type.String(),
      date_created: Type.String(),
    }),
  ),
});

/** The number has answered STOP. */
const UNSUBSCRIBED = 21610;
/** A clock that differs from ours is no other message. */
const SKEW_SECONDS = 120;

export function twilio(config: Config): SmsProvider {
  const { TWILIO_ACCOUNT_SID = "", TWILIO_AUTH_TOKEN = "", TWILIO_FROM = "" } = config;
  const url = `${config.TWILIO_BASE_URL}/2010-04-01/Accounts/${TWILIO_ACCOUNT_SID}/Messages.json`;
  const authorization = `Basic ${btoa(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`)}`;

  return {
    name: "twilio",
    async send({ to, text }, outboxId, signal) {
      const form = new URLSearchParams({
        To: to,
        Body: text,
        [/^MG/.test(TWILIO_FROM) ? "MessagingServiceSid" : "From"]: TWILIO_FROM,
        // It calls public addresses only.
        ...(config.PUBLIC_URL.startsWith("https:") && {
          StatusCallback: `${config.PUBLIC_URL}/api/v1/callbacks/twilio?id=${outboxId}`,
        }),
      });
      const answer = await fetch(url, {
        method: "POST",
        headers: { authorization },
        body: form,
        redirect: "manual",
        signal,
      }).catch((error: unknown) => {
        throw neverLeft(error)
          ? new SmsNotTaken("The SMS provider cannot be reached")
          : new Error("The SMS provider did not answer: the SMS may have been sent");
      });
      const body: unknown = await answer.json().catch(() => null);
      if (answer.status === 201) return { providerId: read(Taken, body)?.sid ?? null };
      throw refusalOf(answer, body);
    },
    async find(sms, since, signal) {
      const from = since.subtract({ seconds: SKEW_SECONDS });
      const query = new URLSearchParams({
        To: sms.to,
        "DateSent>": from.toString().slice(0, 10),
        PageSize: "100",
      });
      const answer = await fetch(`${url}?${query}`, {
        headers: { authorization },
        redirect: "manual",
        signal,
      });
      const sent = answer.status === 200 ? read(Sent, await answer.json()) : null;
      if (!sent) throw new Error(`The SMS provider does not tell what it sent (${answer.status})`);
      return sent.messages.find((each) => isSame(each, sms, from))?.sid ?? null;
    },
  };
}

/** Trial accounts put a line of their own before the text. */
const isSame = (
  found: Static<typeof Sent>["messages"][number],
  { text }: Sms,
  from: Temporal.Instant,
): boolean =>
  found.body.endsWith(text) &&
  found.status !== "failed" &&
  Temporal.Instant.compare(instantOf(found.date_created) ?? from, from) >= 0;

function refusalOf({ status, headers }: Response, body: unknown): Error {
  const refusal = read(Refusal, body);
  const why = refusal ? `${refusal.message} (${refusal.code})` : `HTTP ${status}`;
  const seconds = Number(headers.get("retry-after"));
  if (status === 429) return new SmsNotTaken(why, Number.isFinite(seconds) ? seconds : undefined);
  // Our key or our account: an hour may mend it.
  if (status === 401 || status === 403) return new SmsNotTaken(why, 3600);
  if (status >= 400 && status < 500) return new SmsRefused(why, refusal?.code === UNSUBSCRIBED);
  return new Error(`The SMS provider failed, and may have sent the SMS: ${why}`);
}

const read = <T extends TSchema>(schema: T, body: unknown): Static<T> | null =>
  Value.Check(schema, body) ? body : null;

/** Whether the connection was never there. */
const neverLeft = (error: unknown): boolean =>
  /^(ConnectionRefused|FailedToOpenSocket|ENOTFOUND|ECONNREFUSED|EAI_AGAIN)$/.test(
    `${(error as { code?: unknown }).code}`,
  );

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** Of "Fri, 24 May 2019 17:18:27 +0000" (RFC 2822). */
function instantOf(text: string): Temporal.Instant | null {
  const [, day = "", month = "", year = "", time = ""] =
    /(\d{1,2}) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d) \+0000$/.exec(text) ?? [];
  const number = MONTHS.indexOf(month) / 3 + 1;
  return time === "" || !Number.isInteger(number) || number < 1
    ? null
    : Temporal.Instant.from(
        `${year}-${`${number}`.padStart(2, "0")}-${day.padStart(2, "0")}T${time}Z`,
      );
}
