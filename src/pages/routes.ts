import { Elysia } from "elysia";
import { findPublicCard } from "../accounts/public-card.ts";
import { clientOf } from "../accounts/session.ts";
import { contextOf } from "../http/context.ts";
import { languageAsked } from "../http/language.ts";
import { knownProblem } from "../http/problems.ts";
import { html } from "../messages/html.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import {
  askToReset,
  askToUndoEmail,
  askToVerify,
  resetByForm,
  undoEmailByForm,
  verifyByForm,
} from "./account.ts";
import { assetResponse } from "./assets.ts";
import { bookByForm } from "./book.ts";
import { showCodePage } from "./code.ts";
import { askToDecide, decideByForm } from "./decide.ts";
import { demoResponse } from "./demo-page.ts";
import { showFrame } from "./frame.ts";
import { answerByForm, openForHost } from "./host.ts";
import { showHost, showType } from "./hosted.ts";
import { segment } from "./href.ts";
import { textAt } from "./input.ts";
import { askToHost, askToJoin, hostByForm, joinByForm } from "./join.ts";
import {
  downloadAttachment,
  downloadMail,
  showMail,
  showMailbox,
  showMailHtml,
} from "./mailbox.ts";
import { askToCancel, askToMove, cancelByForm, moveByForm, showBooking } from "./manage.ts";
import { pageResponse } from "./page.ts";
import { demoPage, homePage, noDemoPage, notFoundPage, troublePage } from "./plain-pages.ts";
import { changeSubscription, showSubscription } from "./unsubscribe.ts";
import { askToVerifyBooking, verifyBookingByForm } from "./verify-booking.ts";

const DEMO_HOST = "ada";

/** What people see in a browser. Not part of the API, so not of its document either. */
export const pages = (world: World) => {
  const isDevelopment = world.config.NODE_ENV !== "production";
  return new Elysia({ name: "pages", detail: { hide: true } })
    .get("/assets/:file", ({ path, query }) => assetResponse(path, textAt(query, "v")))
    .get("/", () => pageResponse(homePage(isDevelopment)))
    .get("/invitation", ({ query, request }) => asPage(request, () => askToJoin(world, query)))
    .post("/invitation", ({ body, request }) => asPage(request, () => joinByForm(world, body)))
    .get("/hosting", ({ query, request }) => asPage(request, () => askToHost(world, query)))
    .post("/hosting", ({ body, request }) => asPage(request, () => hostByForm(world, body)))
    .get("/demo", ({ request }) => asPage(request, () => demo(world, request, isDevelopment)))
    .use(isDevelopment ? mailbox(world) : new Elysia({ name: "no mailbox" }))
    .get("/unsubscribe/:token", ({ params, request }) =>
      asPage(request, () => showSubscription(world, params.token)),
    )
    .post("/unsubscribe/:token", ({ params, body, request }) =>
      asPage(request, () => changeSubscription(world, params.token, body)),
    )
    .use(account(world))
    .use(bookings(world))
    .use(hosts(world))
    .get("/embed/:username/:slug", ({ params, query, request }) =>
      asPage(request, () => showFrame(world, params, query, request)),
    )
    .get("/embed/:username/:slug/code", ({ params, request }) =>
      asPage(request, () => showCodePage(world, params, request)),
    )
    .get("/:username", ({ params, request }) =>
      asPage(request, () => showHost(world, params.username, request)),
    )
    .get("/:username/:slug", ({ params, query, request }) =>
      asPage(request, () => showType(world, params, query, request)),
    )
    .post("/:username/:slug", ({ params, body, request }) =>
      asPage(request, () => bookByForm(world, params, body, languageAsked(request))),
    );
};

const account = (world: World) =>
  new Elysia({ name: "account pages" })
    .get("/verify", ({ query }) => askToVerify(query))
    .post("/verify", ({ body, request }) => asPage(request, () => verifyByForm(world, body)))
    .get("/reset", ({ query }) => askToReset(world, query))
    .post("/reset", ({ body, request }) =>
      asPage(request, () => {
        const { address } = contextOf(request);
        const client = clientOf(world, request.headers.get("user-agent"), address);
        return resetByForm(world, body, client);
      }),
    )
    .get("/undo-email", ({ query }) => askToUndoEmail(query))
    .post("/undo-email", ({ body, request }) =>
      asPage(request, () => undoEmailByForm(world, body)),
    );

