// bull-board at /admin/queues: what the queues hold right now. What is promised is in the outbox, and stays there
// whatever is done here.
import { Elysia } from "elysia";
import { pageResponse } from "../../pages/page.ts";
import { troublePage } from "../../pages/plain-pages.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { adminIn, isOfOurPage } from "../admin-session.ts";
import { noteQueueChange } from "../queries.ts";
import { BASE, type Board, boardFile, makeBoard } from "./server.ts";

const ANSWER_WITHIN_MS = 5_000;

export const board = (world: World) => {
  let made: Promise<Board> | null = null;
  const open = (): Promise<Board> => {
    made ??= world.queues.open().then(makeBoard);
    return made;
  };

  const show = async ({ request }: { request: Request }): Promise<Response> => {
    const admin = await adminIn(world, request.headers.get("cookie"));
    return admin === null ? askToSignIn(request) : (await open()).page();
  };

  const call = async ({ request }: { request: Request }): Promise<Response> => {
    const { headers, method } = request;
    const admin = await adminIn(world, headers.get("cookie"));
    if (admin === null) throw signInFirst();
    const isWrite = method !== "GET";
    if (isWrite && !isOfOurPage(world, headers))
      throw new Problem("forbidden", "Queues are changed from their own page only.");
    const path = new URL(request.url).pathname.slice(BASE.length);
    const answering = (await open()).call(request, path);
    if (!answering) throw new Problem("not_found");
    if (isWrite) await noteQueueChange(world.db, { userId: admin, method, path, now: world.now() });
    return inTime(answering());
  };

  const file = async ({ params }: { params: { "*": string } }): Promise<Response> => {
    const found = await boardFile(params["*"]);
    if (!found) throw new Problem("not_found");
    return found;
  };

  return new Elysia({ name: "board", detail: { hide: true } })
    .get(BASE, show)
    .get(`${BASE}/static/*`, file)
    .get(`${BASE}/api/*`, call)
    .post(`${BASE}/api/*`, call, { parse: "none" })
    .put(`${BASE}/api/*`, call, { parse: "none" })
    .patch(`${BASE}/api/*`, call, { parse: "none" })
    .get(`${BASE}/*`, show);
};

const signInFirst = (): Problem =>
  new Problem("unauthorized", "An administrator opens this by POST /api/v1/auth/admin-session.");

function askToSignIn(request: Request): Response {
  if (!/\btext\/html\b/.test(request.headers.get("accept") ?? "")) throw signInFirst();
  const how =
    "This is for administrators. Sign in at /swagger and send POST /auth/admin-session there: it opens this page to your browser for 15 minutes.";
  return pageResponse(troublePage("The queues are closed", how, null), 401);
}

/** A store that is away answers nothing at all. */
async function inTime(answering: Promise<Response>): Promise<Response> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const refusal = new Problem("unavailable", "The queues do not answer.", {
      headers: { "retry-after": "5" },
    });
    timer = setTimeout(reject, ANSWER_WITHIN_MS, refusal);
  });
  return Promise.race([answering, late]).finally(() => clearTimeout(timer));
}
