import { createHash, timingSafeEqual } from "node:crypto";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";

/** Whether a token is METRICS_TOKEN. Problems: not_found, where none is set: then there are no metrics. */
export function isScraper(world: World, token: string | null): boolean {
  const { METRICS_TOKEN } = world.config;
  if (METRICS_TOKEN === undefined)
    throw new Problem("not_found", "Set METRICS_TOKEN to have metrics.");
  return token !== null && timingSafeEqual(digest(token), digest(METRICS_TOKEN));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
