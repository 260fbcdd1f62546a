import { Type } from "@sinclair/typebox";
import { type Kind, kindOf } from "../cache.ts";
import type { Statements } from "../db/sql.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import {
  findCardState,
  findMovedMeetingType,
  findMovedUser,
  findPublicMeetingType,
  findPublicUser,
} from "./queries.ts";
import { nameOf } from "./schema.ts";

const HOST = kindOf("host", Type.Object(findPublicUser.contract.row));
const TYPE = kindOf("type", Type.Object(findPublicMeetingType.contract.row));

/** A host as strangers see him. Problems: not_found; moved, where he had this username before. */
export const findPublicCard = (world: World, username: string) =>
  kept(world, world.db, HOST, { username }, async () => {
    const row = await findPublicUser(world.db, { username });
    if (!row) throw movedTo(await findMovedUser(world.db, { username, now: world.now() }));
    const { id, state, firstName, lastName, ...card } = row;
    return { key: keyOf({ id, state }), card: { ...card, name: nameOf({ firstName, lastName }) } };
  });

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
export const findPageType = (
  world: World,
  at: { username: string; slug: string },
  from: Statements = world.db,
) =>
  kept(world, from, TYPE, at, async () => {
    const row = await findPublicMeetingType(from, at);
    if (!row) throw movedTo(await findMovedMeetingType(world.db, { ...at, now: world.now() }));
    const { ownerId, state, username, firstName, lastName, timeZone, hosts, ...type } = row;
    return {
      key: keyOf({ id: ownerId, state }, at.slug),
      card: {
        ...type,
        hosts: hosts.map((each) => ({ id: each.id, name: nameOf(each) })),
        host: { username, name: nameOf({ firstName, lastName }), timeZone },
      },
    };
  });

/**
 * A card from the cache, where it is kept by whose it is and by the state of all that his cards show; else as it is read. What
 * is not there is not kept: it may be elsewhere by now.
 */
async function kept<T>(
  world: World,
  from: Statements,
  kind: Kind,
  at: { username: string; slug?: string },
  read: () => Promise<{ key: string; card: T }>,
): Promise<T> {
  const owner = world.cache.isOn ? await findCardState(from, { username: at.username }) : null;
  if (!owner) return (await read()).card;
  const { text } = await world.cache.through(kind, keyOf(owner, at.slug), async () => {
    const { key, card } = await read();
    return { key, text: JSON.stringify(card) };
  });
  return JSON.parse(text);
}

/** With the slug as it was asked for: whether another one is the same is for the database to say. */
const keyOf = ({ id, state }: { id: string; state: string }, slug = ""): string =>
  `${id} ${state} ${slug}`;

/** The way to the present name: `location` for the API, `path` for the pages. */
function movedTo(present: { username: string; slug?: string } | null): Problem {
  if (!present) return new Problem("not_found");
  const path = [present.username, ...(present.slug === undefined ? [] : [present.slug])]
    .map((name) => `/${encodeURIComponent(name)}`)
    .join("");
  const headers = { location: `/api/v1/users${path}` };
  return new Problem("moved", `This is at ${path} now.`, { headers, path });
}
