import { expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { closeDatabase, onEachBackend, onPostgres, openDatabase } from "./support/backends.ts";
import { type House, openHouse } from "./support/house.ts";
import { connections, openRealHouse, shutMailbox, startWorkerProcess } from "./support/process.ts";
import { settled } from "./support/settled.ts";

const delivered = async (house: House) => {
  const [row] = await house.world.db.run(
    "select (select count(*) from mailbox)::int as mails, (select count(*) from deliveries)::int as noted",
    [],
  );
  return row;
};

onEachBackend("a worker process", (backend) => {
  test("killed while it delivers, once and again, delivers exactly once in the end", async () => {
    await using house = await openRealHouse(backend);
    const ids = [await house.promise({}), await house.promise({})];
    for (let kills = 1; kills <= 2; kills += 1) {
      const mailbox = await shutMailbox(house);
      await using killed = startWorkerProcess(house);
      await mailbox.besieged();
      await killed.kill("SIGKILL");
      await mailbox.open();
    }
    await using worker = startWorkerProcess(house);
    const promises = await settled(house);
    expect(promises.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect((await house.mails()).map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(await delivered(house)).toEqual({ mails: 2, noted: 2 });
    await eventually(async () => expect(await backend.size(house.url)).toBe(0));
    await worker.kill("SIGTERM");
    expect(worker.child.exitCode).toBe(0);
  });

  test("killed between the booking and the mail loses neither", async () => {
    await using house = await openRealHouse(backend);
    await using first = startWorkerProcess(house);
    await house.promise({});
    await settled(house);
    first.child.kill("SIGSTOP");
    const id = await house.promise({});
    await first.kill("SIGKILL");
    await using second = startWorkerProcess(house);
    await settled(house);
    expect((await house.mails()).map((mail) => mail.id)).toContain(id);
    expect(await delivered(house)).toEqual({ mails: 2, noted: 2 });
    await second.kill("SIGTERM");
  });

  test("that is asked to stop finishes what it has begun, and leaves nothing behind", async () => {
    await using house = await openRealHouse(backend);
    const mailbox = await shutMailbox(house);
    await using worker = startWorkerProcess(house);
    await house.promise({});
    await mailbox.besieged();
    worker.child.kill("SIGTERM");
    worker.child.kill("SIGINT");
    await Bun.sleep(300);
    expect(worker.child.exitCode).toBeNull();
    worker.child.kill("SIGINT");
    await mailbox.open();
    expect(await worker.child.exited).toBe(0);
    expect((await house.promises())[0]?.outcome).toBe("done");
    expect(await backend.size(house.url)).toBe(0);
    await house.world.db.close();
    await eventually(async () => expect(await connections(house)).toEqual([]));
    expect(await worker.output).not.toMatch(/"level":(50|60)|warn|error/i);
  });

  test("that was killed leaves its jobs to another, though the database was away meanwhile", async () => {
    await using house = await openRealHouse(backend);
    const mailbox = await shutMailbox(house);
    await using killed = startWorkerProcess(house);
    const id = await house.promise({});
    await mailbox.besieged();
    await killed.kill("SIGKILL");
    await mailbox.open();
    await house.world.db.run("delete from mailbox", []);
    // Long enough for a look at the locks to fail.
    await house.work({ lock: 6_000, stalled: 500 });
    await closeDatabase(house);
    await Bun.sleep(1_000);
    await openDatabase(house);
    await eventually(async () =>
      expect((await house.promises())[0]).toMatchObject({ id, outcome: "done", attempts: 1 }),
    );
  });

  test("needs no more than twenty connections to the database", async () => {
    await using house = await openRealHouse(backend);
    for (let i = 0; i < 200; i += 1) await house.promise({});
    await using worker = startWorkerProcess(house, { EMAIL_RATE_LIMIT: "100000" });
    let most = 0;
    await eventually(async () => {
      most = Math.max(most, (await connections(house)).length);
      expect((await house.promises()).every(({ outcome }) => outcome === "done")).toBe(true);
    });
    // The test world's own pool of four is among them.
    expect(most).toBeGreaterThan(4);
    expect(most - 4).toBeLessThanOrEqual(20);
    await worker.kill("SIGTERM");
  });
});

test("work that has stopped keeps no process alive: no timer, no connection is left", async () => {
  await using house = await openHouse(onPostgres);
  await house.promise({});
  const script = `
    import { parseConfig } from "./src/config.ts";
    import { makeWorld } from "./src/world.ts";
    import { startWork } from "./worker/work.ts";
    const world = makeWorld(parseConfig(process.env));
    const work = startWork(world);
    await work.ready();
    await Bun.sleep(500);
    await Promise.all([work.stop(), work.stop()]);
    await world.db.close();
    console.log("stopped");`;
  const { DATABASE_URL, JWT_SECRET } = house.world.config;
  const child = Bun.spawn([process.execPath, "-e", script], {
    env: { ...process.env, NODE_ENV: "test", LOG_LEVEL: "silent", DATABASE_URL, JWT_SECRET },
    stdout: "pipe",
  });
  expect(await new Response(child.stdout).text()).toBe("stopped\n");
  expect(await child.exited).toBe(0);
});

test("a worker that cannot read its environment says what is wrong and goes", async () => {
  const child = Bun.spawn([process.execPath, "worker/main.ts"], {
    env: { PATH: process.env["PATH"] ?? "" },
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(await child.exited).toBe(78);
  expect(await new Response(child.stderr).text()).toContain("DATABASE_URL is missing");
});
