// A meeting type as its page was asked for.
import { findPageType } from "../accounts/public-card.ts";
import { findZone } from "../availability/zone.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import type { TypeFacts } from "./booking-page.ts";
import { isId, textAt } from "./input.ts";
import { findPageLink } from "./queries.ts";

/** Where a meeting type is found. */
export interface At {
  readonly username: string;
  readonly slug: string;
}

/** The type in the zone and of the duration that the reader asked for. Problems: not_found, moved, link_used_up. */
export async function typeFor(world: World, at: At, asked: unknown) {
  assertName(at.username);
  assertName(at.slug);
  const { visibility, allowedOrigins, ...found } = await findPageType(world, at);
  const link = await linkFor(world, found.id, asked);
  const own = link?.durationMinutes ?? null;
  const offered = own === null ? [found.durationMinutes, ...found.durationOptions] : [own];
  const durations = [...new Set(offered)].sort((a, b) => a - b);
  const duration = Number(textAt(asked, "duration"));
  const zone = findZone(textAt(asked, "timeZone") ?? "");
  const type: TypeFacts = {
    ...found,
    username: found.host.username,
    hostName: found.host.name,
    hostNames: found.hosts.map(({ name }) => name),
    durations,
    durationMinutes: durations.includes(duration) ? duration : (own ?? found.durationMinutes),
    link: link?.id ?? null,
  };
  return {
    id: found.id,
    type,
    zone: zone ?? found.host.timeZone,
    isGuess: zone === null,
    isOver: link?.isOpen === false,
    isSecret: visibility === "secret",
    allowedOrigins,
  };
}

/** The booking link that the reader came by, if any. Problems: link_used_up, where the type has no such link. */
async function linkFor(world: World, meetingTypeId: string, asked: unknown) {
  const linkId = textAt(asked, "link");
  if (linkId === undefined) return null;
  const found = isId(linkId)
    ? await findPageLink(world.db, { linkId, meetingTypeId, now: world.now() })
    : null;
  if (!found) throw new Problem("link_used_up");
  return { id: linkId, ...found };
}

/** What the picker looks for. */
export const wantedOf = (meetingTypeId: string, type: TypeFacts, timeZone: string) => ({
  meetingTypeId,
  timeZone,
  durationMinutes: type.durationMinutes,
  ...(type.link !== null && { link: type.link }),
});

/** Browsers ask for "favicon.ico" and robots for worse: no question for the database. */
export function assertName(text: string): void {
  if (!/^[a-z\d-]{1,64}$/i.test(text)) throw new Problem("not_found");
}
