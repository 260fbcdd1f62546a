// One letter, printed twice: as HTML and as plain text, so that the two cannot say different things.
import { type Html, html, raw, webAddress } from "../html.ts";
import { severalLines } from "../line.ts";
import { LETTER_CSS, STYLE } from "./letter-css.ts";

export interface Letter {
  readonly lang: string;
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly details: readonly Detail[];
  readonly button: Action | null;
  readonly actions: readonly Action[];
  /** Into which calendars it can be put. */
  readonly calendars?: { readonly label: string; readonly links: readonly Action[] } | null;
  readonly footer: string;
  /** Stops mails like this one. */
  readonly unsubscribe?: Action | null;
}

export interface Detail {
  readonly label: string;
  readonly lines: readonly string[];
  /** No longer so: shown struck through. */
  readonly isPast?: boolean;
}

export interface Action {
  readonly label: string;
  readonly url: string;
}

/** The letter for a mail program that shows HTML. No tables, no pictures, nothing to load. */
export function letterHtml(letter: Letter): string {
  const { lang, subject, heading, paragraphs, details, button, actions, footer } = letter;
  // Many programs drop the style element: what must not be lost is said in style attributes too.
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>${raw(LETTER_CSS)}</style>
</head>
<body class="page" style="${STYLE.page}">
<div role="article" aria-roledescription="email" aria-label="${subject}" lang="${lang}" dir="ltr" class="card" style="${STYLE.card}">
<h1 style="${STYLE.heading}">${heading}</h1>
${paragraphs.map(paragraphHtml)}
${detailsHtml(details)}
${button && buttonHtml(button)}
${actionsHtml(actions)}
${letter.calendars && actionsHtml(letter.calendars.links, letter.calendars.label)}
<p class="muted footer" style="${STYLE.footer}">${footer}${letter.unsubscribe && html`<br>${anchor(letter.unsubscribe.label, letter.unsubscribe.url)}`}</p>
</div>
</body>
</html>
`.markup;
}

/** The letter for a mail program, or a person, that prefers plain text. */
export function letterText(letter: Letter): string {
  const details = letter.details.map(
    ({ label, lines }) => `${label}: ${lines.flatMap(rowsOf).join("\n  ")}`,
  );
  const { unsubscribe, calendars } = letter;
  const actions = [...(letter.button ? [letter.button] : []), ...letter.actions];
  const parts = [
    letter.heading,
    ...letter.paragraphs,
    ...(details.length > 0 ? [details.join("\n")] : []),
    ...actions.map(({ label, url }) => `${label}:\n${url}`),
    ...(calendars
      ? [
          `${calendars.label}\n${calendars.links.map(({ label, url }) => `${label}: ${url}`).join("\n")}`,
        ]
      : []),
    // The blank after the dashes is the mark by which mail programs know a signature.
    `-- \n${letter.footer}${unsubscribe ? `\n${unsubscribe.label}:\n${unsubscribe.url}` : ""}`,
  ];
  return `${parts.map(severalLines).join("\n\n")}\n`;
}

const paragraphHtml = (text: string): Html => html`<p style="${STYLE.paragraph}">${text}</p>`;

const detailsHtml = (details: readonly Detail[]): Html | null =>
  details.length === 0 ? null : html`<dl style="${STYLE.details}">${details.map(detailHtml)}</dl>`;

const detailHtml = ({ label, lines, isPast }: Detail): Html => html`
<dt class="muted" style="${STYLE.label}">${label}</dt>
<dd style="${STYLE.value}">${isPast ? html`<s>${linesHtml(lines)}</s>` : linesHtml(lines)}</dd>`;

const linesHtml = (lines: readonly string[]): Html[] =>
  lines
    .flatMap(rowsOf)
    .map((row, i) => html`${i > 0 && raw("<br>")}${webAddress(row) ? anchor(row, row) : row}`);

const buttonHtml = ({ label, url }: Action): Html =>
  html`<p style="${STYLE.buttonRow}"><a class="button" href="${url}" style="${STYLE.button}">${label}</a></p>`;

const actionsHtml = (actions: readonly Action[], label?: string): Html | null =>
  actions.length === 0
    ? null
    : html`<p style="${STYLE.actions}">${label && html`${label}<br>`}${actions.map(
        ({ label, url }, i) => html`${i > 0 && raw(" &nbsp;·&nbsp; ")}${anchor(label, url)}`,
      )}</p>`;

const anchor = (label: string, url: string): Html =>
  html`<a href="${url}" style="${STYLE.link}">${label}</a>`;

const rowsOf = (text: string): string[] => severalLines(text).split("\n");
