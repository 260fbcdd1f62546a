import { createHash } from "node:crypto";
import { type Html, html } from "../messages/html.ts";
import { type Asset, assetUrl, CSS } from "./assets.ts";
import { type Head, headOf } from "./head.ts";

/** A page before it is an answer. */
export interface Page {
  readonly title: string;
  /** English unless said. */
  readonly lang?: string;
  readonly main: Html;
  readonly isWide?: boolean;
  /** What search engines and messengers make of it. Without it they are told to leave it alone. */
  readonly head?: Head;
  /** Modules of ours that the page runs; only where they have something to do. */
  readonly scripts?: readonly Asset[];
  /** A built module beside them, by its path and hash: it asks our API. */
  readonly widget?: { readonly path: string; readonly integrity: string };
  /** Only where the page shows a frame of ours. */
  readonly hasFrame?: boolean;
  /** Shown inside pages of these origins; null is any. Nobody's unless said. */
  readonly framedBy?: readonly string[] | null;
  /** As the page around it looks; as the reader likes it unless said. */
  readonly theme?: "light" | "dark" | undefined;
}

/** The whole document: no style or script in it, so that the strictest policy holds. */
const documentOf = (page: Page): string =>
  html`<!doctype html>
<html lang="${page.lang ?? "en"}"${page.framedBy !== undefined && html` class="framed${page.theme && html` ${page.theme}`}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${page.theme ?? "light dark"}">
${page.framedBy !== undefined && html`<base target="_blank">`}
<title>${page.title} · Kalends</title>
${headOf(page.head)}
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assetUrl(CSS)}">
${page.scripts?.map((script) => html`<script type="module" src="${assetUrl(script)}"></script>\n`)}
${page.widget && html`<script type="module" src="${page.widget.path}" integrity="${page.widget.integrity}"></script>`}
</head>
<body>
${page.framedBy === undefined ? framed(page) : html`<main id="main">${page.main}</main>`}
</body>
</html>
`.markup;

const framed = ({ main, isWide, widget }: Page): Html => html`
<a class="skip" href="#main">Skip to the content</a>
<div class="frame${isWide && " wide"}">
<main id="main" class="${widget ? "hosted" : "card"}" tabindex="-1">
${main}
</main>
<footer>Scheduling by Kalends</footer>
</div>`;

// Nothing inline, nothing from elsewhere. Said here too, so that it holds without the edge.
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'";

const policyOf = ({ widget, hasFrame, framedBy }: Page): string =>
  [
    POLICY,
    ...(widget ? ["connect-src 'self'"] : []),
    ...(hasFrame ? ["frame-src 'self'"] : []),
    `frame-ancestors ${ancestorsOf(framedBy)}`,
  ].join("; ");

function ancestorsOf(framedBy: Page["framedBy"]): string {
  if (framedBy === undefined) return "'none'";
  return framedBy === null ? "*" : ["'self'", ...framedBy].join(" ");
}

const headersOf = (page: Page): Record<string, string> => ({
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": policyOf(page),
  // Addresses of pages carry tokens.
  "referrer-policy": "no-referrer",
});

/** The page as an answer. Nothing of it is kept, and no link tells where the reader came from. */
export const pageResponse = (page: Page, status = 200): Response =>
  new Response(documentOf(page), {
    status,
    headers: { ...headersOf(page), "cache-control": "no-store" },
  });

/** A page that is the same for everybody who reads its language: kept, but asked for again each time. */
export function publicResponse(page: Page, request: Request): Response {
  const text = documentOf(page);
  // With the policy: a browser that is told "unchanged" keeps the one it has.
  const etag = `W/"${createHash("sha256")
    .update(text + policyOf(page))
    .digest("base64url")
    .slice(0, 22)}"`;
  const headers = {
    ...headersOf(page),
    "cache-control": "public, no-cache",
    etag,
    vary: "accept-language",
  };
  // Proxies that compress may weaken a tag or not: what is between the quotes counts.
  const isKnown = (request.headers.get("if-none-match") ?? "").includes(etag.slice(2));
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}

/** After a form has done its work: the browser reads the next page with GET, so a reload repeats nothing. */
export const seeOther = (location: string): Response =>
  new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
