// Everybody who does something over and over until it is over, each by dice of his own, so that a seed decides what he does.
import { random } from "../support/random.ts";

export type Dice = () => number;
export interface Crew {
  /** Lets each finish what he has begun; what went wrong with any of them. */
  stop(): Promise<string[]>;
}

/** What somebody may do, and how often beside the others. */
export type Acts = readonly (readonly [weight: number, act: () => Promise<unknown>])[];

/** So many who act, with a pause of up to so long between two acts. */
export function startCrew(
  { count, seed, pauseMs }: { count: number; seed: number; pauseMs: number },
  actsOf: (actor: number, next: Dice) => Acts,
): Crew {
  let isOver = false;
  const faults: string[] = [];
  const live = async (actor: number) => {
    const next = random(seed * 1_000 + actor);
    const acts = actsOf(actor, next);
    while (!isOver) {
      await choose(acts, next)().catch((error: unknown) => {
        faults.push(`${error}`);
      });
      await Bun.sleep(pauseMs * next());
    }
  };
  const all = Promise.all(Array.from({ length: count }, (_, actor) => live(actor)));
  return {
    stop: async () => {
      isOver = true;
      await all;
      return faults;
    },
  };
}

function choose(acts: Acts, next: Dice): () => Promise<unknown> {
  const total = acts.reduce((sum, [weight]) => sum + weight, 0);
  let left = total * next();
  for (const [weight, act] of acts) {
    left -= weight;
    if (left < 0) return act;
  }
  return acts[0]![1];
}

export const one = <T>(all: readonly T[], next: Dice): T => all[Math.floor(next() * all.length)]!;
