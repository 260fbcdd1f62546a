// The element on pages of our own.
import type { WidgetBuild } from "../embed/widget-build.ts";
import { tagAsked } from "../http/language.ts";
import { type Html, html } from "../messages/html.ts";

/** Of the element, by their names; those without a value are left out. */
export type Attributes = Readonly<Record<string, string | number | null | undefined>>;

/** The element with these attributes, in the language that its reader likes best of those it knows; `plain` stands in for it until it runs. */
export function widgetTag(
  build: WidgetBuild,
  request: Request,
  attributes: Attributes,
  plain: Html | null = null,
): Html {
  const languages = ["en", ...Object.keys(build.manifest.languages)];
  const all = { lang: tagAsked(request, languages), ...attributes };
  const given = Object.entries(all).filter(([, value]) => value !== null && value !== undefined);
  return html`<kalends-booking${given.map(([name, value]) => html` ${name}="${value}"`)}>${plain}</kalends-booking>`;
}
