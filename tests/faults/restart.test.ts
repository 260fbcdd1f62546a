// PostgreSQL restarted while guests book, under API processes as production runs them.
import { expect, test } from "bun:test";
import { parseConfig } from "../../src/config.ts";
import { makeWorld } from "../../src/world.ts";
import { startApi } from "../support/api-process.ts";
import { eventually } from "../support/eventually.ts";
import {
  askToBook,
  expectPlainAnswers,
  expectWholeBookings,
  stages,
  startLoad,
} from "./support/load.ts";
import { ownServer } from "./support/server.ts";

const SECRET = "a secret for tests that is long enough";

test.each(["fast", "immediate"] as const)(
  "restarted (%s) under load: no request hangs, no acknowledged booking is lost, then all is well",
  async (mode) => {
    await using server = await ownServer();
    const world = makeWorld(
      parseConfig({ NODE_ENV: "test", DATABASE_URL: server.url, JWT_SECRET: SECRET }),
    );
    const on = await stages(world, 8);
    await world.db.close();
    const env = { DATABASE_URL: server.url, DATABASE_POOL_SIZE: "6" };
    const apis = await Promise.all([startApi(env), startApi(env)]);
    const urls = apis.map(({ url }) => url);
    try {
      const load = startLoad(urls, on, 12);
      const booked = () => load.told.filter(({ bookingId }) => bookingId !== null).length;
      await eventually(() => expect(booked()).toBeGreaterThan(30));
      await server.restart(mode);
      const back = performance.now();
      // Everybody is served again, by both processes and without their restart.
      const isServed = ({ status, at }: { status: number; at: number }) =>
        at > back && status < 300;
      await eventually(() => expect(load.told.filter(isServed).length).toBeGreaterThan(60));
      const told = await load.stop();
      expectPlainAnswers(told);
      await expectWholeBookings(server.sql, told);
      for (const [i, url] of urls.entries())
        for (let n = 0; n < 10; n += 1)
          expect((await askToBook(url, on[n % on.length]!, 20_000 + 10 * i + n)).status).toBe(201);
      expect(apis.map(({ child }) => child.exitCode)).toEqual([null, null]);
    } finally {
      for (const { child } of apis) child.kill("SIGKILL");
    }
  },
);
