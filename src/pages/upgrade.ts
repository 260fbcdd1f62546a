// A plain page with the widget waiting behind it.
import type { WidgetBuild } from "../embed/widget-build.ts";
import { type Html, html } from "../messages/html.ts";
import type { Asset } from "./assets.ts";
import type { Page } from "./page.ts";
import { type Attributes, widgetTag } from "./widget-tag.ts";

interface Upgrade {
  readonly build: WidgetBuild;
  readonly request: Request;
  readonly attributes: Attributes;
  /** The page's own, which puts the widget in the place of what is plain. */
  readonly script: Asset;
  /** What stays below, whichever of the two is shown. */
  readonly below?: Html | null;
}

/** The page with the widget behind it, hidden until it has something to show. */
export const upgraded = (
  page: Page,
  { build, request, attributes, script, below }: Upgrade,
): Page => ({
  ...page,
  // Before the widget: its module may be ready at once.
  scripts: [script],
  widget: build.manifest.script,
  main: html`<div id="plain" class="card upgrading">${page.main}</div>
${widgetTag(build, request, { ...attributes, hidden: "" })}${below}`,
});
