import { violated } from "../db/conflict.ts";
import { Problem } from "../problem.ts";
import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { findEditable, type TypeAt } from "./find.ts";
import { updateMeetingType as update } from "./queries.ts";
import type { MeetingType, MeetingTypePatch } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { settle } from "./settle.ts";
import { assertRight, vanished } from "./wrong-settings.ts";

/**
 * Changes what is given: lists are replaced whole, notifications and policies key by key. Problems:
 * invalid, not_found, forbidden, type_inactive, slug_taken, precondition_failed, version_conflict.
 */
export function updateMeetingType(
  world: World,
  at: TypeAt,
  patch: MeetingTypePatch,
  expected: Expectation,
): Promise<MeetingType> {
  return changeGuarded(
    expected,
    () => findEditable(world, at),
    (present) => present,
    async (present) => {
      if (present.archivedAt !== null)
        throw new Problem("type_inactive", "This meeting type is archived.");
      const { slug, settings } = patched(present, patch);
      const stamp = await update(world.db, {
        id: present.id,
        version: present.version,
        settings: { ...settings, slug },
        actorId: at.userId,
      }).catch((error: unknown) => {
        if (violated(error) === "one_slug_per_owner") throw new Problem("slug_taken");
        throw vanished(error) ?? error;
      });
      if (!stamp) return null;
      assertRight(stamp.wrong);
      if (stamp.version === null || stamp.updatedAt === null) return null;
      const { version, updatedAt } = stamp;
      return { ...present, ...settings, slug, version, updatedAt: updatedAt.toString() };
    },
  );
}

function patched(present: MeetingType, patch: MeetingTypePatch) {
  const {
    id,
    slug: oldSlug,
    ownerId,
    organizationId,
    archivedAt,
    version,
    createdAt,
    updatedAt,
    ...old
  } = present;
  const { slug = oldSlug, ...given } = patch;
  const settings: Settings = {
    ...old,
    ...given,
    notifications: { ...old.notifications, ...given.notifications },
    policies: { ...old.policies, ...given.policies },
  };
  return { slug, settings: settle(settings, ownerId, organizationId !== null) };
}
