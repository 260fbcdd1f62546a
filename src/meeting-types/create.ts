import { limitByPlan, planRefusal } from "../accounts/plans.ts";
import { violated } from "../db/conflict.ts";
import { newId } from "../db/id.ts";
import { type Claim, claimOf, madeBefore } from "../http/idempotency.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { defaultsFor } from "./defaults.ts";
import { findMeetingType } from "./find.ts";
import { checkOwnSchedules, vanished } from "./own-schedules.ts";
import { createMeetingType as create } from "./queries.ts";
import type { MeetingType, NewMeetingType } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { settle } from "./settle.ts";
import { slugFor } from "./slug.ts";

/**
 * Makes a meeting type; what is not said is as in defaults.ts, the slug derived from the title and free.
 * With a key the same request makes it once. Problems: invalid, slug_taken, plan_limit, idempotency_mismatch;
 * not_found when what the key made is gone.
 */
export async function createMeetingType(
  world: World,
  ownerId: string,
  input: NewMeetingType,
  key?: string,
): Promise<{ meetingType: MeetingType; isReplay: boolean }> {
  const { slug, ...given } = input;
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
  const claim = claimOf(`user ${ownerId} meeting types`, key, input);
  const made = await insert(world, ownerId, settings, slug, claim);
  if (made) return { meetingType: made, isReplay: false };
  const id = await madeBefore(world, claim);
  return { meetingType: await findMeetingType(world, { ownerId, id }), isReplay: true };
}

const SLUG_ATTEMPTS = 100;

/** Null when the claim was made before. */
async function insert(
  world: World,
  ownerId: string,
  settings: Settings,
  wantedSlug: string | undefined,
  claim: Claim,
): Promise<MeetingType | null> {
  const id = newId();
  for (let attempt = 0; ; attempt += 1) {
    const stored = { ...settings, slug: wantedSlug ?? slugFor(settings.title, attempt) };
    try {
      const stamp = await create(world.db, {
        ...claim,
        id,
        ownerId,
        settings: stored,
        now: world.now(),
        limits: limitByPlan(world, "meetingTypes"),
      });
      return (
        stamp && {
          ...stored,
          organizationId: null,
          archivedAt: null,
          id,
          version: stamp.version,
          createdAt: stamp.createdAt.toString(),
          updatedAt: stamp.updatedAt.toString(),
        }
      );
    } catch (error) {
      const isTaken = violated(error) === "one_slug_per_owner";
      if (!isTaken) throw vanished(error) ?? planRefusal(world, error, "meetingTypes") ?? error;
      if (wantedSlug !== undefined || attempt === SLUG_ATTEMPTS) throw new Problem("slug_taken");
    }
  }
}
