// What a page says of itself to search engines and to messengers that show a link's card (Open Graph, schema.org).
import { type Html, html, raw } from "../messages/html.ts";

export interface Head {
  /** Its one address, absolute. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  /** Of schema.org. */
  readonly thing: Readonly<Record<string, unknown>>;
  /** Only for who has the link. */
  readonly isSecret?: boolean;
}

const DESCRIPTION_MAX = 200;

/** The lines of the head. A page without any, and a secret one, asks robots to leave it alone. */
export const headOf = (head: Head | undefined): Html => {
  if (!head) return NOINDEX;
  const description = clipped(head.description);
  return html`${head.isSecret && NOINDEX}<link rel="canonical" href="${head.url}">
<meta name="description" content="${description}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="Kalends">
<meta property="og:url" content="${head.url}">
<meta property="og:title" content="${head.title}">
<meta property="og:description" content="${description}">
<meta name="twitter:card" content="summary">
<script type="application/ld+json">${json({ "@context": "https://schema.org", ...head.thing })}</script>`;
};

const NOINDEX = html`<meta name="robots" content="noindex">\n`;

/** One line that people read at a glance. */
function clipped(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const signs = [...line];
  return signs.length <= DESCRIPTION_MAX
    ? line
    : `${signs
        .slice(0, DESCRIPTION_MAX - 1)
        .join("")
        .trimEnd()}…`;
}

/** Data that no browser runs, so that no policy stands against it; and that ends no element, whatever is in it. */
const json = (value: object): Html => raw(JSON.stringify(value).replaceAll("<", "\\u003c"));
