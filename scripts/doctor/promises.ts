import { queueStates } from "../../src/operations/queue-states.ts";
import { tryKeys } from "../../src/operations/try-keys.ts";
import type { World } from "../../src/world.ts";
import { ok, problem, type Result, warning } from "./finding.ts";

const LATE_SECONDS = 120;

/** Whether somebody keeps what was promised. */
export async function checkPromises(world: World): Promise<Result> {
  const { queues } = await queueStates(world);
  const late = queues.filter(({ lagSeconds }) => lagSeconds >= LATE_SECONDS);
  if (late.length > 0)
    return problem(
      `late: ${late.map(({ name, due, lagSeconds }) => `${name} (${due} due, for ${lagSeconds} s)`).join(", ")}`,
      "Start a worker (bun run worker), or more of them; its log says what holds it up.",
    );
  const failed = queues.filter(({ failedToday }) => failedToday > 0);
  if (failed.length > 0)
    return warning(
      `failed in 24 hours: ${failed.map(({ name, failedToday }) => `${name} ${failedToday}`).join(", ")}`,
      "Look at GET /api/v1/operations/promises, and have them tried again.",
    );
  return ok("nothing waits");
}

/** Whether ENCRYPTION_KEY opens what is sealed. */
export async function checkKeys(world: World): Promise<Result> {
  const { tried, closed } = await tryKeys(world);
  if (closed.length > 0)
    return problem(
      `no key opens ${closed.length} of ${tried} sealed values, such as ${closed[0]}`,
      "Put the key that they were sealed with back into ENCRYPTION_KEY, behind the first. If it is lost, their owners must connect their calendars again, and make new webhook secrets.",
    );
  if (world.config.ENCRYPTION_KEY === undefined)
    return warning(
      "there is no ENCRYPTION_KEY: no webhooks, no calendars, no sign-in by providers",
      "Make one with `openssl rand -base64 48`, and keep it with the backups, but not in them.",
    );
  return ok(tried === 0 ? "nothing is sealed yet" : `opens all of ${tried} values that were tried`);
}