const bookings = (world: World) =>
  new Elysia({ name: "booking pages", prefix: "/b/:id" })
    .get("/", ({ params, query, request }) =>
      asPage(request, () => showBooking(world, params.id, query, request)),
    )
    .get("/cancel", ({ params, query, request }) =>
      asPage(request, () => askToCancel(world, params.id, query)),
    )
    .post("/cancel", ({ params, body, request }) =>
      asPage(request, () => cancelByForm(world, params.id, body)),
    )
    .get("/decide", ({ params, query, request }) =>
      asPage(request, () => askToDecide(world, params.id, query)),
    )
    .post("/decide", ({ params, body, request }) =>
      asPage(request, () => decideByForm(world, params.id, body)),
    )
    .get("/verify", ({ params, query, request }) =>
      asPage(request, () => askToVerifyBooking(world, params.id, query)),
    )
    .post("/verify", ({ params, body, request }) =>
      asPage(request, () => verifyBookingByForm(world, params.id, body)),
    )
    .get("/reschedule", ({ params, query, request }) =>
      asPage(request, () => askToMove(world, params.id, query)),
    )
    .post("/reschedule", ({ params, body, request }) =>
      asPage(request, () => moveByForm(world, params.id, body)),
    );

const hosts = (world: World) =>
  new Elysia({ name: "pages of hosts", prefix: "/b/:id/host" })
    .get("/", ({ params, query, request }) =>
      asPage(request, () => showBooking(world, params.id, query, request, openForHost)),
    )
    .post("/", ({ params, body, request }) =>
      asPage(request, () => answerByForm(world, params.id, body)),
    )
    .get("/cancel", ({ params, query, request }) =>
      asPage(request, () => askToCancel(world, params.id, query, openForHost)),
    )
    .post("/cancel", ({ params, body, request }) =>
      asPage(request, () => cancelByForm(world, params.id, body, openForHost)),
    )
    .get("/reschedule", ({ params, query, request }) =>
      asPage(request, () => askToMove(world, params.id, query, openForHost)),
    )
    .post("/reschedule", ({ params, body, request }) =>
      asPage(request, () => moveByForm(world, params.id, body, openForHost)),
    );

const mailbox = (world: World) =>
  new Elysia({ name: "mailbox pages", prefix: "/dev/mail" })
    .get("/", ({ query, headers }) => showMailbox(world, query, headers["accept"] ?? ""))
    .get("/:id", ({ params, query, headers, request }) =>
      asPage(request, () => showMail(world, params.id, query, headers["accept"] ?? "")),
    )
    .get("/:id/html", ({ params }) => showMailHtml(world, params.id))
    .get("/:id/raw", ({ params }) => downloadMail(world, params.id))
    .get("/:id/attachments/:index", ({ params }) =>
      downloadAttachment(world, params.id, params.index),
    );

/** A refusal as a page, for whoever reads pages; a program gets its problem document. */
async function asPage(request: Request, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    const problem = knownProblem(error);
    if (problem?.problem === "moved") return movedPage(request, problem);
    const isReader = /\btext\/html\b/.test(request.headers.get("accept") ?? "");
    if (!isReader || problem === null) throw error;
    if (problem.problem === "not_found") return pageResponse(notFoundPage, 404);
    return troubleResponse(request, problem);
  }
}

/** What went wrong, and the way on: the page again, where it may answer in a moment. */
function troubleResponse({ method }: Request, { message, httpStatus, extra }: Problem): Response {
  const isForNow = httpStatus === 503 && method === "GET";
  // The address of this page, whatever it is.
  const again = html`<p><a class="button" href="">Try again</a></p>`;
  const page = troublePage("That did not work", message, isForNow ? again : null);
  const response = pageResponse(page, httpStatus);
  const { "retry-after": seconds } = (extra["headers"] ?? {}) as Record<string, string>;
  if (seconds !== undefined) response.headers.set("retry-after", seconds);
  return response;
}

/** The same page under its present name, whatever else was asked; kept by nobody, for names end. */
function movedPage(request: Request, { extra }: Problem): Response {
  const location = `${extra["path"]}${new URL(request.url).search}`;
  return new Response(null, { status: 308, headers: { location, "cache-control": "no-store" } });
}

async function demo(world: World, request: Request, hasMailbox: boolean): Promise<Response> {
  try {
    const { name, username, meetingTypes: types } = await findPublicCard(world, DEMO_HOST);
    const { widget: build, config } = world;
    const { origin, host } = new URL(request.url);
    // A proxy may speak TLS for us.
    const server = host === new URL(config.PUBLIC_URL).host ? config.PUBLIC_URL : origin;
    if (build && types.length > 0)
      return demoResponse({ server, username, name, types, hasMailbox, build, request });
    return pageResponse(demoPage({ name, path: `/${segment(username)}/intro`, hasMailbox }));
  } catch (error) {
    if (error instanceof Problem && error.problem === "not_found")
      return pageResponse(noDemoPage, 404);
    throw error;
  }
}
