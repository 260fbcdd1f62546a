// What breaks, one thing after another, in an order that the seed decides. Every kind comes once before any comes again.
import { sample } from "../support/random.ts";
import { MOODS, type Provider } from "./mail.ts";
import type { Kept, Stage } from "./stage.ts";

interface Breakage {
  readonly name: string;
  run(): Promise<void>;
}

export async function breakThings(
  stage: Stage,
  provider: Provider,
  {
    seconds,
    redisAwaySeconds,
    next,
  }: { seconds: number; redisAwaySeconds: number; next: () => number },
): Promise<string[]> {
  const pause = (most: number) => Bun.sleep(1000 * (0.3 + most * next()));
  const bounce = async (...all: Kept[]) => {
    await Promise.all(all.map((each) => each.kill()));
    await pause(1);
    for (const each of all) each.start();
  };
  const one = (all: readonly Kept[]): Kept => all[Math.floor(next() * all.length)]!;
  const kinds: Breakage[] = [
    { name: "an API is killed", run: () => bounce(one(stage.apis)) },
    { name: "a worker is killed", run: () => bounce(one(stage.workers)) },
    { name: "both workers are killed", run: () => bounce(...stage.workers) },
    { name: "both APIs are killed", run: () => bounce(...stage.apis) },
    { name: "Redis is flushed", run: () => stage.redis.flush() },
    {
      name: "Redis is away",
      run: async () => {
        await stage.redis.stop();
        await Bun.sleep(1000 * redisAwaySeconds);
        await stage.redis.start();
      },
    },
    { name: "PostgreSQL restarts", run: () => stage.server.restart("fast") },
    { name: "PostgreSQL crashes", run: () => stage.server.restart("immediate") },
    ...MOODS.map((mood) => ({
      name: `the mail provider: ${mood}`,
      run: async () => {
        provider.mood = mood;
        await pause(4);
        provider.mood = "well";
      },
    })),
  ];
  const told: string[] = [];
  const until = Date.now() + 1000 * seconds;
  while (Date.now() < until)
    for (const { name, run } of sample(kinds, kinds.length, next)) {
      if (Date.now() >= until) break;
      told.push(name);
      await run();
      await pause(1.5);
    }
  return told;
}
