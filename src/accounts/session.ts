import { limitKey } from "../http/address.ts";
import { pseudonym } from "../token.ts";
import type { World } from "../world.ts";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

const secondsOf = (text: string): number =>
  Number.parseInt(text, 10) * SECONDS[text.at(-1) as keyof typeof SECONDS];

/** How old a session may become, however often it is refreshed: SESSION_MAX_AGE. */
export const maxAgeSeconds = (world: World): number => secondsOf(world.config.SESSION_MAX_AGE);

/** When a session ends that nobody refreshes from now on, by JWT_EXPIRES_IN. */
export const idleEnd = (world: World): Temporal.Instant =>
  world.now().add({ seconds: secondsOf(world.config.JWT_EXPIRES_IN) });

/** When a session opened now ends, unless it is refreshed: JWT_EXPIRES_IN, at most SESSION_MAX_AGE. */
export function sessionEnd(world: World): Temporal.Instant {
  const oldest = world.now().add({ seconds: maxAgeSeconds(world) });
  const idle = idleEnd(world);
  return Temporal.Instant.compare(idle, oldest) < 0 ? idle : oldest;
}

/** Who signs in, as far as it is kept. */
export interface Client {
  readonly userAgent: string | null;
  /** Stands for his address (IPv6: its /64), which is kept nowhere. */
  readonly addressMac: string | null;
}

/** A client of whom nothing is known. */
export const NOBODY: Client = { userAgent: null, addressMac: null };

/** A client as a session remembers him. */
export const clientOf = (world: World, userAgent: string | null, address: string): Client => ({
  userAgent: userAgent?.slice(0, 300) ?? null,
  addressMac: address === "" ? null : pseudonym(world, "client", limitKey(address)),
});
