import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { World } from "../world.ts";
import { addressesOf, hostOf } from "./target.ts";

/** One request and what is wanted of its answer. */
export interface Exchange {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** For the whole: name, connection, answer. */
  readonly timeoutMs: number;
}

/**
 * Sends a request to a target that targetOf() took. Every address of its host is checked when the connection is
 * made, and the connection goes to one of those: a name that changes its mind in between gains nothing. Whatever
 * `read` leaves of the answer is thrown away, connection and all. Throws TargetRefused where it must not lead, else
 * an Error.
 */
export async function exchange<T>(
  world: World,
  target: URL,
  { method, headers, body, timeoutMs }: Exchange,
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  // A literal address is never looked up.
  if (isIP(hostOf(target))) await addressesOf(world, hostOf(target));
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  abort.signal.addEventListener("abort", () => reject(new Error("Aborted")));
  const options: RequestOptions = {
    method,
    headers: {
      ...headers,
      ...(body !== null && { "content-length": `${Buffer.byteLength(body)}` }),
      "accept-encoding": "identity",
    },
    agent: false,
    signal: abort.signal,
    lookup: (hostname, options, done) => {
      addressesOf(world, hostname).then(
        (addresses) => {
          const all = addresses.map((address) => ({ address, family: isIP(address) }));
          if (options.all) done(null, all);
          else done(null, all[0]!.address, all[0]!.family);
        },
        (error) => done(error, ""),
      );
    },
  };
  const { request } = target.protocol === "https:" ? https : http;
  request(target, options, (answer) => void read(answer).then(resolve, reject))
    .on("error", reject)
    .end(body ?? undefined);
  try {
    return await promise;
  } catch (error) {
    if (abort.signal.aborted)
      throw new Error(`No answer within ${Math.round(timeoutMs / 100) / 10} s`);
    throw error;
  } finally {
    clearTimeout(timer);
    // Also what is left of an answer that was too long.
    abort.abort();
  }
}
