import { limitByPlan, planRefusal } from "../accounts/plans.ts";
import { violated } from "../db/conflict.ts";
import { newId } from "../db/id.ts";
import { type Claim, claimOf, madeBefore } from "../http/idempotency.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { defaultsFor } from "./defaults.ts";
import { findMeetingType } from "./find.ts";
import { createMeetingType as create } from "./queries.ts";
import type { MeetingType, NewMeetingType } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { settle } from "./settle.ts";
import { slugFor } from "./slug.ts";
import { assertRight, vanished } from "./wrong-settings.ts";

/**
 * Makes a meeting type; what is not said is as in defaults.ts, the slug derived from the title and free.
 * With a key the same request makes it once. Of an organization an admin makes it. Problems: invalid,
 * forbidden, slug_taken, plan_limit, idempotency_mismatch;
 * not_found when what the key made is gone.
 */
export async function createMeetingType(
  world: World,
  ownerId: string,
  input: NewMeetingType,
  key?: string,
): Promise<{ meetingType: MeetingType; isReplay: boolean }> {
  const { slug, organizationId: wanted = null, ...given } = input;
  const organizationId = wanted?.toLowerCase() ?? null;
  const defaults = defaultsFor(ownerId);
  const settings = settle(
    {
      ...defaults,
      ...given,
      notifications: { ...defaults.notifications, ...given.notifications },
      policies: { ...defaults.policies, ...given.policies },
    },
    ownerId,
    organizationId !== null,
  );
  const claim = claimOf(`user ${ownerId} meeting types`, key, input);
  const made = await insert(world, { ownerId, organizationId }, settings, slug, claim);
  if (made) return { meetingType: made, isReplay: false };
  const id = await madeBefore(world, claim);
  return { meetingType: await findMeetingType(world, { userId: ownerId, id }), isReplay: true };
}

const SLUG_ATTEMPTS = 100;

/** Null when the claim was made before. */
async function insert(
  world: World,
  whose: { ownerId: string; organizationId: string | null },
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
        ...whose,
        settings: stored,
        now: world.now(),
        limits: limitByPlan(world, "meetingTypes"),
      });
      assertRight(stamp.wrong);
      const { version, createdAt, updatedAt } = stamp;
      if (version === null || createdAt === null || updatedAt === null) return null;
      const times = { createdAt: createdAt.toString(), updatedAt: updatedAt.toString() };
      return { ...stored, ...whose, archivedAt: null, id, version, ...times };
    } catch (error) {
      const isTaken = violated(error) === "one_slug_per_owner";
      if (!isTaken) throw vanished(error) ?? planRefusal(world, error, "meetingTypes") ?? error;
      if (wantedSlug !== undefined || attempt === SLUG_ATTEMPTS) throw new Problem("slug_taken");
    }
  }
}
