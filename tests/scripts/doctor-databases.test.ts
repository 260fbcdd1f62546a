// bun run doctor, of what stands before the database and of its replica.
import { afterAll, expect, test } from "bun:test";
import postgres from "postgres";
import { examineDatabase } from "../../scripts/doctor/database.ts";
import { checkPooler } from "../../scripts/doctor/pooler.ts";
import { checkReplica } from "../../scripts/doctor/replica.ts";
import { findPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { freePort } from "../support/port.ts";
import { replicatedServer } from "../support/standby.ts";
import { testWorld } from "../support/world.ts";

const world = await testWorld();
const direct = world.config.DATABASE_URL;
afterAll(() => world.db.close());

const poolerTest = findPgBouncer() ? test : test.skip;
const why = findPgBouncer() ? "" : ": skipped, no pgbouncer on this machine";

test("without a pooler there is nothing to say", async () => {
  expect(await checkPooler(world.config)).toMatchObject({ state: "ok" });
});

poolerTest(
  `a pooler that the settings do not suit is told from one that they suit${why}`,
  async () => {
    await using pooler = await startPgBouncer(direct, { preparedStatements: 0 });
    const through = pooler.through(direct);
    const behind = { ...world.config, DATABASE_URL: through };
    expect(await checkPooler(behind)).toMatchObject({
      state: "problem",
      mend: expect.stringContaining("DATABASE_PREPARE=false"),
    });
    const plain = { ...behind, DATABASE_PREPARE: false };
    expect(await checkPooler(plain)).toMatchObject({
      state: "problem",
      mend: expect.stringContaining("DATABASE_DIRECT_URL"),
    });
    const whole = { ...plain, DATABASE_DIRECT_URL: direct };
    expect(await checkPooler(whole)).toMatchObject({
      state: "warning",
      mend: expect.stringContaining("statement_timeout"),
    });
    const name = new URL(direct).pathname.slice(1);
    const sql = postgres(direct, { max: 1 });
    await sql.unsafe(`alter database ${name} set statement_timeout = '8s'`);
    await sql.unsafe(`alter database ${name} set lock_timeout = '5s'`);
    await sql.end();
    await using fresh = await startPgBouncer(direct);
    const suited = { ...whole, DATABASE_URL: fresh.through(direct) };
    expect(await checkPooler(suited)).toMatchObject({ state: "ok" });
  },
);

poolerTest(`a pooler is seen though others take its connections meanwhile${why}`, async () => {
  await using pooler = await startPgBouncer(direct, { poolSize: 3 });
  const behind = { ...world.config, DATABASE_URL: pooler.through(direct), DATABASE_PREPARE: false };
  const others = postgres(behind.DATABASE_URL, { max: 4, prepare: false, fetch_types: false });
  let isOver = false;
  const crowd = Array.from({ length: 4 }, async () => {
    while (!isOver) await others.unsafe("select pg_sleep(0.01)");
  });
  const found = [];
  for (let n = 0; n < 5; n += 1) found.push(await checkPooler(behind));
  isOver = true;
  await Promise.all(crowd);
  await others.end();
  for (const each of found)
    expect(each).toMatchObject({
      state: "problem",
      said: expect.stringContaining("pooler in transaction mode"),
    });
});

poolerTest(`a database is examined through a pooler as it is directly${why}`, async () => {
  await using pooler = await startPgBouncer(direct);
  const found = await examineDatabase(pooler.through(direct));
  expect(found.map(({ name, state }) => [name, state])).toEqual([
    ["database", "ok"],
    ["extensions", "ok"],
    ["migrations", "ok"],
    ["clock", "ok"],
  ]);
});

test("a replica is told from what is none, from another database's, and from one that lags", async () => {
  await using server = await replicatedServer();
  const config = { ...world.config, DATABASE_URL: server.url };
  expect(await checkReplica(config, server.standbyUrl)).toMatchObject({
    state: "ok",
    said: expect.stringContaining("within"),
  });
  expect(await checkReplica(config, server.url)).toMatchObject({
    state: "problem",
    said: expect.stringContaining("no replica"),
  });
  expect(await checkReplica(world.config, server.standbyUrl)).toMatchObject({
    state: "problem",
    said: expect.stringContaining("another database"),
  });
  const nobody = `postgres://kalends@127.0.0.1:${freePort()}/kalends`;
  expect(await checkReplica(config, nobody)).toMatchObject({
    state: "problem",
    said: expect.stringContaining("cannot be asked"),
  });
  await server.pause();
  const sql = postgres(server.url, { max: 1 });
  await sql`insert into users (id, email, username, first_name) values (gen_random_uuid(), 'a@example.com', 'ada', 'Ada')`;
  await sql.end();
  expect(await checkReplica(config, server.standbyUrl)).toMatchObject({ state: "warning" });
  await server.resume();
});
