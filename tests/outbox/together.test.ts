// Statements that keep many promises at once: what they cost, and whose promise it is meanwhile.
import { expect, test } from "bun:test";
import closePromiseText from "#sql/outbox/close_promise.sql" with { type: "text" };
import fireReminderText from "#sql/outbox/fire_reminder.sql" with { type: "text" };
import renewPromiseText from "#sql/outbox/renew_promise.sql" with { type: "text" };
import { newId } from "../../src/db/id.ts";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises, renewPromise } from "../../src/outbox/queries.ts";
import { makeHost } from "../support/make.ts";
import { NOW, testWorld } from "../support/world.ts";

const world = await testWorld();
const host = await makeHost(world);

const promise = (count: number) =>
  world.db.run(
    `insert into outbox (id, queue, kind, user_id, due_at, created_at)
     select gen_random_uuid(), 'emails', 'WELCOME', $1, $2, $2 from generate_series(1, $3::int)`,
    [host.id, NOW as never, count],
  );

/** The only promise there is, dispatched just now. */
async function dispatched(): Promise<{ outboxId: string; attempt: number }> {
  world.setNow(NOW.toString());
  await world.db.run("delete from outbox", []);
  await promise(1);
  const wanted = {
    queue: "emails",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 1,
  } as const;
  const [claimed] = await claimDuePromises(world.db, wanted);
  return { outboxId: claimed!.id, attempt: claimed!.attempts };
}

const renew = (job: { outboxId: string; attempt: number }) =>
  renewPromise(world.db, { ...job, leaseUntil: leaseEnd(world) });

const rowOf = async (id: string) =>
  (await world.db.run("select ctid::text as place, due_at from outbox where id = $1", [id]))[0]!;

test("each is looked up by its key, however many promises there are", async () => {
  await promise(20_000);
  await world.db.run("analyze outbox", []);
  for (const text of [renewPromiseText, closePromiseText, fireReminderText]) {
    const plan = await world.db.run(`explain (generic_plan) ${text}`, []);
    const lines = plan.flatMap((row) => Object.values(row)).join("\n");
    expect(lines).toContain("outbox_pkey");
    expect(lines).not.toContain("Seq Scan on outbox");
  }
});

test("a lease that was just taken is as good as a new one: nothing is written", async () => {
  const job = await dispatched();
  const before = await rowOf(job.outboxId);
  world.setNow(NOW.add({ seconds: 30 }).toString());
  expect((await renew(job))?.id).toBe(job.outboxId);
  expect(await rowOf(job.outboxId)).toEqual(before);
});

test("a lease that is partly gone is prolonged", async () => {
  const job = await dispatched();
  world.setNow(NOW.add({ seconds: 31 }).toString());
  expect((await renew(job))?.id).toBe(job.outboxId);
  expect(`${(await rowOf(job.outboxId))["dueAt"]}`).toBe(leaseEnd(world).toString());
});

test("whose dispatch does not count any more, or never did, is told so", async () => {
  const job = await dispatched();
  const others = [
    { ...job, attempt: job.attempt + 1 },
    { outboxId: newId(), attempt: 1 },
  ];
  for (const seconds of [0, 60]) {
    world.setNow(NOW.add({ seconds }).toString());
    expect(await Promise.all([...others, job].map(renew))).toEqual([
      null,
      null,
      expect.objectContaining({ id: job.outboxId }),
    ]);
  }
});
