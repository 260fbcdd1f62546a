import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findPublicMeetingType, findPublicUser } from "./queries.ts";
import { nameOf } from "./schema.ts";

/** A host as strangers see him. Problems: not_found. */
export async function findPublicCard(world: World, username: string) {
  const row = await findPublicUser(world.db, { username });
  if (!row) throw new Problem("not_found");
  const { firstName, lastName, ...card } = row;
  return { ...card, name: nameOf({ firstName, lastName }) };
}

/** One meeting type as its booking page needs it. Problems: not_found. */
export async function findPublicType(world: World, at: { username: string; slug: string }) {
  const row = await findPublicMeetingType(world.db, at);
  if (!row) throw new Problem("not_found");
  const { username, firstName, lastName, timeZone, hosts, ...type } = row;
  return {
    ...type,
    hosts: hosts.map((each) => ({ id: each.id, name: nameOf(each) })),
    host: { username, name: nameOf({ firstName, lastName }), timeZone },
  };
}
