// What keeping answers is worth: free times of one host and of a team, and the cards of hosts and types, by HTTP, from API
// processes that keep nothing, that keep in memory, and that keep in Redis; beside a bare Elysia handler that runs the facts'
// statement and one that reads one row, all in one run, turn and turn about. Every answer is one that was asked for before,
// and none is compressed. × is how often as fast as the bare handler of the same run.
// `bun bench/cache.ts [requests]` makes a database of the tests' server; without redis-server its column is left out.
import { findRedis, startRedis } from "../tests/support/redis.ts";
import {
  BOOKINGS,
  DAYS,
  factsOf,
  makeTeamType,
  makeType,
  pathOf,
  TEAM,
} from "./slots-http/house.ts";
import { startApi, startBare } from "./support/child.ts";
import { load, wire } from "./support/load.ts";
import { median, perSecond, table } from "./support/numbers.ts";
import { openStage, rowOf } from "./support/stage.ts";

const REQUESTS = Number(process.argv[2] ?? 1_000);
const AT_ONCE = 16;
const ROUNDS = 5;
const POOL = 10;

const { databaseUrl, env, world, end } = await openStage(POOL);
const [alone, team] = [await makeType(world, BOOKINGS), await makeTeamType(world)];
await world.db.run("analyze", []);
const [owner] = await world.db.run(
  "select u.username::text, t.slug::text from meeting_types t join users u on u.id = t.owner_id where t.id = $1",
  [alone.id],
);
const card = `/api/v1/users/${owner!["username"]}`;

const redis = findRedis() ? await startRedis() : null;
const bare = await startBare(databaseUrl, POOL, {
  alone: await factsOf(world, alone),
  team: await factsOf(world, team),
  row: rowOf(alone),
});
const apis = {
  "nothing kept": await startApi({ ...env, CACHE_MEGABYTES: "0" }),
  "in memory": await startApi(env),
  ...(redis && { "in Redis": await startApi({ ...env, REDIS_URL: redis.url }) }),
};
const CASES: readonly (readonly [name: string, path: string, beside: string])[] = [
  ["slots, one host", pathOf(alone, 0), "/alone"],
  [`slots, a team of ${TEAM}`, pathOf(team, 0), "/team"],
  ["a host's card", card, "/row"],
  ["a type's card", `${card}/${owner!["slug"]}`, "/row"],
];

console.log(
  `${DAYS} days, ${BOOKINGS} meetings a host; one process each, ${POOL} connections, ${AT_ONCE} clients, medians of ${ROUNDS} rounds of ${REQUESTS}\n`,
);
const rows = [["", "bare", ...Object.keys(apis)]];
const servers = [bare, ...Object.values(apis)];
for (const [name, path, beside] of CASES) {
  const rates = servers.map(() => [] as number[]);
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [i, server] of servers.entries()) {
      const rate = await rateOf(server.url, server === bare ? beside : path);
      if (round > 0) rates[i]!.push(rate);
    }
  const [least, ...found] = rates.map(median);
  rows.push([
    name,
    perSecond(least!),
    ...found.map((rate) => `${perSecond(rate)} ${(rate / least!).toFixed(2)}×`),
  ]);
}
console.log(table(rows));
await Promise.all(servers.map((each) => each.stop()));
await redis?.stop();
await end();

async function rateOf(url: string, path: string): Promise<number> {
  const requests = new Array<Uint8Array>(REQUESTS).fill(wire("GET", path));
  const { perSecond: rate, statuses } = await load(url, requests, AT_ONCE);
  if (statuses[200] !== REQUESTS) throw new Error(`${url}${path} said ${JSON.stringify(statuses)}`);
  return rate;
}
