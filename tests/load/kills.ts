// One process after another is killed, and started again after a while.
import type { Broken } from "../chaos/breakage.ts";
import type { Kept, Stage } from "../chaos/stage.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/random.ts";
import type { Dice } from "./actors.ts";

const BACK_WITHIN_MS = 60_000;

/** Kills one in the middle of each period; every one of them once before any a second time. */
export async function killOneAfterAnother(
  stage: Stage,
  { periods, periodSeconds, next }: { periods: number; periodSeconds: number; next: Dice },
): Promise<Broken[]> {
  const told: Broken[] = [];
  const began = Date.now();
  let turn: (readonly [name: string, process: Kept, url: string | null])[] = [];
  for (let period = 0; period < periods; period += 1) {
    if (turn.length === 0) turn = sample(processesOf(stage), Number.POSITIVE_INFINITY, next);
    const [name, process, url] = turn.pop()!;
    const at = began + 1000 * periodSeconds * (period + 0.2 + 0.3 * next());
    await Bun.sleep(Math.max(0, at - Date.now()));
    const from = Date.now();
    await process.kill();
    await Bun.sleep(1000 * (1 + 7 * next()));
    process.start();
    if (url) await untilReady(url);
    told.push({ name: `${name} is killed`, isCrash: url === null, from, to: Date.now() });
  }
  await Bun.sleep(Math.max(0, began + 1000 * periodSeconds * periods - Date.now()));
  return told;
}

/** Every process, with its address where it has one. */
export const processesOf = ({ apis, workers, urls }: Stage) => [
  ...apis.map((process, i) => [`API ${i + 1}`, process, urls[i]!] as const),
  ...workers.map((process, i) => [`worker ${i + 1}`, process, null] as const),
];

export const untilReady = (url: string): Promise<void> =>
  eventually(async () => {
    const { status } = await fetch(`${url}/health`);
    if (status !== 200) throw new Error(`${url} is not ready: ${status}`);
  }, BACK_WITHIN_MS);
