// Requests of libraries that take a `fetch`, and of whoever reads what users name: calendars.
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { World } from "../world.ts";
import { exchange } from "./exchange.ts";
import { targetOf } from "./target.ts";

/** An answer that is longer than was allowed. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

export interface Bounds {
  /** For one request with all its redirects: names, connections, answers. */
  readonly timeoutMs: number;
  /** Of an answer's body, once it is unpacked. */
  readonly maxBytes: number;
  /** Ports that are allowed besides those of the web. */
  readonly ports?: readonly string[];
  /** Whether a host may be told what is in `authorization`; where not, a redirect there goes without. */
  readonly trusts?: (host: URL) => boolean;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: HeadersInit;
  readonly body?: unknown;
  readonly redirect?: RequestRedirect;
}

const REDIRECTS_MAX = 5;

/**
 * A `fetch` that goes to public addresses only (exchange.ts), also where it is redirected. Redirects keep method and
 * body, as WebDAV means them, but never leave https. Answers are read whole, within the bounds. Throws TargetRefused,
 * TooLarge, else an Error.
 */
export const guardedFetch =
  (world: World, { timeoutMs, maxBytes, ports, trusts = () => false }: Bounds) =>
  async (url: string, sent: Sent = {}): Promise<Response> => {
    const began = performance.now();
    const headers = new Headers(sent.headers);
    let target = targetOf(world, url, ports);
    for (let redirects = 0; ; redirects++) {
      const response = await exchange(
        world,
        target,
        {
          method: sent.method ?? "GET",
          headers: Object.fromEntries(headers),
          body: typeof sent.body === "string" ? sent.body : null,
          timeoutMs: Math.max(1, Math.round(timeoutMs - (performance.now() - began))),
        },
        (answer) => responseOf(answer, maxBytes),
      );
      const location = response.headers.get("location");
      const isRedirect = [301, 302, 307, 308].includes(response.status) && location !== null;
      if (!isRedirect || sent.redirect === "manual") return within(response, target.href);
      if (redirects === REDIRECTS_MAX) throw new Error("Redirected too often");
      const next = targetOf(world, URL.parse(location, target)?.href ?? "", ports);
      if (target.protocol === "https:" && next.protocol !== "https:")
        throw new Error("Redirected from https to http");
      if (next.host !== target.host && !trusts(next)) headers.delete("authorization");
      target = next;
    }
  };

async function responseOf(answer: IncomingMessage, maxBytes: number): Promise<Response> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers))
    headers.set(name, Array.isArray(value) ? value.join(", ") : (value ?? ""));
  const status = answer.statusCode ?? 0;
  const body = await readWithin(unpacked(answer, maxBytes), maxBytes);
  // What it says of the body's length and packing is no longer so.
  for (const name of ["content-encoding", "content-length", "transfer-encoding"])
    headers.delete(name);
  return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
}

/** Packed though we ask for it as it is: some files lie packed, and some servers do not listen. */
function unpacked(answer: IncomingMessage, maxBytes: number): AsyncIterable<Buffer> {
  const unpack = {
    gzip: createGunzip,
    "x-gzip": createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[answer.headers["content-encoding"]?.trim().toLowerCase() ?? ""];
  if (unpack === undefined) return answer;
  // A chunk at a time, so that what is small and unpacks without end is stopped at the bound.
  return pipeline(
    answer,
    unpack({ chunkSize: Math.min(65_536, Math.max(64, maxBytes)) }),
    () => {},
  );
}

async function readWithin(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLarge(`The answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Says where it came from, which a Response made by hand cannot. */
const within = (response: Response, url: string): Response =>
  Object.defineProperty(response, "url", { value: url });
