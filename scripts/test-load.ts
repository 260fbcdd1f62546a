// `bun run test:load [--minutes 5] [--seed 7] [--visitors 30] [--every 60]`: three APIs and two workers behind a PgBouncer
// and beside a Redis of their own, people who do everything that there is to do, and each minute one of the five processes
// killed. No answer may be a 5xx but 503 near a kill, nobody in two meetings at once, and every promise kept.
// The seed decides who does what and which process is killed when; what the machine makes of that no seed decides.
import { parseArgs } from "node:util";
import { killOneAfterAnother } from "../tests/load/kills.ts";
import { random } from "../tests/support/random.ts";
import { runLoad } from "./load/run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    every: { type: "string", default: "60" },
    seed: { type: "string", default: `${Math.floor(Math.random() * 1_000_000)}` },
    visitors: { type: "string", default: "30" },
  },
});
const seed = Number(values.seed);
const periodSeconds = Number(values.every);
const periods = Math.max(1, Math.round((60 * Number(values.minutes)) / periodSeconds));
console.log(`Load for ${values.minutes} minutes, a kill each ${values.every} s, seed ${seed}`);
const faults = await runLoad({ seed, visitors: Number(values.visitors) }, async ({ stage }) => ({
  broken: await killOneAfterAnother(stage, { periods, periodSeconds, next: random(seed) }),
  faults: [],
}));
process.exit(faults === 0 ? 0 : 1);
