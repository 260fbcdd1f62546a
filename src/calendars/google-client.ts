import type { calendar_v3 } from "@googleapis/calendar";
import type { Static, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { type Bounds, boundedFetch } from "../outbound/bounded-fetch.ts";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import { GoogleFailure } from "./google-failure.ts";
import type { Access } from "./provider.ts";

/** A page of 2500 events, of which we ask for a few fields each, has about one megabyte. */
const MAX_BYTES = 16 * 1024 * 1024;
const DEADLINE_MS = 20_000;

/** What each method of the client takes beside its parameters. */
export interface CallOptions {
  readonly rootUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Answered {
  readonly status: number;
  readonly data: unknown;
  readonly headers: unknown;
}

/** One request by Google's own client. Throws CalendarFailure alone. */
export type Ask = <T extends TSchema>(
  access: Access,
  request: {
    /** Of the API, such as `events.list`. */
    readonly operation: string;
    /** What of the answer is relied upon. */
    readonly shape: T;
    send(client: calendar_v3.Calendar, options: CallOptions): Promise<Answered>;
    /** For this version of the event only (RFC 9110, 13.1.1). */
    readonly ifMatch?: string | null | undefined;
  },
) => Promise<Static<T>>;

/**
 * Google's client as we want it: loaded at its first request, without retries of its own (the queue's are the only
 * ones), each request bounded. A token that is refused is replaced once.
 */
export function makeAsk({ config }: Pick<World, "config">, bounds: Partial<Bounds> = {}): Ask {
  const rootUrl = config.GOOGLE_BASE_URL ?? "https://www.googleapis.com";
  let loading: Promise<calendar_v3.Calendar> | null = null;
  const load = async () => {
    const { calendar } = await import("@googleapis/calendar");
    return calendar({
      version: "v3",
      retry: false,
      validateStatus: () => true,
      fetchImplementation: boundedFetch({
        deadlineMs: DEADLINE_MS,
        maxBytes: MAX_BYTES,
        ...bounds,
      }),
    });
  };
  return async (access, { operation, shape, send, ifMatch }) => {
    if (access.kind !== "token")
      throw new CalendarFailure("refused", `google ${operation}: takes tokens only`);
    loading ??= load();
    const client = await loading;
    const attempt = (token: string) =>
      send(client, {
        rootUrl,
        headers: { authorization: `Bearer ${token}`, ...(ifMatch && { "if-match": ifMatch }) },
      }).catch((error: unknown) => {
        throw unanswered(operation, error);
      });
    const token = await access.token();
    let answer = await attempt(token);
    if (isTokenRefused(operation, answer)) answer = await attempt(await access.token(token));
    const { status, data } = answer;
    if (status < 200 || status > 299) throw refused(operation, answer);
    const body = status === 204 || data === "" ? {} : data;
    if (!Value.Check(shape, body))
      throw new CalendarFailure("temporary", `google ${operation}: an answer that cannot be read`);
    return body;
  };
}

const isTokenRefused = (operation: string, answer: Answered): boolean =>
  answer.status === 401 && refused(operation, answer).kind === "needs_reauth";

const refused = (operation: string, { status, data, headers }: Answered): GoogleFailure =>
  new GoogleFailure({
    operation,
    status,
    body: data,
    retryAfter: (headers as Record<string, string | undefined>)["retry-after"],
  });

// The client's error holds the request, and the request the token: nothing of it is passed on but its code.
function unanswered(operation: string, error: unknown): CalendarFailure {
  const { code, cause } = error as { code?: unknown; cause?: { name?: unknown } | undefined };
  const why = [code, cause?.name].find(
    (each) => typeof each === "string" && /^\w{1,40}$/.test(each),
  );
  return new CalendarFailure("temporary", `google ${operation}: no answer (${why ?? "unknown"})`);
}
