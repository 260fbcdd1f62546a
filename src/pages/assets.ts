import { createHash } from "node:crypto";
import script from "./browser.js" with { type: "text" };
import css from "./pages.css" with { type: "text" };

interface Asset {
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
export const SCRIPT = asset("/assets/pages.js", "text/javascript; charset=utf-8", script);

/** The address under which a page asks for the asset. */
export const assetUrl = ({ path, hash }: Asset): string => `${path}?v=${hash}`;

/** The asset; kept for ever under its hash, asked for again without it. */
export function assetResponse(file: Asset, version: string | undefined): Response {
  const isPinned = version === file.hash;
  return new Response(file.text, {
    headers: {
      "content-type": file.contentType,
      "cache-control": isPinned ? "public, max-age=31536000, immutable" : "public, max-age=60",
    },
  });
}
