import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { clientAddress } from "./address.ts";
import { compress } from "./compress.ts";
import { setContext } from "./context.ts";
import { problemResponse } from "./problems.ts";
import { rateLimit } from "./rate-limit.ts";
import { secure } from "./security-headers.ts";

export const MAX_BODY_BYTES = 100 * 1024;

export type Handler = (request: Request, peer?: string) => Promise<Response>;

/**
 * What happens to every request, whatever its route: an id, a limit on its size and its rate,
 * headers, compression, one line in the log.
 */
export function edge(
  world: World,
  app: (request: Request) => Response | Promise<Response>,
): Handler {
  const addressOf = clientAddress(world.config.TRUSTED_PROXIES);
  const limit = rateLimit(world);

  return async (request, peer = "") => {
    const started = performance.now();
    const path = new URL(request.url).pathname;
    const id = requestId(request);
    const address = addressOf(request, peer);
    setContext(request, { id, address });

    const limited = await limit(request, path, address);
    let response: Response;
    try {
      if (limited?.problem) throw limited.problem;
      if (isForeign(request, path))
        throw new Problem(
          "unsupported_media_type",
          "Send JSON, with Content-Type: application/json.",
        );
      const whole = await bounded(request);
      setContext(whole, { id, address });
      response = await app(whole);
    } catch (error) {
      if (!(error instanceof Problem))
        world.log.error({ err: error, requestId: id }, "Unexpected error");
      response = problemResponse(
        error instanceof Problem ? error : new Problem("internal"),
        request,
      );
    }
    response = await compress(request, writable(response));
    secure(world, response.headers, path);
    response.headers.set("x-request-id", id);
    for (const [name, value] of Object.entries(limited?.headers ?? {}))
      response.headers.set(name, value);
    log(world, request, response, path, id, started);
    return response;
  };
}

/** The caller's request id where it is a sane one, else a new one. */
function requestId(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && /^[\w.-]{1,64}$/.test(given) ? given : newId();
}

/** The API speaks JSON only; pages send forms. */
const isForeign = (request: Request, path: string): boolean =>
  path.startsWith("/api/") &&
  request.body !== null &&
  !/^application\/json\b/i.test(request.headers.get("content-type") ?? "");

/** The request, its body read up to the limit where its length was not said. */
async function bounded(request: Request): Promise<Request> {
  const length = request.headers.get("content-length");
  if (Number(length ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (length !== null || request.body === null) return request;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  const { method, headers, url } = request;
  return new Request(url, { method, headers, body: Buffer.concat(chunks) });
}

const tooLarge = () =>
  new Problem("too_large", `A body may have at most ${MAX_BODY_BYTES / 1024} kB.`);

/** A response whose headers may be set. */
const writable = (response: Response): Response =>
  new Response(response.body, { status: response.status, headers: new Headers(response.headers) });

/** Never the query: it may carry a token. */
function log(
  world: World,
  request: Request,
  response: Response,
  path: string,
  id: string,
  started: number,
): void {
  const level = response.status >= 500 ? "error" : path.startsWith("/health") ? "debug" : "info";
  const ms = Math.round((performance.now() - started) * 10) / 10;
  world.log[level](
    { requestId: id, method: request.method, path, status: response.status, ms },
    "request",
  );
}
