import { violated } from "../db/conflict.ts";
import { Problem } from "../problem.ts";
import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import { findMeetingType } from "./find.ts";
import { checkOwnSchedules, vanished } from "./own-schedules.ts";
import { updateMeetingType as update } from "./queries.ts";
import type { MeetingType, MeetingTypePatch } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { settle } from "./settle.ts";

/**
 * Changes what is given: lists are replaced whole, notifications and policies key by key. Problems:
 * invalid, not_found, type_inactive, slug_taken, precondition_failed, version_conflict.
 */
export function updateMeetingType(
  world: World,
  at: { ownerId: string; id: string },
  patch: MeetingTypePatch,
  expected: Expectation,
): Promise<MeetingType> {
  return changeGuarded(
    expected,
    () => findMeetingType(world, at),
    (present) => present,
    async (present) => {
      if (present.archivedAt !== null)
        throw new Problem("type_inactive", "This meeting type is archived.");
      const { slug, settings } = patched(present, patch, at.ownerId);
      if (patch.scheduleId || patch.hostGroups)
        await checkOwnSchedules(world, at.ownerId, settings);
      const stamp = await update(world.db, {
        id: present.id,
        version: present.version,
        settings: { ...settings, slug },
      }).catch((error: unknown) => {
        if (violated(error) === "one_slug_per_owner") throw new Problem("slug_taken");
        throw vanished(error) ?? error;
      });
      return (
        stamp && {
          ...present,
          ...settings,
          slug,
          version: stamp.version,
          updatedAt: stamp.updatedAt.toString(),
        }
      );
    },
  );
}

function patched(present: MeetingType, patch: MeetingTypePatch, ownerId: string) {
  const {
    id,
    slug: oldSlug,
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
  return { slug, settings: settle(settings, ownerId) };
}
