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

/** Ends a session of the program, whichever, every few milliseconds, as long as somebody gets through between two of them. */
function startKiller(url: string, throughSoFar: () => number) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  let isOver = false;
  let kills = 0;
  const running = (async () => {
    while (!isOver) {
      const ended = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'kalends' order by random() limit 1`;
      kills += ended.length;
      // Else nobody might ever be fast enough, on a slow machine.
      const before = throughSoFar();
      do await Bun.sleep(50);
      while (throughSoFar() === before && !isOver);
    }
    await sql.end({ timeout: 1 });
  })();
  return {
    kills: () => kills,
    stop: async () => {
      isOver = true;
      await running;
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
    const load = startLoad(
      apis.map(({ url }) => url),
      on,
      8,
    );
    const told = (what: (each: Told) => boolean) => load.told.filter(what).length;
    const booked = () => told(({ bookingId }) => bookingId !== null);
    const killer = startKiller(DATABASE_URL, booked);
    // The killer also ends sessions of the test's own pool, so it counts by what was told.
    await eventually(() => expect(told(({ status }) => status >= 500)).toBeGreaterThan(20));
    await eventually(() => expect(booked()).toBeGreaterThan(50));
    await eventually(() => expect(killer.kills()).toBeGreaterThan(20));
    await killer.stop();
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
  const LEAST = 40;
  try {
    const told: Told[] = [];
    const killer = startKiller(DATABASE_URL, () => told.length);
    let guests = 0;
    let refusals = 0;
    const persist = async (n: number) => {
      for (;;) {
        const told = await askToBook(api.url, on[n % on.length]!, n, {
          "idempotency-key": `persistent ${n}`,
        });
        if (told.status === 201) return told;
        expect([500, 503]).toContain(told.status);
        refusals += 1;
      }
    };
    // And more, until a session died under one of them.
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (guests < LEAST || refusals === 0) told.push(await persist(guests++));
      }),
    );
    await killer.stop();
    expect(
      await expectWholeBookings((text) => eventually(() => world.db.run(text, [])), told),
    ).toBe(guests);
    expect(new Set(told.map(({ bookingId }) => bookingId)).size).toBe(guests);
  } finally {
    api.child.kill("SIGKILL");
  }
});
