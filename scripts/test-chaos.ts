// `bun run test:chaos [--seconds 180] [--redis-away 30] [--seed 7] [--mail resend]`: two APIs and two workers on a
// PostgreSQL and a Redis of their own, guests who book, move and cancel, and everything broken in turn. In the end every
// acknowledged booking is there and nothing else, and every promise of mail, SMS and webhooks is kept, as those have seen
// it who took them.
// The seed decides what breaks and when; what the machine makes of that no seed decides.
import { parseArgs } from "node:util";
import { Settings } from "../src/config.ts";
import { breakThings } from "../tests/chaos/breakage.ts";
import { askAny, makeHosts, startGuests } from "../tests/chaos/guests.ts";
import { PROVIDERS } from "../tests/chaos/mail.ts";
import { openByReason, settled } from "../tests/chaos/settled.ts";
import { sms } from "../tests/chaos/sms.ts";
import { openStage } from "../tests/chaos/stage.ts";
import { judge } from "../tests/chaos/verdict.ts";
import { webhooks } from "../tests/chaos/webhooks.ts";
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

if (findRedis() === null) {
  console.log("Skipped: no redis-server on the PATH.");
  process.exit(0);
}
const open = PROVIDERS[values.mail];
if (!open) throw new Error(`--mail is one of ${Object.keys(PROVIDERS).join(", ")}`);
console.log(`Chaos for ${values.seconds} s, seed ${values.seed}, mail by ${values.mail}`);
const next = random(Number(values.seed));
const receivers = await webhooks();
const providers = [await open(), await sms(), receivers];
const stage = await openStage(providers);
// Nothing of it shall outlive it.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => stage.close().finally(() => process.exit(1)));
let isFine = false;
try {
  const hosts = await makeHosts(stage, receivers, 30);
  const choice = random(Number(values.seed) + 1);
  const guests = startGuests(hosts, Number(values.guests), choice, askAny(stage.urls, choice));
  const broken = await breakThings(stage, providers, {
    seconds: Number(values.seconds),
    redisAwaySeconds: Number(values["redis-away"]),
    next,
  });
  const diary = await guests.stop();
  const began = Date.now();
  const open = await settled(stage);
  const settledAfter = Math.round((Date.now() - began) / 1000);
  const { faults, counts } = await judge(
    stage.server.sql,
    diary,
    providers,
    broken.filter(({ isCrash }) => isCrash),
  );
  if (open > 0) faults.unshift(`${open} promises that are due are open still`);
  if (open > 0) for (const row of await openByReason(stage)) console.log("  OPEN:", row);
  for (const [name, times] of Object.entries(Object.groupBy(broken, (each) => each.name)))
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
