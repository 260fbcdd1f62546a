import type { World } from "../world.ts";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** When a session opened now ends, by JWT_EXPIRES_IN. */
export function sessionEnd(world: World): Temporal.Instant {
  const text = world.config.JWT_EXPIRES_IN;
  const unit = text.at(-1) as keyof typeof SECONDS;
  return world.now().add({ seconds: Number.parseInt(text, 10) * SECONDS[unit] });
}
