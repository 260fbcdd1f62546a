import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { World } from "../world.ts";
import { addressesOf, hostOf, targetOf } from "./target.ts";

export interface Posted {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** What came back, up to the bound; the rest is not read. */
  readonly body: string;
}

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole: name, connection, answer. */
  readonly timeoutMs: number;
  /** Of the answer's body. */
  readonly maxBytes: number;
}

/**
 * Posts to an address that a user gave. Every address of its host is checked when the connection is made,
 * and the connection goes to one of those: a name that changes its mind in between gains nothing. Redirects
 * are answers like any other, never followed. Throws TargetRefused where it must not lead, else an Error.
 */
export async function post(
  world: World,
  { url, headers, body, timeoutMs, maxBytes }: Post,
): Promise<Posted> {
  const target = targetOf(world, url);
  // A literal address is never looked up.
  if (isIP(hostOf(target))) await addressesOf(world, hostOf(target));
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    return await exchange(world, target, { headers, body, maxBytes, signal: abort.signal });
  } catch (error) {
    if (abort.signal.aborted) throw new Error(`No answer within ${timeoutMs / 1000} s`);
    throw error;
  } finally {
    clearTimeout(timer);
    // Also what is left of an answer that was too long.
    abort.abort();
  }
}

type Exchange = Pick<Post, "headers" | "body" | "maxBytes"> & { signal: AbortSignal };

function exchange(
  world: World,
  target: URL,
  { headers, body, maxBytes, signal }: Exchange,
): Promise<Posted> {
  const { promise, resolve, reject } = Promise.withResolvers<Posted>();
  const options: RequestOptions = {
    method: "POST",
    headers: {
      ...headers,
      "content-length": `${Buffer.byteLength(body)}`,
      "accept-encoding": "identity",
    },
    agent: false,
    signal,
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
  signal.addEventListener("abort", () => reject(new Error("Aborted")));
  const { request } = target.protocol === "https:" ? https : http;
  request(target, options, (response) => {
    readUpTo(response, maxBytes).then(
      (text) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      reject,
    );
  })
    .on("error", reject)
    .end(body);
  return promise;
}

async function readUpTo(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}
