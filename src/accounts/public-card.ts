import type { Statements } from "../db/sql.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import {
  findMovedMeetingType,
  findMovedUser,
  findPublicMeetingType,
  findPublicUser,
} from "./queries.ts";
import { nameOf } from "./schema.ts";

/** A host as strangers see him. Problems: not_found; moved, where he had this username before. */
export async function findPublicCard(world: World, username: string) {
  const row = await findPublicUser(world.db, { username });
  if (!row) throw movedTo(await findMovedUser(world.db, { username, now: world.now() }));
  const { firstName, lastName, ...card } = row;
  return { ...card, name: nameOf({ firstName, lastName }) };
}

/** One meeting type as the API shows it to strangers. Problems: those of findPageType. */
export async function findPublicType(
  world: World,
  at: { username: string; slug: string },
  from: Statements = world.db,
) {
  const { visibility: _, allowedOrigins: _its, ...card } = await findPageType(world, at, from);
  return card;
}

/**
 * One meeting type as its booking page needs it. Problems: not_found; moved, where it or its host had
 * this name before.
 */
export async function findPageType(
  world: World,
  at: { username: string; slug: string },
  from: Statements = world.db,
) {
  const row = await findPublicMeetingType(from, at);
  if (!row) throw movedTo(await findMovedMeetingType(world.db, { ...at, now: world.now() }));
  const { username, firstName, lastName, timeZone, hosts, ...type } = row;
  return {
    ...type,
    hosts: hosts.map((each) => ({ id: each.id, name: nameOf(each) })),
    host: { username, name: nameOf({ firstName, lastName }), timeZone },
  };
}

/** The way to the present name: `location` for the API, `path` for the pages. */
function movedTo(present: { username: string; slug?: string } | null): Problem {
  if (!present) return new Problem("not_found");
  const path = [present.username, ...(present.slug === undefined ? [] : [present.slug])]
    .map((name) => `/${encodeURIComponent(name)}`)
    .join("");
  const headers = { location: `/api/v1/users${path}` };
  return new Problem("moved", `This is at ${path} now.`, { headers, path });
}
