import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises } from "../../src/outbox/queries.ts";
import { makeRelay } from "../../worker/relay.ts";
import { rhythmOf } from "../../worker/rhythm.ts";
import { makeHost } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

const world = await testWorld();
const host = await makeHost(world);

async function promised(dueAt: string, queue = "emails"): Promise<string> {
  const id = newId();
  await world.db.run(
    `insert into outbox (id, queue, kind, user_id, due_at) values ($1, $2, 'WELCOME', $3, $4::text::timestamptz)`,
    [id, queue, host.id, dueAt],
  );
  return id;
}

const claim = (limit = 100) =>
  claimDuePromises(world.db, {
    queue: "emails",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit,
  });

const forget = () => world.db.run("delete from outbox", []);

/** A queue of which only the counts and the order of what comes in matter. */
function counting(counts: Record<string, number>) {
  const added: string[] = [];
  const queue = {
    getJobCounts: async () => counts,
    addBulk: async (jobs: { data: { outboxId: string } }[]) => {
      added.push(...jobs.map(({ data }) => data.outboxId));
      return [];
    },
  };
  return { added, channel: { name: "emails" as const, queue, room: 10, tries: 3 } };
}

test("promises are handed on in the order in which they are due", async () => {
  await forget();
  const minutes = [5, 1, 9, 3, 7, 2, 8, 4, 6, 0];
  const ids = new Map<number, string>();
  for (const minute of minutes) ids.set(minute, await promised(`2026-11-22T09:0${minute}:00Z`));
  // The physical order is another than that of the inserts as well.
  await world.db.run("update outbox set last_error = '' where id = any ($1::uuid[])", [
    world.db.parameter("uuid[]", [ids.get(0), ids.get(4)] as never),
  ]);
  const { added, channel } = counting({});
  expect(await makeRelay(world, channel, rhythmOf(world.config))()).toBe(10);
  expect(added).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => ids.get(minute) ?? ""));
});

test("promises that the queue did not take are handed on next, before their lease ends", async () => {
  await forget();
  const first = await promised("2026-11-22T09:00:00Z");
  const { added, channel } = counting({});
  let isAway = true;
  const queue: typeof channel.queue = {
    ...channel.queue,
    addBulk: async (jobs) => {
      if (isAway) throw new Error("No connection");
      return channel.queue.addBulk(jobs);
    },
  };
  const relay = makeRelay(world, { ...channel, queue }, rhythmOf(world.config));
  await expect(relay()).rejects.toThrow("No connection");
  isAway = false;
  const second = await promised("2026-11-22T09:00:00Z");
  expect([await relay(), await relay(), await relay()]).toEqual([1, 1, 0]);
  expect(added).toEqual([first, second]);
});

test("what is not due, done or of another queue is left alone", async () => {
  await forget();
  await promised("2026-11-22T10:00:01Z");
  await promised("2026-11-22T09:00:00Z", "webhooks");
  const done = await promised("2026-11-22T09:00:00Z");
  await world.db.run("update outbox set done_at = now(), outcome = 'done' where id = $1", [done]);
  const due = await promised("2026-11-22T10:00:00Z");
  expect((await claim()).map(({ id }) => id)).toEqual([due]);
});

test("a claimed promise is nobody else's until its lease ends; then it is dispatched anew", async () => {
  await forget();
  const id = await promised("2026-11-22T09:00:00Z");
  expect(await claim()).toEqual([{ id, attempts: 1 }]);
  world.setNow("2026-11-22T10:01:59Z");
  expect(await claim()).toEqual([]);
  world.setNow("2026-11-22T10:02:00Z");
  expect(await claim()).toEqual([{ id, attempts: 2 }]);
  world.setNow("2026-11-22T10:00:00Z");
});

test("twenty claims at once share what is due without overlap", async () => {
  await forget();
  const ids = [];
  for (let i = 0; i < 60; i += 1) ids.push(await promised("2026-11-22T09:00:00Z"));
  const claims = await Promise.all(Array.from({ length: 20 }, () => claim(10)));
  const rest = await claim();
  const claimed = [...claims.flat(), ...rest].map(({ id }) => id);
  expect(claimed.toSorted()).toEqual(ids.toSorted());
});

test.each([
  [{ waiting: 4, active: 3, delayed: 2, prioritized: 0 }, 1],
  [{ waiting: 0, active: 0, delayed: 10, prioritized: 0 }, 0],
  [{ waiting: 30, active: 5, delayed: 0, prioritized: 0 }, 0],
])("a queue of %j takes %i more of ten", async (counts, taken) => {
  await forget();
  for (let i = 0; i < 3; i += 1) await promised("2026-11-22T09:00:00Z");
  const { added, channel } = counting(counts);
  expect(await makeRelay(world, channel, rhythmOf(world.config))()).toBe(taken);
  expect(added).toHaveLength(taken);
  expect(await claim()).toHaveLength(3 - taken);
});
