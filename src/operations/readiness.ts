import { canaries, TZDATA_VERSION } from "../availability/zone.ts";
import type { World } from "../world.ts";
import { queueStates } from "./queue-states.ts";

// A promise that waits longer says that no worker runs, or that it does not keep up.
const LATE_SECONDS = 120;

/** Whether this process can do its work, part by part; not any more once it has been asked to stop. */
export async function readiness(world: World) {
  const state = await queueStates(world).catch(() => null);
  const zones = canaries();
  const queues = state?.queues ?? [];
  const lagSeconds = Math.max(0, ...queues.map((each) => each.lagSeconds));
  const { isStopping } = world.life;
  const isReady = !isStopping && state !== null && zones.every(({ ok }) => ok);
  return {
    status: isReady ? ("OK" as const) : ("UNAVAILABLE" as const),
    isStopping,
    database: state ? { ok: true, version: state.serverVersion } : { ok: false, version: null },
    queue: {
      ok: state !== null && lagSeconds < LATE_SECONDS,
      backend: world.config.REDIS_URL ? ("redis" as const) : ("postgres" as const),
      duePromises: state ? queues.reduce((sum, { due }) => sum + due, 0) : null,
      lagSeconds: state ? lagSeconds : null,
      queues,
    },
    tzdata: { ok: zones.every(({ ok }) => ok), version: TZDATA_VERSION, canaries: zones },
    email: { provider: world.config.EMAIL_PROVIDER },
  };
}
