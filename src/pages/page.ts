import { type Html, html } from "../messages/html.ts";
import { assetUrl, CSS, SCRIPT } from "./assets.ts";

/** A page before it is an answer. */
export interface Page {
  readonly title: string;
  /** English unless said. */
  readonly lang?: string;
  readonly main: Html;
  readonly isWide?: boolean;
  /** Only where the script has something to do. */
  readonly hasScript?: boolean;
  /** Only where the page shows a frame of ours. */
  readonly hasFrame?: boolean;
}

/** The whole document: no style or script in it, so that the strictest policy holds. */
const documentOf = ({ title, lang, main, isWide, hasScript }: Page): string =>
  html`<!doctype html>
<html lang="${lang ?? "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Kalends</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assetUrl(CSS)}">
${hasScript && html`<script type="module" src="${assetUrl(SCRIPT)}"></script>`}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<div class="frame${isWide && " wide"}">
<main id="main" class="card" tabindex="-1">
${main}
</main>
<footer>Scheduling by Kalends</footer>
</div>
</body>
</html>
`.markup;

// Nothing inline, nothing from elsewhere. Said here too, so that it holds without the edge.
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The page as an answer. Nothing of it is kept, and no link tells where the reader came from. */
export const pageResponse = (page: Page, status = 200): Response =>
  new Response(documentOf(page), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": page.hasFrame ? `${POLICY}; frame-src 'self'` : POLICY,
      "cache-control": "no-store",
      // Addresses of pages carry tokens.
      "referrer-policy": "no-referrer",
    },
  });

/** After a form has done its work: the browser reads the next page with GET, so a reload repeats nothing. */
export const seeOther = (location: string): Response =>
  new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
