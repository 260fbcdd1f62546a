import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { clientAddress } from "./address.ts";
import { readable } from "./body.ts";
import { compress } from "./compress.ts";
import { type RequestContext, setContext } from "./context.ts";
import { problemResponse } from "./problems.ts";
import { rateLimit } from "./rate-limit.ts";
import { secure } from "./security-headers.ts";
import { targetOf } from "./target.ts";

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
  const withinMs = 1000 * world.config.REQUEST_TIMEOUT_SECONDS;

  async function handle(given: Request, peer = ""): Promise<Response> {
    const started = performance.now();
    const target = targetOf(given);
    if (!target) return noSuchUrl(world);
    const { request, path } = target;
    const id = requestId(request);
    const address = addressOf(request, peer);
    const limited = await limit.count(request, path, address);
    const [seen, refusal] = await admit(request, path, withinMs, limited?.problem ?? null);
    const context: RequestContext = { id, address, refusal };
    setContext(seen, context);
    let response = await answer(seen, id);
    const { keyId, route = null } = context;
    if (keyId !== undefined) limit.learnKey(seen, keyId);
    // A copy that is still right has its headers (RFC 9110, section 15.4.5).
    if (response.status !== 304) {
      response = await compress(request, response);
      secure(world, response.headers, path);
    }
    response.headers.set("x-request-id", id);
    for (const [name, value] of Object.entries(limited?.headers ?? {}))
      response.headers.set(name, value);
    const ms = performance.now() - started;
    world.requests.note({
      method: request.method,
      route,
      status: response.status,
      seconds: ms / 1000,
    });
    log(world, request, response, path, id, ms);
    return response;
  }

  async function answer(request: Request, id: string): Promise<Response> {
    try {
      return await app(request);
    } catch (error) {
      world.log.error({ err: error, requestId: id }, "Unexpected error");
      return problemResponse(new Problem("internal"), request);
    }
  }

  return handle;
}

/** To a Host that is none, or to nobody. */
function noSuchUrl(world: World): Response {
  const request = new Request("http://localhost/");
  const response = problemResponse(
    new Problem("unreadable", "The Host header or the path is not valid."),
    request,
  );
  secure(world, response.headers, "/");
  return response;
}

/** The request that the app shall see, and why no route of it shall. */
async function admit(
  request: Request,
  path: string,
  withinMs: number,
  refusal: Problem | null,
): Promise<[Request, Problem | null]> {
  if (refusal) return [request, refusal];
  try {
    return [await readable(request, path, withinMs), null];
  } catch (error) {
    if (error instanceof Problem) return [request, error];
    throw error;
  }
}

/** The caller's request id where it is a sane one, else a new one. */
function requestId(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && /^[\w.-]{1,64}$/.test(given) ? given : newId();
}

/** Never the query: it may carry a token. Nor a long part of the path: it may be one. */
function log(
  world: World,
  request: Request,
  response: Response,
  path: string,
  id: string,
  took: number,
): void {
  const level = response.status >= 500 ? "error" : "info";
  const ms = Math.round(took * 10) / 10;
  const shown = path.replace(/[^/]{40,}/g, "…").slice(0, 200);
  world.log[level](
    { requestId: id, method: request.method, path: shown, status: response.status, ms },
    "request",
  );
}
