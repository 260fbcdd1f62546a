// An API process that is asked to stop while guests book.
import { expect, test } from "bun:test";
import { parseConfig } from "../../src/config.ts";
import { makeWorld } from "../../src/world.ts";
import { startApi } from "../support/api-process.ts";
import { eventually } from "../support/eventually.ts";
import { testDatabaseUrl } from "../support/postgres.ts";
import { sql } from "../worker/support/backends.ts";
import { expectWholeBookings, stages, startLoad } from "./support/load.ts";

const SECRET = "kTq8vN2xLw5rYb7mZc4jHf9gDs3pAe6uQi1oXy0W";

test("it says so first, answers what comes meanwhile, and goes with nothing lost", async () => {
  const DATABASE_URL = await testDatabaseUrl();
  const world = makeWorld(parseConfig({ NODE_ENV: "test", DATABASE_URL, JWT_SECRET: SECRET }));
  const on = await stages(world, 4);
  await world.db.close();
  // Time enough to hear of it and to send the guests elsewhere, on a busy machine too.
  const env = { DATABASE_URL, JWT_SECRET: SECRET, SHUTDOWN_NOTICE_SECONDS: "6" };
  const [stopping, staying] = await Promise.all([startApi(env), startApi(env)]);
  // Guests go to whoever is ready, as a load balancer sends them.
  const urls = [stopping.url, staying.url];
  const load = startLoad(urls, on, 6);
  try {
    await eventually(() => expect(load.told.length).toBeGreaterThan(20));
    stopping.child.kill("SIGTERM");
    const ready = await eventually(async () => {
      const response = await fetch(`${stopping.url}/health/ready`);
      expect(response.status).toBe(503);
      return (await response.json()) as { isStopping: boolean };
    });
    expect(ready.isStopping).toBe(true);
    // As fast as any: the notice is for whoever spreads the load.
    expect((await fetch(`${stopping.url}/health`)).status).toBe(200);
    urls[0] = staying.url;
    expect(await stopping.child.exited).toBe(0);
    const told = await load.stop();
    expect(told.filter(({ status }) => status !== 200 && status !== 201)).toEqual([]);
    await expectWholeBookings((text) => sql(DATABASE_URL, text), told);
  } finally {
    for (const { child } of [stopping, staying]) child.kill("SIGKILL");
  }
});
