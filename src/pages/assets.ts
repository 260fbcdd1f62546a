import { createHash } from "node:crypto";
import { Problem } from "../problem.ts";
import script from "./browser.js" with { type: "text" };
import copyScript from "./copy.js" with { type: "text" };
import customerCss from "./customer.css" with { type: "text" };
import customerScript from "./customer.js" with { type: "text" };
import insideScript from "./inside.js" with { type: "text" };
import css from "./pages.css" with { type: "text" };
import swapScript from "./swap.js" with { type: "text" };

export interface Asset {
  readonly path: string;
  readonly contentType: string;
  readonly text: string;
  /** Of the content: a page names it, so that a browser may keep the file for ever. */
  readonly hash: string;
}

const asset = (path: string, contentType: string, text: string): Asset => ({
  path,
  contentType,
  text,
  hash: createHash("sha256").update(text).digest("hex").slice(0, 12),
});

export const CSS = asset("/assets/pages.css", "text/css; charset=utf-8", css);
const JAVASCRIPT = "text/javascript; charset=utf-8";
/** Tells the times of a plain page in the reader's own zone. */
export const SCRIPT = asset("/assets/pages.js", JAVASCRIPT, script);
/** Puts the widget in the place of a plain page. */
export const SWAP = asset("/assets/swap.js", JAVASCRIPT, swapScript);
/** Speaks with the page around a frame. */
export const FRAME = asset("/assets/inside.js", JAVASCRIPT, insideScript);
export const COPY = asset("/assets/copy.js", JAVASCRIPT, copyScript);
export const CUSTOMER_CSS = asset("/assets/customer.css", "text/css; charset=utf-8", customerCss);
export const CUSTOMER = asset("/assets/customer.js", JAVASCRIPT, customerScript);

/** By their paths. */
const ASSETS: Readonly<Record<string, Asset>> = Object.fromEntries(
  [CSS, SCRIPT, SWAP, FRAME, COPY, CUSTOMER_CSS, CUSTOMER].map((each) => [each.path, each]),
);

/** The address under which a page asks for the asset. */
export const assetUrl = ({ path, hash }: Asset): string => `${path}?v=${hash}`;

/** The asset; kept for ever under its hash, asked for again without it. Problems: not_found. */
export function assetResponse(path: string, version: string | undefined): Response {
  const file = ASSETS[path];
  if (!file) throw new Problem("not_found");
  const isPinned = version === file.hash;
  return new Response(file.text, {
    headers: {
      "content-type": file.contentType,
      "cache-control": isPinned ? "public, max-age=31536000, immutable" : "public, max-age=60",
    },
  });
}
