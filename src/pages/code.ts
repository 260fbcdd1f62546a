import { SOME_ORIGIN } from "../embed/show-code.ts";
import { snippets } from "../embed/snippets.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { codePage } from "./code-page.ts";
import { type At, typeFor } from "./found-type.ts";
import { publicResponse } from "./page.ts";

/** The snippets of a meeting type, for whoever looks after a site. Problems: not_found, moved, unavailable. */
export async function showCodePage(world: World, at: At, request: Request): Promise<Response> {
  const { type, allowedOrigins } = await typeFor(world, at, {});
  if (!world.widget) throw new Problem("unavailable", "The widget is not built on this server.");
  const { username, slug, title } = type;
  const origin = allowedOrigins?.[0] ?? SOME_ORIGIN;
  const shown = { server: world.config.PUBLIC_URL, username, slug, title, origin };
  return publicResponse(codePage(shown, snippets(shown, world.widget.manifest)), request);
}
