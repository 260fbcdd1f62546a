import type { TSchema } from "@sinclair/typebox";
import { Problem } from "../problem.ts";

const MAX_BODY_BYTES = 100 * 1024;
/** SendGrid tells of up to 768 kB of events at once; Graph of changes in many mailboxes. */
const MAX_CALLBACK_BYTES = 1024 * 1024;
const IS_CALLBACK = /^\/api\/v1\/(callbacks|calendar\/notifications)\//;
/** All that our links, tokens and cursors need, and what proxies on the way let pass. */
const MAX_URL = 8 * 1024;
/** No body of ours is half as deep; a hundred thousand brackets would keep a process busy for seconds. */
const MAX_DEPTH = 32;
/** Google's pushes have no body, and Graph's first one is text: nobody reads it. */
const TAKES_ANYTHING = /^\/api\/v1\/calendar\/notifications\/[^/]+$/;
/** Mail programs post forms (RFC 8058 §3.2), which nobody reads, and Twilio does. */
const TAKES_FORMS = /^\/api\/v1\/(unsubscribe\/[^/]+|callbacks\/twilio)$/;

/**
 * The request as a route may see it: of bounded size, there as a whole, and where it is of the API, JSON of bounded
 * depth. Headers are bounded by Bun: 16 kB with the URL, 200 of them, else a bare 431.
 * Problems: url_too_long, too_large, timed_out, unsupported_media_type, unreadable.
 * @param withinMs how long the body may take to arrive
 */
export async function readable(request: Request, path: string, withinMs: number): Promise<Request> {
  if (request.url.length > MAX_URL)
    throw new Problem("url_too_long", `An address may have at most ${MAX_URL / 1024} kB.`);
  const length = request.headers.get("content-length");
  const most = IS_CALLBACK.test(path) ? MAX_CALLBACK_BYTES : MAX_BODY_BYTES;
  if (Number(length ?? 0) > most) throw tooLarge(most);
  if (request.body === null) return request;
  const isApi = path.startsWith("/api/") && !TAKES_FORMS.test(path);
  const isJson = isApi && !TAKES_ANYTHING.test(path);
  if (isJson && !/^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? ""))
    throw new Problem("unsupported_media_type", "Send JSON, with Content-Type: application/json.");
  const body = await bounded(request.body, most, withinMs);
  if (isApi && isDeep(body))
    throw new Problem("unreadable", `JSON may be nested ${MAX_DEPTH} deep at most.`);
  const { method, headers, url } = request;
  return new Request(url, { method, headers, body });
}

/** By which the document knows a schema of a body that may be left out. */
export const OPTIONAL = "x-optional";

/** The body of a route, nothing of which is required: no body and null are an empty one. */
export const optionalBody = <Schema extends TSchema>(schema: Schema) => ({
  transform: (context: { body: unknown }): void => {
    context.body ??= {};
  },
  body: { ...schema, [OPTIONAL]: true } as Schema,
});

async function bounded(
  body: ReadableStream<Uint8Array>,
  most: number,
  withinMs: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  // Each byte of one that trickles in would put off the server's own limit, which is for silence.
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooLate(withinMs)), withinMs);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { value, done } = await Promise.race([reader.read(), late.promise]);
      if (done) return new Uint8Array(Buffer.concat(chunks));
      bytes += value.length;
      if (bytes > most) throw tooLarge(most);
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof Problem ? error : new Problem("unreadable", "The body broke off.");
  } finally {
    clearTimeout(timer);
  }
}

/** The rest of the body would be taken for the next request: the connection is of no more use. */
const tooLate = (withinMs: number) =>
  new Problem("timed_out", `A body has ${withinMs / 1000} seconds to arrive.`, {
    headers: { connection: "close" },
  });

const tooLarge = (most: number) =>
  new Problem("too_large", `A body may have at most ${most / 1024} kB.`);

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = new Set([91, 123]);
const CLOSE = new Set([93, 125]);

function isDeep(json: Uint8Array): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i += 1) {
    const byte = json[i]!;
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) i += byte === BACKSLASH ? 1 : 0;
    else if (OPEN.has(byte)) depth += 1;
    else if (CLOSE.has(byte)) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
