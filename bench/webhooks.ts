// What one dead receiver costs fifty that are well: a thousand webhooks to these, all due at once, with and without a
// thousand others in front of them to one that takes connections and never answers. How long after they were due the
// middle one and the 990th of the thousand arrived, beside how long it takes without the dead one, turn and turn about.
// `bun bench/webhooks.ts` makes databases of the tests' server.
import { eventually } from "../tests/support/eventually.ts";
import { makeHost } from "../tests/support/make.ts";
import { releaseTestDatabases } from "../tests/support/postgres.ts";
import { client, type TestWorld, testWorld } from "../tests/support/world.ts";
import { makeHook } from "../tests/webhooks/support/house.ts";
import { startReceiver } from "../tests/webhooks/support/receiver.ts";
import { rhythmOf } from "../worker/rhythm.ts";
import { startWork } from "../worker/work.ts";
import { median, percentile } from "./support/numbers.ts";

const ROUNDS = 3;
const RECEIVERS = 50;
const EACH = 20;
const COUNT = RECEIVERS * EACH;
const LONGEST_MS = 300_000;

interface Times {
  readonly middle: number;
  readonly late: number;
}
const rounds: { alone: Times; beside: Times }[] = [];
for (let round = 0; round < ROUNDS; round += 1)
  rounds.push({ alone: await measure(false), beside: await measure(true) });
for (const [name, of] of [
  ["p50", ({ middle }: Times) => middle],
  ["p99", ({ late }: Times) => late],
] as const) {
  const alone = median(rounds.map((each) => of(each.alone)));
  const beside = median(rounds.map((each) => of(each.beside)));
  console.log(
    `${name} of ${COUNT} webhooks: ${Math.round(alone)} ms alone, ${Math.round(beside)} ms beside one dead receiver: ratio ${(beside / alone).toFixed(2)}`,
  );
}
await releaseTestDatabases();
process.exit(0);

async function measure(isOneDead: boolean): Promise<Times> {
  const world = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true", DATABASE_POOL_SIZE: "10" });
  await using dead = await startReceiver();
  dead.behave(() => "hang");
  await using alive = await startReceiver();
  const arrived: number[] = [];
  alive.behave(() => {
    arrived.push(performance.now());
    return { status: 204 };
  });
  const api = client(world);
  const endpoint = async (url: string) =>
    (await makeHook(api, await makeHost(world), url, ["booking.created"])).id;
  const ids: string[] = [];
  for (let i = 0; i < RECEIVERS; i += 1) ids.push(await endpoint(alive.url));
  const deadId = await endpoint(dead.url);

  const work = startWork(world, rhythmOf({ ...world.config, NODE_ENV: "production" }));
  await work.ready();
  const begin = performance.now();
  // All its own first, so that in the order of the queue they would be in front of everybody.
  if (isOneDead) await promise(world, [deadId], COUNT);
  await promise(world, ids, EACH);
  await eventually(() => {
    if (arrived.length < COUNT) throw new Error(`${arrived.length} of ${COUNT} arrived`);
  }, LONGEST_MS);
  await work.stop();
  await Promise.race([world.db.close(), Bun.sleep(500)]);
  const took = arrived.map((at) => at - begin);
  return { middle: median(took), late: percentile(took, 0.99) };
}

/** Lets so many pings be due at each of these endpoints. */
async function promise(world: TestWorld, endpointIds: readonly string[], each: number) {
  await world.db.run(
    `insert into outbox (id, queue, kind, endpoint_id, due_at, created_at)
     select gen_random_uuid(), 'webhooks', 'webhook.ping', e, $1, $1
     from unnest($3) e, generate_series(1, $2::int) n`,
    [world.now() as never, each, world.db.parameter("uuid[]", endpointIds as never)],
  );
}
