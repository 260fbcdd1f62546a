// A meeting type for a frame on somebody else's page, where no script of ours may run.
import { Value } from "@sinclair/typebox/value";
import { listOf } from "../config.ts";
import { html } from "../messages/html.ts";
import { invalid, Problem } from "../problem.ts";
import { Origin } from "../schema.ts";
import type { World } from "../world.ts";
import { FRAME } from "./assets.ts";
import { introduction, typePath } from "./booking-page.ts";
import { type At, typeFor } from "./found-type.ts";
import { href } from "./href.ts";
import { textAt } from "./input.ts";
import { dateOrNull } from "./month.ts";
import { publicResponse } from "./page.ts";
import { widgetTag } from "./widget-tag.ts";

const THEMES = ["light", "dark"] as const;

/**
 * The page for a frame: the widget alone, which tells the page of `?origin=` its height and its events. Only pages of
 * the origins that the host allows may frame it. Problems: not_found, moved, link_used_up, invalid, origin_not_allowed.
 */
export async function showFrame(
  world: World,
  at: At,
  query: unknown,
  request: Request,
): Promise<Response> {
  const { type, zone, isGuess, isOver, allowedOrigins } = await typeFor(world, at, query);
  if (isOver) throw new Problem("link_used_up");
  const { PUBLIC_URL, CORS_ORIGINS } = world.config;
  const framedBy = allowedOrigins && [...allowedOrigins, ...listOf(CORS_ORIGINS)];
  const own = new URL(PUBLIC_URL).origin;
  const origin = textAt(query, "origin") ?? null;
  if (origin !== null && !Value.Check(Origin, origin))
    throw invalid("origin", "must be that of the page around, such as https://www.example.com");
  if (origin !== null && framedBy && ![own, ...framedBy].includes(origin))
    throw new Problem("origin_not_allowed");
  const duration = textAt(query, "duration") === undefined ? null : type.durationMinutes;
  const { link } = type;
  const page = href(typePath(type), { duration, link });
  const theme = THEMES.find((each) => each === textAt(query, "theme"));
  const build = world.widget;
  const plain = html`<div class="card${build && html` upgrading`}">${introduction(type)}
<p class="choice-of-times"><a class="button" href="${page}" rel="noopener">See when it is free</a></p></div>`;
  const attributes = {
    host: type.username,
    type: type.slug,
    ...{ link, duration, theme: theme ?? null },
    date: dateOrNull(textAt(query, "date")),
    "time-zone": isGuess ? null : zone,
    "data-origin": origin,
  };
  return publicResponse(
    {
      title: `${type.title} with ${type.hostName}`,
      framedBy,
      theme,
      main: build ? widgetTag(build, request, attributes, plain) : plain,
      ...(build && { scripts: [FRAME], widget: build.manifest.script }),
    },
    request,
  );
}
