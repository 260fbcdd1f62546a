// A run from the first request to the verdict: of the answers, and of what was promised.
import type { Broken } from "../../tests/chaos/breakage.ts";
import { openByReason, settled } from "../../tests/chaos/settled.ts";
import { judge } from "../../tests/chaos/verdict.ts";
import { findDeaf } from "../../tests/load/deaf.ts";
import { faultsOf } from "../../tests/load/excuses.ts";
import { findOverlaps } from "../../tests/load/overlap.ts";
import { openScene, type Scene } from "../../tests/load/scene.ts";
import { findPgBouncer } from "../../tests/support/pgbouncer.ts";
import { findRedis } from "../../tests/support/redis.ts";

/** What happens while everybody is at it: what was broken, and what else is wrong. */
type Course = (scene: Scene) => Promise<{ broken: Broken[]; faults: string[] }>;

/** Says what it sees; how many faults there were. */
export async function runLoad(
  options: { seed: number; visitors: number },
  course: Course,
): Promise<number> {
  const lacking = [findRedis() ?? "redis-server", findPgBouncer() ?? "pgbouncer"].filter(
    (each) => !each.startsWith("/"),
  );
  if (lacking.length > 0) {
    console.log(`Skipped: no ${lacking.join(" and no ")} here.`);
    return 0;
  }
  const scene = await openScene(options);
  const { stage, providers, tally, heard } = scene;
  // Nothing of it shall outlive it.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => stage.close().finally(() => process.exit(1)));
  try {
    const began = Date.now();
    const { broken, faults } = await course(scene);
    const seconds = (Date.now() - began) / 1000;
    faults.push(...(await scene.stop()));
    faults.push(...(await findDeaf(stage.urls, scene.offer)));
    const stoppedAt = Date.now();
    const open = await settled(stage);
    const quietAfter = Math.round((Date.now() - stoppedAt) / 1000);
    const crashes = broken.filter(({ isCrash }) => isCrash);
    const verdict = await judge(stage.server.sql, scene.diary, providers, crashes);
    faults.push(
      ...faultsOf(tally.odd, broken),
      ...(await findOverlaps(stage.server.sql)),
      ...verdict.faults,
    );
    if (open > 0) faults.push(`${open} promises that are due are open still`);
    if (open > 0) for (const row of await openByReason(stage)) console.log("  OPEN:", row);
    if (scene.diary.entries.size === 0) faults.push("Nobody booked anything");
    console.table(tally.rows());
    for (const { name, from, to } of broken)
      console.log(
        `  ${name}, ${Math.round((from - began) / 1000)} s in, back ${to - from} ms later`,
      );
    console.log(`${tally.count()} requests, ${Math.round(tally.count() / seconds)} a second`);
    console.log(
      `${heard.opened} streams, ${heard.ended} ended by the other side, ${heard.hints} hints heard`,
    );
    console.log(
      Object.entries(verdict.counts)
        .map(([name, count]) => `${count} ${name}`)
        .join(", "),
    );
    console.log(`All was quiet ${quietAfter} s after the last request.`);
    for (const fault of faults.slice(0, 50)) console.log(`  WRONG: ${fault}`);
    console.log(
      faults.length === 0
        ? "Every answer was right, nobody is in two meetings at once, every promise was kept."
        : `${faults.length} faults; --seed ${options.seed}`,
    );
    return faults.length;
  } finally {
    const codes = await stage.close();
    if (codes.some((code) => code !== 0)) console.log(`Some did not stop in order: ${codes}`);
  }
}
