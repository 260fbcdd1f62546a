// HTML that escapes by itself, for mails and pages.

/** Markup that is safe to send: made by html`` or, deliberately, by raw(). */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What a template may hold. Text is escaped, Html is not, absent things leave no trace. */
export type Fill = string | number | Html | null | undefined | false | readonly Fill[];

/** A template whose text is escaped for element content and for quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...fills: readonly Fill[]): Html {
  const markup = parts.reduce((made, part, i) => made + show(fills[i - 1]) + part);
  return new Html(markup);
}

/** Markup of our own, taken as it is. Never for anything that a person typed. */
export const raw = (markup: string): Html => new Html(markup);

/** A web address that a link may carry, or null: "javascript:" and its like are no links. */
export function webAddress(text: string | null | undefined): string | null {
  if (text == null || !/^https?:\/\/[^\s/]/i.test(text)) return null;
  return URL.canParse(text) ? text : null;
}

function show(fill: Fill): string {
  if (fill instanceof Html) return fill.markup;
  if (Array.isArray(fill)) return fill.map(show).join("");
  if (fill === null || fill === undefined || fill === false) return "";
  return String(fill).replace(/[&<>"'`]/g, (sign) => ENTITIES[sign]!);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};
