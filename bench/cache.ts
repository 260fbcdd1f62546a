// What keeping answers is worth: free times of one host and of a team, and the cards of hosts and types, by HTTP, from API
// processes that keep nothing, that keep in memory, and that keep in Redis; beside a bare Elysia handler that runs the facts'
// statement and one that reads one row, all in one run, turn and turn about. Every answer is one that was asked for before.
// `bun bench/cache.ts [requests]` makes a database of the tests' server; without redis-server its column is left out.
import { availableParallelism, loadavg } from "node:os";
import { parseConfig } from "../src/config.ts";
import { makeWorld } from "../src/world.ts";
import { startApi } from "../tests/support/api-process.ts";
import { makeHost, makeMeetingType } from "../tests/support/make.ts";
import { releaseTestDatabases, testDatabaseUrl } from "../tests/support/postgres.ts";
import { findRedis, startRedis } from "../tests/support/redis.ts";
import { median } from "./support/numbers.ts";

const REQUESTS = Number(process.argv[2] ?? 1_000);
const AT_ONCE = 16;
const ROUNDS = 5;
const TEAM = 5;
const BUSY = 200;
const POOL = "10";

const url = await testDatabaseUrl();
const env = {
  NODE_ENV: "production",
  LOG_LEVEL: "info",
  DATABASE_URL: url,
  DATABASE_POOL_SIZE: POOL,
  JWT_SECRET: "a secret for benches that is long enough",
  PUBLIC_URL: "http://kalends.test",
  RATE_LIMIT_PER_MINUTE: "0",
};
const world = makeWorld(parseConfig(env));
const hosts = [];
for (let i = 0; i < TEAM; i += 1) hosts.push(await makeHost(world));
const [owner] = hosts;
const alone = await makeMeetingType(world, owner!);
const team = await makeMeetingType(world, owner!, { groups: [{ hosts, required: 1 }] });
await world.db.run(
  `with b as (
     insert into bookings (id, host_id, title, during, status, host_zone, location)
     select gen_random_uuid(), u.id, 'Meeting', tstzrange(at, at + interval '20 minutes'), 'CONFIRMED', 'UTC', '{}'
     from users u, generate_series(0, $1::int - 1) n, lateral (
       select date_trunc('day', now()) + interval '1 day' + n / 7 * interval '1 day' + (9 + n % 7) * interval '1 hour'
     ) x(at)
     returning id, host_id, during
   )
   insert into reservations (host_id, reserved, booking_id) select host_id, during, id from b`,
  [`${BUSY}`],
);
await world.db.run("analyze", []);

const redis = findRedis() ? await startRedis() : null;
const off = await startApi({ ...env, CACHE_MEGABYTES: "0" });
const memory = await startApi(env);
const shared = redis && (await startApi({ ...env, REDIS_URL: redis.url }));
const bare = Bun.spawn([process.execPath, "bench/cache/bare.ts"], {
  env: { ...env, PATH: process.env["PATH"] ?? "" },
  stdout: "pipe",
  stderr: "inherit",
});
const { value: said } = await bare.stdout.getReader().read();
const bareUrl = new TextDecoder().decode(said).trim();

const from = Temporal.Now.plainDateISO("UTC").add({ days: 1 });
const until = from.add({ days: 30 });
const slotsOf = ({ id }: { id: string }) =>
  `/api/v1/meeting-types/${id}/slots?from=${from}&until=${until}&timeZone=Europe/Berlin`;
const factsOf = ({ id }: { id: string }) => `/facts/${id}?from=${from}&until=${until}`;
const CASES: readonly (readonly [name: string, path: string, bare: string])[] = [
  ["slots, one host", slotsOf(alone), factsOf(alone)],
  [`slots, a team of ${TEAM}`, slotsOf(team), factsOf(team)],
  ["a host's card", `/api/v1/users/${owner!.username}`, `/row/${alone.id}`],
  ["a type's card", `/api/v1/users/${owner!.username}/${alone.slug}`, `/row/${alone.id}`],
];

/** Requests a second. Nothing is squeezed, which costs the same whatever is kept. */
async function rateOf(address: string): Promise<number> {
  let left = REQUESTS;
  const worker = async () => {
    for (; left > 0; left -= 1) {
      const response = await fetch(address, { headers: { "accept-encoding": "identity" } });
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
      await response.arrayBuffer();
    }
  };
  const before = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (REQUESTS / (performance.now() - before)) * 1000;
}

console.log(
  `Bun ${Bun.version}, one process each, ${POOL} connections, ${AT_ONCE} at once, median of ${ROUNDS} rounds of ${REQUESTS};\n` +
    `31 days, ${BUSY} meetings a host. × is how often as fast as the bare handler of the same run: of slots one that runs the\n` +
    "facts' statement, of cards one that reads one row.\n",
);
console.log(`${"".padEnd(20)}       bare        nothing kept     in memory          in Redis`);
for (const [name, path, barePath] of CASES) {
  const servers = new Map([
    ["bare", bareUrl + barePath],
    ["off", off.url + path],
    ["memory", memory.url + path],
    ...(shared ? [["redis", shared.url + path] as const] : []),
  ]);
  const rates = new Map([...servers.keys()].map((each) => [each, [] as number[]]));
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [each, address] of servers) {
      const rate = await rateOf(address);
      if (round > 0) rates.get(each)!.push(rate);
    }
  const beside = median(rates.get("bare")!);
  const columns = ["off", "memory", "redis"].map((each) => {
    const rate = median(rates.get(each) ?? []);
    return `${Math.round(rate)}/s ${(rate / beside).toFixed(2)}×`.padStart(18);
  });
  console.log(name.padEnd(20) + `${Math.round(beside)}/s`.padStart(11) + columns.join(""));
}
console.log(
  `\nload of the machine: ${loadavg()[1]?.toFixed(1)} on ${availableParallelism()} cores`,
);
for (const api of [off, memory, shared]) api?.child.kill();
bare.kill();
await Promise.all([redis?.stop(), world.hints.close(), world.db.close()]);
await releaseTestDatabases();
process.exit(0);
