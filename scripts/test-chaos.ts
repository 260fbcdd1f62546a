// `bun run test:chaos [--seconds 180] [--redis-away 30] [--seed 7] [--mail resend]`: two APIs and two workers on a
// PostgreSQL and a Redis of their own, guests who book, move and cancel, and everything broken in turn. In the end every
// acknowledged booking is there and nothing else, and every promise is kept, as the provider has seen it.
// The seed decides what breaks and when; what the machine makes of that no seed decides.
import { parseArgs } from "node:util";
import { Settings } from "../src/config.ts";
import { breakThings } from "../tests/chaos/breakage.ts";
import { makeHosts, startGuests } from "../tests/chaos/guests.ts";
import { PROVIDERS } from "../tests/chaos/mail.ts";
import { openStage, type Stage } from "../tests/chaos/stage.ts";
import { judge } from "../tests/chaos/verdict.ts";
import { random } from "../tests/support/random.ts";
import { findRedis } from "../tests/support/redis.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "180" },
    "redis-away": { type: "string", default: "30" },
    seed: { type: "string", default: `${Math.floor(Math.random() * 1_000_000)}` },
    mail: { type: "string", default: isThere("resend") ? "resend" : "mock" },
    guests: { type: "string", default: "6" },
  },
});
// Long enough for what was in the hands of who was killed: a lease, and a minute to keep it.
const SETTLE_WITHIN_MS = 240_000;

if (findRedis() === null) {
  console.log("Skipped: no redis-server on the PATH.");
  process.exit(0);
}
const open = PROVIDERS[values.mail];
if (!open) throw new Error(`--mail is one of ${Object.keys(PROVIDERS).join(", ")}`);
console.log(`Chaos for ${values.seconds} s, seed ${values.seed}, mail by ${values.mail}`);
const next = random(Number(values.seed));
const provider = await open();
const stage = await openStage(provider);
// Nothing of it shall outlive it.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => stage.close().finally(() => process.exit(1)));
let isFine = false;
try {
  const hosts = await makeHosts(stage, 12);
  const guests = startGuests(stage, hosts, Number(values.guests), random(Number(values.seed) + 1));
  const broken = await breakThings(stage, provider, {
    seconds: Number(values.seconds),
    redisAwaySeconds: Number(values["redis-away"]),
    next,
  });
  const diary = await guests.stop();
  const began = Date.now();
  const open = await settled(stage);
  const settledAfter = Math.round((Date.now() - began) / 1000);
  const { faults, counts } = await judge(stage.server.sql, diary, provider);
  if (open > 0) faults.push(`${open} promises that are due are open still`);
  for (const [name, times] of Object.entries(Object.groupBy(broken, (each) => each)))
    console.log(`  ${String(times?.length).padStart(4)} × ${name}`);
  console.log(
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(", "),
  );
  console.log(`All was quiet ${settledAfter} s after the last thing broke.`);
  for (const fault of faults.slice(0, 50)) console.log(`  WRONG: ${fault}`);
  isFine = faults.length === 0 && diary.entries.size > 0;
  console.log(
    isFine ? "Every promise was kept." : `${faults.length} faults; --seed ${values.seed}`,
  );
} finally {
  const codes = await stage.close();
  if (codes.some((code) => code !== 0)) console.log(`Some did not stop in order: ${codes}`);
}
process.exit(isFine ? 0 : 1);

/** Whether Kalends knows such a provider. */
function isThere(name: string): boolean {
  return JSON.stringify(Settings.properties.EMAIL_PROVIDER).includes(`"${name}"`);
}

/** Waits until nothing that is due is open; how much is, after all. What was put off is tried again at once. */
async function settled({ server }: Stage): Promise<number> {
  const until = Date.now() + SETTLE_WITHIN_MS;
  for (;;) {
    await server.sql(
      "update outbox set due_at = now() where done_at is null and due_at > now() + interval '2 minutes' and last_error is not null",
    );
    const [row] = await server.sql(
      "select count(*)::int as n from outbox where done_at is null and (attempts > 0 or due_at <= now())",
    );
    if (row?.["n"] === 0 || Date.now() > until) return Number(row?.["n"]);
    await Bun.sleep(2_000);
  }
}
