import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { isAlive } from "../../scripts/postgres/process.ts";
import { makeCheckout } from "./support/checkout.ts";

test("start stops everything on Ctrl-C, and finds its data again", async () => {
  await using checkout = await makeCheckout();
  const first = checkout.start();
  const { database, secret, pid } = await first.health();
  await run(database, "create table kept (it int)");
  const server = serverOf(checkout.dataDir);
  expect([isAlive(pid), isAlive(server)]).toEqual([true, true]);
  // What pages embed was built on the way.
  expect(existsSync(join(checkout.root, "dist/widget/manifest.json"))).toBe(true);

  first.signal("SIGINT");
  expect(await first.ended).toBe(0);
  expect([isAlive(pid), isAlive(server)]).toEqual([false, false]);

  const again = await checkout.start().health();
  expect(again.secret).toBe(secret);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(await run(again.database, "select * from kept")).toEqual([]);
  expect(
    await run(again.database, "select count(*) > 0 as migrated from schema_migrations"),
  ).toEqual([{ migrated: true }]);
});

test("start recovers after its launcher was killed, and nothing of the killed one goes on", async () => {
  await using checkout = await makeCheckout();
  const killed = checkout.start();
  const before = await killed.health();
  const orphan = serverOf(checkout.dataDir);
  process.kill(killed.pid, "SIGKILL");
  await killed.ended;
  while (isAlive(before.pid)) await Bun.sleep(50);

  const next = checkout.start();
  await next.health();
  expect(isAlive(orphan)).toBe(false);
  expect(next.output()).toContain("that an earlier start left running");
});

test("start gives a crashed API another try", async () => {
  await using checkout = await makeCheckout();
  const kalends = checkout.start();
  const before = await kalends.health();
  while (!kalends.output().includes("Kalends is running")) await Bun.sleep(20);
  await fetch(`http://127.0.0.1:${checkout.port}/crash`).catch(() => null);
  const after = await kalends.health();
  expect(after.pid).not.toBe(before.pid);
  expect(kalends.output()).toContain("The API ended with code 3");
});

test("start says which port is taken, before it does anything", async () => {
  await using checkout = await makeCheckout();
  using other = Bun.serve({
    port: checkout.port,
    hostname: "127.0.0.1",
    fetch: () => new Response("other"),
  });
  const refused = checkout.start();
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toContain(`Port ${other.port} is taken by another program.`);
  expect(refused.output()).not.toContain("PostgreSQL");
});

test("start refuses data that another Kalends uses, and leaves that one alone", async () => {
  await using checkout = await makeCheckout();
  const first = checkout.start();
  const before = await first.health();
  for (const args of [[], ["--reset"]]) {
    const second = checkout.start(args, { PORT: "0" });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Another Kalends (process ${first.pid}) is already running`);
  }
  expect((await first.health()).pid).toBe(before.pid);
  expect(await run(before.database, "select 1 as well")).toEqual([{ well: 1 }]);
});

test("start --reset begins anew, but never with a database that was configured", async () => {
  await using checkout = await makeCheckout();
  const first = checkout.start();
  const { database } = await first.health();
  await run(database, "create table kept (it int)");
  first.signal("SIGTERM");
  expect(await first.ended).toBe(0);

  const refused = checkout.start(["--reset"], { DATABASE_URL: database });
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toContain("Nothing was done");

  const anew = await checkout.start(["--reset"]).health();
  expect(await run(anew.database, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
});

async function run(url: string, text: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1 });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

const serverOf = (dataDir: string): number =>
  Number.parseInt(readFileSync(join(dataDir, "data/postmaster.pid"), "utf8"), 10);
