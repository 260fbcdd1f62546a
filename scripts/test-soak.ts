// `bun run test:soak [--minutes 20] [--seed 7] [--visitors 30]`: the people of test:load at three APIs and two workers, and
// nothing is killed. What each process holds (memory, heap, open files, connections) is read every few seconds; after
// the first quarter, in which all warms up, none of it may grow. And every answer must be right, and every promise kept.
import { parseArgs } from "node:util";
import { tableOf, watchMemory } from "../tests/load/memory.ts";
import { runLoad } from "./load/run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "20" },
    seed: { type: "string", default: `${Math.floor(Math.random() * 1_000_000)}` },
    visitors: { type: "string", default: "30" },
  },
});
const seed = Number(values.seed);
const seconds = 60 * Number(values.minutes);
if (process.platform !== "linux") {
  console.log("Skipped: only Linux tells what a process holds (/proc).");
  process.exit(0);
}
console.log(`Soak for ${values.minutes} minutes, seed ${seed}`);
const faults = await runLoad({ seed, visitors: Number(values.visitors) }, async ({ stage }) => {
  const grown = await watchMemory(stage, { seconds, everySeconds: Math.min(5, seconds / 40) });
  console.table(tableOf(grown));
  return {
    broken: [],
    faults: grown.flatMap(({ who, figure, isGrowth }) =>
      isGrowth ? [`${figure} of ${who} grows`] : [],
    ),
  };
});
process.exit(faults === 0 ? 0 : 1);
