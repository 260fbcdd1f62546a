import type { World } from "../src/world.ts";

/** Does something again and again, each time so long after the last, until it is stopped. */
export function startTimer(world: World, name: string, every: number, work: () => Promise<void>) {
  let isStopping = false;
  let wake = () => {};

  async function run(): Promise<void> {
    while (!isStopping) {
      await work().catch((error: unknown) => {
        world.log.warn({ err: error, timer: name }, "A timer's work failed; it is tried again");
      });
      if (isStopping) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, every);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  const running = run();
  return {
    /** Lets what has begun finish. */
    stop: async () => {
      isStopping = true;
      wake();
      await running;
    },
  };
}
