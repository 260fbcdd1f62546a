import { canaries, TZDATA_VERSION } from "../availability/zone.ts";
import type { World } from "../world.ts";
import { findState } from "./queries.ts";

// A promise that waits longer says that no worker runs, or that it does not keep up.
const LATE_SECONDS = 120;

/** Whether this process can do its work, part by part. */
export async function readiness(world: World) {
  const now = world.now();
  const state = await findState(world.db.apart(), { now }).catch(() => null);
  const zones = canaries();
  const lagSeconds = state?.oldestDueAt
    ? Math.round(now.since(state.oldestDueAt).total("seconds"))
    : 0;
  const isReady = state !== null && zones.every(({ ok }) => ok);
  return {
    status: isReady ? ("OK" as const) : ("UNAVAILABLE" as const),
    database: state ? { ok: true, version: state.serverVersion } : { ok: false, version: null },
    queue: {
      ok: state !== null && lagSeconds < LATE_SECONDS,
      backend: world.config.REDIS_URL ? ("redis" as const) : ("postgres" as const),
      duePromises: state?.duePromises ?? null,
      lagSeconds: state ? lagSeconds : null,
    },
    tzdata: { ok: zones.every(({ ok }) => ok), version: TZDATA_VERSION, canaries: zones },
    email: { provider: world.config.EMAIL_PROVIDER },
  };
}
