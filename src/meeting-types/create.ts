import { violated } from "../db/conflict.ts";
import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { defaultsFor } from "./defaults.ts";
import { checkOwnSchedules, vanished } from "./own-schedules.ts";
import { createMeetingType as create } from "./queries.ts";
import type { MeetingType, NewMeetingType } from "./schema.ts";
import { settle } from "./settle.ts";
import { slugFor } from "./slug.ts";

const SLUG_ATTEMPTS = 100;

/**
 * Makes a meeting type; what is not said is as in defaults.ts, the slug derived from the title and free.
 * Problems: invalid, slug_taken.
 */
export async function createMeetingType(
  world: World,
  ownerId: string,
  { slug: wantedSlug, ...given }: NewMeetingType,
): Promise<MeetingType> {
  const defaults = defaultsFor(ownerId);
  const settings = settle(
    {
      ...defaults,
      ...given,
      notifications: { ...defaults.notifications, ...given.notifications },
      policies: { ...defaults.policies, ...given.policies },
    },
    ownerId,
  );
  await checkOwnSchedules(world, ownerId, settings);
  const id = newId();
  const now = world.now();
  for (let attempt = 0; ; attempt += 1) {
    const slug = wantedSlug ?? slugFor(settings.title, attempt);
    try {
      const stamp = await create(world.db, { id, ownerId, settings: { ...settings, slug }, now });
      return {
        ...settings,
        slug,
        organizationId: null,
        archivedAt: null,
        id,
        version: stamp.version,
        createdAt: stamp.createdAt.toString(),
        updatedAt: stamp.updatedAt.toString(),
      };
    } catch (error) {
      const isTaken = violated(error) === "one_slug_per_owner";
      if (!isTaken) throw vanished(error) ?? error;
      if (wantedSlug !== undefined || attempt === SLUG_ATTEMPTS) throw new Problem("slug_taken");
    }
  }
}
