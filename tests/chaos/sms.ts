// Twilio: it knows no repeat, but tells what it has sent, after a while.
import { startTwilio } from "../support/twilio.ts";
import { HANG_MS, type Provider } from "./provider.ts";

/** Its list lags behind. */
const LISTED_AFTER_MS = 15_000;

export async function sms(): Promise<Provider> {
  let failures = 0;
  const mood = () => {
    switch (provider.mood) {
      case "429":
        return { status: 429, code: 20429, message: "Too Many Requests", retryAfter: 1 };
      case "500":
        // What it says tells nobody whether it did.
        failures += 1;
        return failures % 2 === 0 ? "fail" : "take and fail";
      case "well":
        return "take";
      default:
        return provider.mood;
    }
  };
  const server = startTwilio({
    mood,
    isRealTime: true,
    listedAfterMs: LISTED_AFTER_MS,
    hangMs: HANG_MS,
  });
  const provider: Provider = {
    name: "twilio",
    queue: "sms",
    env: { ...server.env, SMS_RATE_LIMIT: "100000" },
    knowsRepeats: false,
    mood: "well",
    // Nothing but the address of its callback tells which promise an SMS is of.
    taken: async () =>
      server.sent.map(({ to, statusCallback, takenAt, isAnswered }) => ({
        key: /[?&]id=([\da-f-]{36})/.exec(statusCallback ?? "")?.[1] ?? "?",
        to,
        at: takenAt,
        isAnswered,
      })),
    refused: [],
    complaints: [],
    stop: async () => {
      await server[Symbol.asyncDispose]();
    },
  };
  return provider;
}
