import { invalid } from "../problem.ts";
import type { World } from "../world.ts";
import { addressesOf, hostOf, TargetRefused, targetOf } from "./target.ts";

const LOOK_WITHIN_MS = 2_000;

/**
 * The URL of the field `url` as it is kept, if we would call it. A name that cannot be looked up now is taken: every
 * call looks again. Problems: invalid.
 */
export async function checkUrl(world: World, text: string): Promise<string> {
  try {
    const url = targetOf(world, text);
    await addressesWithin(world, hostOf(url));
    return url.href;
  } catch (error) {
    if (error instanceof TargetRefused) throw invalid("url", error.message);
    throw error;
  }
}

async function addressesWithin(world: World, hostname: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, LOOK_WITHIN_MS, null);
  });
  const looking = addressesOf(world, hostname).catch((error: unknown) => {
    if (error instanceof TargetRefused) throw error;
    return null;
  });
  await Promise.race([looking, late]).finally(() => clearTimeout(timer));
}
