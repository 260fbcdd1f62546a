// A page of somebody else's, with its own look and a strict policy, that shows the widget in every mode.
import type { WidgetBuild } from "../embed/widget-build.ts";
import { type Html, html } from "../messages/html.ts";
import { assetUrl, CUSTOMER, CUSTOMER_CSS } from "./assets.ts";
import { href, segment } from "./href.ts";
import { type Attributes, widgetTag } from "./widget-tag.ts";

interface DemoFacts {
  /** The origin that the page is read at. */
  readonly server: string;
  readonly username: string;
  readonly name: string;
  /** At least one. */
  readonly types: readonly { readonly slug: string; readonly title: string }[];
  readonly hasMailbox: boolean;
  readonly build: WidgetBuild;
  readonly request: Request;
}

/** The whole document. Nothing of Kalends' own looks is on it but what the widget brings. */
function demoDocument(facts: DemoFacts): string {
  const { server, username, name, types, hasMailbox, build, request } = facts;
  const first = types[0]!;
  const [second = first, third = first] = types.slice(1);
  const { script } = build.manifest;
  const page = (slug: string) => `/${segment(username)}/${segment(slug)}`;
  const tag = (type: string, more: Attributes = {}, plain: Html | null = null): Html =>
    widgetTag(build, request, { host: username, type, ...more }, plain);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Marlow &amp; Finch, bookbinders · Try Kalends</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assetUrl(CUSTOMER_CSS)}">
<script type="module" src="${assetUrl(CUSTOMER)}"></script>
<script type="module" src="/embed.js"></script>
<script type="module" src="${script.path}" integrity="${script.integrity}" crossorigin></script>
</head>
<body>
<aside class="note" aria-label="About this page">This page plays a customer’s site, with a look of its own, to try Kalends on. ${name} is a host made for it: book with a name and an address of your fancy.${hasMailbox && html` What is mailed arrives in the <a href="/dev/mail">development mailbox</a>.`} The whole API is at <a href="/swagger">/swagger</a>.</aside>
<header>
<p class="brand">Marlow &amp; Finch</p>
<nav aria-label="Main"><a href="#visit">Visit</a> <a href="#ask">Ask</a> <a href="#workshop">Workshop</a></nav>
</header>
<main>
<section class="hero">
<h1>Books, bound by hand</h1>
<p>Bring us a loved one that has come apart, or pages that were never a book. We have been sewing since 1974.</p>
<p><a class="call" href="${page(second.slug)}" data-kalends="popup">Ask a bookbinder</a></p>
</section>
<section id="visit" aria-labelledby="visit-title">
<h2 id="visit-title">Come and visit</h2>
<p>Free times stand in the page itself: <code>mode="inline"</code>. Colours, corners and letters are this page’s own.</p>
${tag(first.slug, { id: "inline" }, html`<p class="plain"><a href="${page(first.slug)}">See when we are free</a></p>`)}
</section>
<section id="ask" aria-labelledby="ask-title">
<h2 id="ask-title">A question first?</h2>
<p><a href="${page(second.slug)}" data-kalends="popup">Any link or button opens a popup</a>: <code>mode="popup"</code>. Without a script the link leads to the booking page. In the corner of the window is a badge: <code>mode="badge"</code>.</p>
${tag(second.slug, { id: "popup", mode: "popup" })}
${tag(first.slug, { id: "badge", mode: "badge", label: "Book a time" })}
</section>
<section id="workshop" aria-labelledby="workshop-title">
<h2 id="workshop-title">A day at the press</h2>
<p>For sites that let no module run, the same in a frame, which is as high as what it shows.</p>
<iframe src="${href(`/embed/${segment(username)}/${segment(third.slug)}`, { origin: server, theme: "light" })}" title="${third.title}: free times" width="100%" height="760"></iframe>
</section>
<section aria-labelledby="events-title">
<h2 id="events-title">What this page hears</h2>
<p>Each element and frame tells what happens as events.</p>
<ol id="events" class="events" reversed></ol>
</section>
</main>
<footer><p>Marlow &amp; Finch do not exist. The same times on a page of their own: ${types.map(({ slug, title }, i) => html`${i > 0 && ", "}<a href="${page(slug)}">${title}</a>`)}.</p></footer>
</body>
</html>
`.markup;
}

/** As strict as a customer's may be: scripts, styles and frames of one server, nothing inline. */
export const demoResponse = (facts: DemoFacts): Response =>
  new Response(demoDocument(facts), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
      "cache-control": "no-store",
    },
  });
