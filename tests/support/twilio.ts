// A stand-in for Twilio: speaks its documented protocol, errors included.
import { createHmac } from "node:crypto";

export const SID = `AC${"0".repeat(32)}`;
export const AUTH_TOKEN = "12345678901234567890123456789012";

export interface StoredSms {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly status: string;
  readonly date_created: string;
  readonly statusCallback: string | null;
  /** By the real clock. */
  readonly takenAt: number;
  /** Whether whoever sent it was told so. */
  readonly isAnswered: boolean;
}

/** What it does with the next SMS: takes it, refuses it, takes it and never says so, or neither ("lose"). */
export type Mood =
  | "take"
  | "hang"
  | "lose"
  | "cut"
  | "fail"
  | "take and fail"
  | { status: number; code: number; message: string; retryAfter?: number };

export interface TwilioStandIn extends AsyncDisposable {
  readonly env: Record<string, string>;
  readonly sent: StoredSms[];
  /** How each of the next requests ends; then all are taken. */
  readonly moods: Mood[];
  /** "Sun, 22 Nov 2026 10:00:00 +0000" as its clock shows it. */
  clock: string;
}

interface Given {
  /** What it does where no mood was set. */
  readonly mood?: () => Mood;
  /** Whether its clock is the real one. */
  readonly isRealTime?: boolean;
  /** How long its list lags behind. */
  readonly listedAfterMs?: number;
  readonly hangMs?: number;
}

export function startTwilio({
  mood: usual = () => "take",
  isRealTime = false,
  listedAfterMs = 0,
  hangMs = 5_000,
}: Given = {}): TwilioStandIn {
  const sent: StoredSms[] = [];
  const moods: Mood[] = [];
  let clock = "Sun, 22 Nov 2026 10:00:00 +0000";
  const now = () => (isRealTime ? new Date().toUTCString().replace("GMT", "+0000") : clock);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request, self) {
      const url = new URL(request.url);
      const isOurs =
        request.headers.get("authorization") === `Basic ${btoa(`${SID}:${AUTH_TOKEN}`)}`;
      if (url.pathname !== `/2010-04-01/Accounts/${SID}/Messages.json`)
        return Response.json({ code: 20404, message: "Not found", status: 404 }, { status: 404 });
      if (!isOurs)
        return Response.json(
          { code: 20003, message: "Authenticate", status: 401 },
          { status: 401 },
        );
      if (request.method === "GET") {
        const to = url.searchParams.get("To");
        const isListed = ({ takenAt }: StoredSms) => takenAt + listedAfterMs <= Date.now();
        return Response.json({
          messages: sent.filter((each) => each.to === to && isListed(each)),
          page: 0,
        });
      }
      const form = new URLSearchParams(await request.text());
      const mood = moods.shift() ?? usual();
      if (typeof mood === "object")
        return Response.json(
          { code: mood.code, message: mood.message, status: mood.status },
          {
            status: mood.status,
            headers: mood.retryAfter === undefined ? {} : { "retry-after": `${mood.retryAfter}` },
          },
        );
      if (mood === "lose") await new Promise((resolve) => setTimeout(resolve, hangMs).unref());
      if (mood === "fail" || mood === "lose")
        return new Response("Service Unavailable", { status: 503 });
      const sms: StoredSms = {
        sid: `SM${`${sent.length}`.padStart(32, "0")}`,
        to: form.get("To") ?? "",
        from: form.get("From") ?? form.get("MessagingServiceSid") ?? "",
        body: form.get("Body") ?? "",
        status: "queued",
        date_created: now(),
        statusCallback: form.get("StatusCallback"),
        takenAt: Date.now(),
        isAnswered: mood === "take",
      };
      sent.push(sms);
      if (mood === "take and fail") return new Response("Bad Gateway", { status: 502 });
      if (mood === "hang") await new Promise((resolve) => setTimeout(resolve, hangMs).unref());
      // Nothing more is said, and the connection breaks.
      if (mood === "cut") {
        self.timeout(request, 1);
        await new Promise((resolve) => setTimeout(resolve, 5_000).unref());
      }
      return Response.json(sms, { status: 201 });
    },
  });
  return {
    sent,
    moods,
    get clock() {
      return clock;
    },
    set clock(told) {
      clock = told;
    },
    env: {
      SMS_PROVIDER: "twilio",
      SMS_COUNTRIES: "*",
      TWILIO_ACCOUNT_SID: SID,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      TWILIO_FROM: "+15005550006",
      TWILIO_BASE_URL: `http://127.0.0.1:${server.port}`,
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** The signature of a callback, as Twilio documents it. */
export function signatureOf(url: string, form: Record<string, string>, token = AUTH_TOKEN): string {
  const fields = Object.keys(form)
    .sort()
    .map((name) => name + form[name])
    .join("");
  return createHmac("sha1", token)
    .update(url + fields)
    .digest("base64");
}
