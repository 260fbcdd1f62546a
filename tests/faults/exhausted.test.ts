// Every connection of a process waits for somebody who does not hurry.
import { expect, test } from "bun:test";
import postgres from "postgres";
import { startApi } from "../support/api-process.ts";
import { eventually } from "../support/eventually.ts";
import { testWorld } from "../support/world.ts";
import {
  askToBook,
  DEADLINE_MS,
  expectPlainAnswers,
  expectWholeBookings,
  stages,
} from "./support/load.ts";

const world = await testWorld();
const { DATABASE_URL } = world.config;

/** Holds locks as a stuck session would, until it lets go. */
async function holding(statement: string) {
  const sql = postgres(DATABASE_URL, { max: 1, onnotice: () => {} });
  await sql.unsafe(`begin; ${statement}`);
  return {
    letGo: async () => {
      await sql.unsafe("rollback");
      await sql.end({ timeout: 1 });
    },
  };
}

// A lock that only the booking statement waits for, and one that nothing gets by.
const STUCK = {
  "booking waits": (host: string) => `select pg_advisory_xact_lock(hashtextextended('${host}', 0))`,
  "reading waits": () => "lock table meeting_types in access exclusive mode",
};

test.each(Object.entries(STUCK))(
  "while every connection is taken and %s, guests are told to come again, health answers, and it passes",
  async (_, lock) => {
    const [stage] = await stages(world, 1);
    const api = await startApi({ DATABASE_URL, DATABASE_POOL_SIZE: "2" });
    try {
      expect((await askToBook(api.url, stage!, 100)).status).toBe(201);
      const held = await holding(lock(stage!.host.id));
      let isOver = false;
      const health: number[] = [];
      const watch = (async () => {
        while (!isOver) {
          health.push((await fetch(`${api.url}/health`)).status);
          await Bun.sleep(100);
        }
      })();
      const told = await Promise.all(
        Array.from({ length: 20 }, (_, n) => askToBook(api.url, stage!, n)),
      );
      isOver = true;
      await watch;
      await held.letGo();
      expect(new Set(told.map(({ status }) => status))).toEqual(new Set([503]));
      expectPlainAnswers(told);
      expect(new Set(health)).toEqual(new Set([200]));
      // It has not hurried by chance: they did wait.
      expect(Math.max(...told.map(({ milliseconds }) => milliseconds))).toBeGreaterThan(1000);
      const again = await eventually(async () => {
        const answer = await askToBook(api.url, stage!, 101);
        expect(answer.status).toBe(201);
        return answer;
      });
      // Whoever was told "no" has no booking either: the statements were called back.
      const [row] = await world.db.run(
        "select count(*)::int as n from bookings where host_id = $1",
        [stage!.host.id],
      );
      expect(row).toEqual({ n: 2 });
      await expectWholeBookings((text) => world.db.run(text, []), [again]);
      expect(api.child.exitCode).toBeNull();
    } finally {
      api.child.kill("SIGKILL");
    }
  },
);

test("the server limits what a session may wait for, well within the time that a guest is given", async () => {
  const [row] = await world.db.run(
    `select current_setting('lock_timeout')::interval < $1::text::interval as locks,
       current_setting('statement_timeout')::interval < $1::text::interval as statements`,
    [`${DEADLINE_MS} milliseconds`],
  );
  expect(row).toEqual({ locks: true, statements: true });
});
