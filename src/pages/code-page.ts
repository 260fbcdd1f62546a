// What a host copies into a page of his own.
import { frameUrl, type Shown, type Snippet } from "../embed/snippets.ts";
import { type Html, html } from "../messages/html.ts";
import { COPY } from "./assets.ts";
import { segment } from "./href.ts";
import type { Page } from "./page.ts";

/** The snippets of a meeting type, each as text to copy. */
export const codePage = (shown: Shown, all: readonly Snippet[]): Page => ({
  title: `Put ${shown.title} on your site`,
  scripts: [COPY],
  main: html`
<p class="eyebrow"><a href="/${segment(shown.username)}/${segment(shown.slug)}">${shown.title}</a></p>
<h1>Put it on your site</h1>
<p>Copy one of these into the HTML of your page. Colours, languages and events: see <code>docs/widget.md</code>.</p>
${all.map((snippet) => section(snippet, shown))}`,
});

function section({ mode, pinned, latest }: Snippet, shown: Shown): Html {
  const [title, text] = TITLES[mode];
  return html`<section aria-labelledby="${mode}">
<h2 id="${mode}">${title}</h2>
<p>${text}</p>
${pinned === latest ? field(mode, "HTML", pinned) : [field(mode, "This version, checked by its hash", pinned), field(`${mode}-latest`, "Always the present version", latest)]}
${mode === "iframe" && html`<p class="muted">Give the origin of your own page in the address: it is ${shown.origin} here. Where no script may run at all, leave out the second line; the frame then scrolls by itself. <a href="${frameUrl(shown)}">The frame alone</a></p>`}
</section>`;
}

const field = (id: string, label: string, text: string): Html => html`
<div class="field code">
<label for="${id}-code">${label}</label>
<textarea id="${id}-code" readonly rows="${text.split("\n").length + (text.includes("integrity") ? 3 : 1)}" spellcheck="false">
${text}</textarea>
<button class="quiet" type="button" data-copy="${id}-code" hidden>Copy</button>
</div>`;

const TITLES: Readonly<Record<Snippet["mode"], readonly [title: string, text: string]>> = {
  inline: ["In the page", "The free times stand where the element stands."],
  popup: ["Behind a button", "Any element of the page opens a popup."],
  badge: ["As a badge", "A button that stays in the corner of the window."],
  iframe: ["In a frame", "For sites that let no module of ours run."],
};
