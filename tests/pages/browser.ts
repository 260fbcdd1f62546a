// A browser of sorts: it asks for pages and sends forms, and keeps nothing between.
import { createApp } from "../../src/app.ts";
import { edge } from "../../src/http/edge.ts";
import { pages } from "../../src/pages/routes.ts";
import type { World } from "../../src/world.ts";

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Where a form leads on, without the host. */
  readonly location: string | null;
}

export interface Browser {
  get(path: string, accept?: string): Promise<Seen>;
  post(path: string, fields: Record<string, string>): Promise<Seen>;
}

export function browser(world: World, always: Record<string, string> = {}): Browser {
  const handle = edge(world, createApp(world).use(pages(world)).fetch);
  async function ask(path: string, init: RequestInit): Promise<Seen> {
    const response = await handle(new Request(`${world.config.PUBLIC_URL}${path}`, init), "::1");
    return {
      status: response.status,
      headers: response.headers,
      html: await response.text(),
      location: response.headers.get("location"),
    };
  }
  return {
    get: (path, accept = "text/html") => ask(path, { headers: { ...always, accept } }),
    post: (path, fields) =>
      ask(path, {
        method: "POST",
        headers: {
          ...always,
          accept: "text/html",
          "content-type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams(fields),
      }),
  };
}

/** The text of a page without its markup. */
export const wordsOf = ({ html }: Seen): string =>
  html
    .replace(/^[\s\S]*<main[^>]*>|<[^>]+>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, " ");

/** Every address of a page, as a browser would read it. */
export const linksOf = ({ html }: Seen): string[] =>
  [...html.matchAll(/(?:href|action|src)="([^"]*)"/g)].map((match) =>
    match[1]!.replaceAll("&amp;", "&"),
  );

/** The hidden fields of a page's last form. */
export const hiddenOf = ({ html }: Seen): Record<string, string> =>
  Object.fromEntries(
    [
      ...html
        .slice(html.lastIndexOf("<form"))
        .matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g),
    ].map((match) => [match[1]!, match[2]!]),
  );
