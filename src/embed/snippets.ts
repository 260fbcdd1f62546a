// What a host puts into a page of his own. Pure.
import { html } from "../messages/html.ts";
import type { WidgetBuild } from "./widget-build.ts";

export const MODES = ["inline", "popup", "badge", "iframe"] as const;
export type Mode = (typeof MODES)[number];

export interface Shown {
  /** Where Kalends is: an origin. */
  readonly server: string;
  readonly username: string;
  readonly slug: string;
  readonly title: string;
  /** Of the page that a frame stands in. */
  readonly origin: string;
}

export interface Snippet {
  readonly mode: Mode;
  /** By the address of this version: the browser takes nothing else for it, and it never changes. */
  readonly pinned: string;
  /** By the address of the present version, whichever that is. */
  readonly latest: string;
}

/** The address of a frame, for a page of this origin. */
export const frameUrl = ({ server, username, slug, origin }: Shown): string =>
  `${server}/embed/${encodeURIComponent(username)}/${encodeURIComponent(slug)}?origin=${encodeURIComponent(origin)}`;

/** A snippet for each mode. */
export function snippets(shown: Shown, { script }: WidgetBuild["manifest"]): Snippet[] {
  const { server, username, slug, title } = shown;
  const element = html`<kalends-booking host="${username}" type="${slug}"`;
  const markup: Readonly<Record<Exclude<Mode, "iframe">, string>> = {
    inline: html`${element}></kalends-booking>`.markup,
    popup: html`<button type="button" data-kalends="${username}/${slug}">Book a time</button>
${element} mode="popup"></kalends-booking>`.markup,
    badge: html`${element} mode="badge"></kalends-booking>`.markup,
  };
  const pinned = html`<script type="module" src="${server}${script.path}"
  integrity="${script.integrity}" crossorigin></script>`.markup;
  const latest = html`<script type="module" src="${server}/widget.js"></script>`.markup;
  const frame = html`<iframe src="${frameUrl(shown)}"
  title="${title}" width="100%" height="760" frameborder="0"></iframe>
<script type="module" src="${server}/embed.js"></script>`.markup;
  return MODES.map((mode) =>
    mode === "iframe"
      ? { mode, pinned: frame, latest: frame }
      : { mode, pinned: `${pinned}\n${markup[mode]}`, latest: `${latest}\n${markup[mode]}` },
  );
}
