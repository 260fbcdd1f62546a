// Sessions that die in the middle of statements, again and again, under real API processes.
import { expect, test } from "bun:test";
import postgres from "postgres";
import { startApi } from "../support/api-process.ts";
import { eventually } from "../support/eventually.ts";
import { testWorld } from "../support/world.ts";
import {
  askToBook,
  expectPlainAnswers,
  expectWholeBookings,
  stages,
  startLoad,
  type Told,
} from "./support/load.ts";

/** Ends a session of the program, whichever, every few milliseconds. */
function startKiller(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  let isOver = false;
  let kills = 0;
  const running = (async () => {
    while (!isOver) {
      const ended = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'kalends' order by random() limit 1`;
      kills += ended.length;
      await Bun.sleep(50);
    }
    await sql.end({ timeout: 1 });
  })();
  return {
    stop: async () => {
      isOver = true;
      await running;
      return kills;
    },
  };
}

test("a booking whose session dies is there with all that belongs to it, or not at all", async () => {
  const world = await testWorld();
  const { DATABASE_URL } = world.config;
  const on = await stages(world, 8);
  const env = { DATABASE_URL, DATABASE_POOL_SIZE: "4" };
  const apis = await Promise.all([startApi(env), startApi(env)]);
  try {
    const killer = startKiller(DATABASE_URL);
    const load = startLoad(
      apis.map(({ url }) => url),
      on,
      8,
    );
    // The killer also ends sessions of the test's own pool, so it counts by what was told.
    const told = (what: (each: Told) => boolean) => load.told.filter(what).length;
    await eventually(() => expect(told(({ status }) => status >= 500)).toBeGreaterThan(20));
    await eventually(() => expect(told(({ bookingId }) => bookingId !== null)).toBeGreaterThan(50));
    expect(await killer.stop()).toBeGreaterThan(20);
    const all = await load.stop();
    expectPlainAnswers(all);
    const there = await expectWholeBookings(
      (text) => eventually(() => world.db.run(text, [])),
      all,
    );
    expect(there).toBeGreaterThan(50);
  } finally {
    for (const { child } of apis) child.kill("SIGKILL");
  }
});

test("guests who come again with their key until they are answered have one booking each", async () => {
  const world = await testWorld();
  const { DATABASE_URL } = world.config;
  const on = await stages(world, 4);
  const api = await startApi({ DATABASE_URL, DATABASE_POOL_SIZE: "4" });
  const GUESTS = 40;
  try {
    const killer = startKiller(DATABASE_URL);
    let tries = 0;
    const persist = async (n: number) => {
      for (;;) {
        tries += 1;
        const told = await askToBook(api.url, on[n % on.length]!, n, {
          "idempotency-key": `persistent ${n}`,
        });
        if (told.status === 201) return told;
        expect([500, 503]).toContain(told.status);
      }
    };
    const told: Told[] = [];
    const queue = Array.from({ length: GUESTS }, (_, n) => n);
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let n = queue.pop(); n !== undefined; n = queue.pop()) told.push(await persist(n));
      }),
    );
    await killer.stop();
    expect(tries).toBeGreaterThan(GUESTS);
    expect(
      await expectWholeBookings((text) => eventually(() => world.db.run(text, [])), told),
    ).toBe(GUESTS);
    expect(new Set(told.map(({ bookingId }) => bookingId)).size).toBe(GUESTS);
  } finally {
    api.child.kill("SIGKILL");
  }
});
