import { findMeetingType, type TypeAt } from "../meeting-types/find.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findPlace } from "./queries.ts";
import { frameUrl, snippets } from "./snippets.ts";

/** Stands for the site of a host who has named none. */
export const SOME_ORIGIN = "https://www.example.com";

/**
 * What the owner of a type, or a member of its organization, puts into a page to show it. Problems: not_found;
 * unavailable, where no widget is built.
 */
export async function showCode(world: World, at: TypeAt, origin?: string) {
  const { id, title } = await findMeetingType(world, at);
  const place = await findPlace(world.db, { meetingTypeId: id });
  if (!place) throw new Problem("not_found");
  if (!world.widget) throw new Problem("unavailable", "The widget is not built on this server.");
  const { username, slug, origins } = place;
  const { manifest } = world.widget;
  const server = world.config.PUBLIC_URL;
  const shown = { server, username, slug, title, origin: origin ?? origins?.[0] ?? SOME_ORIGIN };
  const { script } = manifest;
  return {
    meetingTypeId: id,
    pageUrl: `${server}/${encodeURIComponent(username)}/${encodeURIComponent(slug)}`,
    frameUrl: frameUrl(shown),
    script: {
      url: `${server}${script.path}`,
      integrity: script.integrity,
      latestUrl: `${server}/widget.js`,
    },
    allowedOrigins: origins,
    snippets: snippets(shown, manifest),
  };
}
