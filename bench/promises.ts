// How many promises a second one worker keeps (outbox → relay → BullMQ → job → closed), beside what BullMQ alone moves
// on the same backend: as many jobs of the same payload and options, a worker of the same concurrency and rate limit that does nothing.
// Reminders cost one statement each, mails two and a provider, which here takes everything at once.
// `bun bench/promises.ts` makes a database of the tests' server; it wants redis-server on the PATH for the second half.
import { newId } from "../src/db/id.ts";
import type { EmailProvider } from "../src/messages/email/provider.ts";
import { type Host, makeHost, makeMeetingType } from "../tests/support/make.ts";
import { releaseTestDatabases } from "../tests/support/postgres.ts";
import { findRedis, startRedis } from "../tests/support/redis.ts";
import { type TestWorld, testWorld } from "../tests/support/world.ts";
import { backend } from "../worker/queue.ts";
import { rhythmOf } from "../worker/rhythm.ts";
import { linesOf, startWork } from "../worker/work.ts";
import { median } from "./support/numbers.ts";

const COUNT = Number(process.argv[2] ?? 2_500);
const ROUNDS = 5;
const silent: EmailProvider = { name: "silent", send: async (_mail, id) => ({ providerId: id }) };
const redis = findRedis() ? await startRedis() : null;

for (const REDIS_URL of [undefined, redis?.url]) {
  const name = REDIS_URL ? "Redis" : "PostgreSQL";
  if (name === "PostgreSQL" || redis) await measure(name, REDIS_URL ? { REDIS_URL } : {});
}
await redis?.stop();
await releaseTestDatabases();
process.exit(0);

async function measure(name: string, env: Record<string, string>): Promise<void> {
  const made = await testWorld({ EMAIL_RATE_LIMIT: "100000", DATABASE_POOL_SIZE: "10", ...env });
  // Rows are compared with their schemas in tests only.
  const world: TestWorld = { ...made, db: { ...made.db, checkRows: false }, mail: silent };
  // Real clock, steady rhythm: what production has.
  const config = { ...world.config, NODE_ENV: "production" as const };
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  // As many as have their reminders: of one booking there are never thousands.
  await world.db.run(
    `insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location)
     select gen_random_uuid(), $1, $2, 'Meeting', tstzrange($3, $3::timestamptz + interval '30 minutes'), 'CONFIRMED', 'UTC', '{}'
     from generate_series(1, $4::int)`,
    [type.id, host.id, world.now().add({ hours: 24 }) as never, COUNT],
  );
  await world.db.run(
    "update outbox set done_at = now(), outcome = 'done' where done_at is null",
    [],
  );
  const rhythm = rhythmOf(config);
  for (const queue of ["reminders", "emails"] as const) {
    const rates = { bare: [] as number[], kept: [] as number[] };
    // Turn and turn about: whatever else the machine does falls on both.
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.bare.push(await bare(world, rhythm, queue));
      rates.kept.push(await kept(world, rhythm, queue, host));
    }
    const [alone, promises] = [median(rates.bare), median(rates.kept)];
    console.log(
      `${name.padEnd(11)}${queue.padEnd(10)} bare BullMQ ${Math.round(alone)}/s, promises ${Math.round(promises)}/s: ratio ${(promises / alone).toFixed(2)}`,
    );
  }
  await Promise.race([world.db.close(), Bun.sleep(500)]);
}

async function bare(
  world: TestWorld,
  rhythm: ReturnType<typeof rhythmOf>,
  name: "reminders" | "emails",
): Promise<number> {
  const make = backend(world, rhythm, 1);
  const pace = linesOf(world).find((line) => line.name === name)!;
  const queue = make.queue(name);
  let left = COUNT;
  const over = Promise.withResolvers<void>();
  const process = async () => {
    left -= 1;
    if (left === 0) over.resolve();
  };
  const worker = make.worker(name, process, pace);
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  const begin = performance.now();
  worker.run().catch(() => {});
  for (let i = 0; i < COUNT; i += 100)
    await queue.addBulk(
      Array.from({ length: 100 }, () => {
        const outboxId = newId();
        return {
          name,
          data: { outboxId, attempt: 1 },
          opts: {
            jobId: `${outboxId}-1`,
            attempts: 3,
            backoff: { type: "exponential", delay: rhythm.retry },
          },
        };
      }),
    );
  await over.promise;
  const seconds = (performance.now() - begin) / 1000;
  await worker.close();
  await queue.close();
  await make.close();
  return COUNT / seconds;
}

async function kept(
  world: TestWorld,
  rhythm: ReturnType<typeof rhythmOf>,
  queue: "reminders" | "emails",
  host: Host,
): Promise<number> {
  const work = startWork(world, rhythm);
  await work.ready();
  // What a worker looks after when it starts is another measurement.
  await Bun.sleep(500);
  // Reminders of a sequence that is over: what they would promise is another one, too.
  await world.db.run(
    `insert into outbox (id, queue, kind, booking_id, sequence, user_id, due_at, created_at)
     select gen_random_uuid(), $1, case $1 when 'emails' then 'WELCOME' else 'BOOKING_REMINDER' end,
       case $1 when 'reminders' then id end, case $1 when 'reminders' then -1 end, $2, $3, $3
     from bookings`,
    [queue, host.id, world.now() as never],
  );
  const begin = performance.now();
  const isOpen = async () => {
    const [row] = await world.db.run(
      "select exists (select from outbox where done_at is null and queue = $1) as is_open",
      [queue],
    );
    return row?.["isOpen"] !== false;
  };
  while (await isOpen()) await Bun.sleep(50);
  const seconds = (performance.now() - begin) / 1000;
  await work.stop();
  return COUNT / seconds;
}
