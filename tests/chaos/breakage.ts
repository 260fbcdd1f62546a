// What breaks, one thing after another, in an order that the seed decides. Every kind comes once before any comes again.
import { sample } from "../support/random.ts";
import { MOODS, type Provider } from "./provider.ts";
import type { Kept, Stage } from "./stage.ts";

interface Breakage {
  readonly name: string;
  /** Whether somebody who was sending may not have lived to write it down. */
  readonly isCrash?: boolean;
  run(): Promise<void>;
}

/** That something was broken, from when to when. */
export interface Broken {
  readonly name: string;
  readonly isCrash: boolean;
  readonly from: number;
  readonly to: number;
}

export async function breakThings(
  stage: Stage,
  providers: readonly Provider[],
  {
    seconds,
    redisAwaySeconds,
    next,
  }: { seconds: number; redisAwaySeconds: number; next: () => number },
): Promise<Broken[]> {
  const pause = (most: number) => Bun.sleep(1000 * (0.3 + most * next()));
  const bounce = async (...all: Kept[]) => {
    await Promise.all(all.map((each) => each.kill()));
    await pause(1);
    for (const each of all) each.start();
  };
  const one = (all: readonly Kept[]): Kept => all[Math.floor(next() * all.length)]!;
  const kinds: Breakage[] = [
    { name: "an API is killed", run: () => bounce(one(stage.apis)) },
    { name: "a worker is killed", isCrash: true, run: () => bounce(one(stage.workers)) },
    { name: "both workers are killed", isCrash: true, run: () => bounce(...stage.workers) },
    { name: "both APIs are killed", run: () => bounce(...stage.apis) },
    { name: "Redis is flushed", run: () => stage.redis.flush() },
    {
      name: `Redis is away for ${redisAwaySeconds} s`,
      run: async () => {
        await stage.redis.stop();
        await Bun.sleep(1000 * redisAwaySeconds);
        await stage.redis.start();
      },
    },
    { name: "PostgreSQL restarts", isCrash: true, run: () => stage.server.restart("fast") },
    { name: "PostgreSQL crashes", isCrash: true, run: () => stage.server.restart("immediate") },
    ...MOODS.map((mood) => ({
      name: `providers of mail, SMS and webhooks: ${mood}`,
      run: async () => {
        await Promise.all(
          providers.map(async (provider) => {
            provider.mood = mood;
            await pause(4);
            provider.mood = "well";
          }),
        );
      },
    })),
  ];
  const told: Broken[] = [];
  const until = Date.now() + 1000 * seconds;
  while (Date.now() < until)
    for (const { name, isCrash = false, run } of sample(kinds, kinds.length, next)) {
      if (Date.now() >= until) break;
      const from = Date.now();
      await run();
      told.push({ name, isCrash, from, to: Date.now() });
      await pause(1.5);
    }
  return told;
}
