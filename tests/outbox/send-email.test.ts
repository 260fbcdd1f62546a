import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { DeliveryRefused } from "../../src/messages/email/failure.ts";
import type { EmailProvider } from "../../src/messages/email/provider.ts";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises } from "../../src/outbox/queries.ts";
import { postponeEmail, sendEmail } from "../../src/outbox/send-email.ts";
import { makeHost } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

const NOW = "2026-11-22T10:00:00Z";

const made = await testWorld();
const host = await makeHost(made);

const sent: string[] = [];
let send: EmailProvider["send"] = async () => ({ providerId: "sent" });
const world = {
  ...made,
  mail: {
    name: "recorder",
    send: (mail, id) => {
      sent.push(id);
      return send(mail, id);
    },
  } satisfies EmailProvider,
};

/** The only promise there is: of a mail, dispatched for the n-th time. */
async function promised(
  kind = "WELCOME",
  attempt = 1,
): Promise<{ outboxId: string; attempt: number }> {
  const outboxId = newId();
  world.setNow(NOW);
  sent.length = 0;
  send = async () => ({ providerId: "sent" });
  await world.db.run("delete from outbox", []);
  await world.db.run(
    `insert into outbox (id, queue, kind, user_id, due_at, created_at, attempts)
     values ($1, 'emails', $2, $3, $4, $4, $5)`,
    [outboxId, kind, host.id, world.now() as never, attempt - 1],
  );
  await claim();
  return { outboxId, attempt };
}

const claim = () =>
  claimDuePromises(world.db, {
    queue: "emails",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 100,
  });

const stateOf = async (id: string) =>
  (
    await world.db.run(
      `select o.outcome, o.last_error, o.due_at, o.attempts, o.in_doubt, o.in_doubt_with, d.provider, d.provider_id
       from outbox o left join deliveries d on d.outbox_id = o.id where o.id = $1`,
      [id],
    )
  )[0];

test("a mail handed over is noted with its provider and the provider's id", async () => {
  const job = await promised();
  await sendEmail(world, job);
  expect(await stateOf(job.outboxId)).toMatchObject({
    outcome: "done",
    lastError: null,
    provider: "recorder",
    providerId: "sent",
  });
});

test("a promise that is kept, or dispatched anew, is none of an older dispatch's business", async () => {
  const job = await promised();
  world.setNow("2026-11-22T10:02:00Z");
  expect(await claim()).toEqual([{ id: job.outboxId, attempts: 2 }]);
  await sendEmail(world, job);
  await postponeEmail(world, job, new Error("too late"));
  expect(sent).not.toContain(job.outboxId);
  expect(await stateOf(job.outboxId)).toMatchObject({
    outcome: null,
    lastError: null,
    attempts: 2,
  });

  await sendEmail(world, { ...job, attempt: 2 });
  await sendEmail(world, { ...job, attempt: 2 });
  expect(sent.filter((id) => id === job.outboxId)).toHaveLength(1);
});

test("while a mail is being sent its promise is not dispatched again", async () => {
  const job = await promised();
  world.setNow("2026-11-22T10:01:59Z");
  send = async () => {
    world.setNow("2026-11-22T10:03:00Z");
    expect(await claim()).toEqual([]);
    return { providerId: null };
  };
  await sendEmail(world, job);
  expect((await stateOf(job.outboxId))?.["outcome"]).toBe("done");
});

test("a provider that never answers is given up long before the lease ends", async () => {
  const job = await promised();
  send = () => new Promise(() => {});
  await sendEmail(world, job, 20);
  const state = await stateOf(job.outboxId);
  expect(state).toMatchObject({ outcome: null, inDoubt: 1, inDoubtWith: "recorder" });
  expect(state?.["lastError"]).toContain("does not answer");
});

test("what is refused for good has failed, and says why", async () => {
  const job = await promised();
  send = () => Promise.reject(new DeliveryRefused(`550 no such mailbox\u0000${"!".repeat(1000)}`));
  await sendEmail(world, job);
  const { outcome, lastError, provider } = (await stateOf(job.outboxId)) ?? {};
  expect({ outcome, provider }).toEqual({ outcome: "failed", provider: null });
  expect(lastError).toStartWith("550 no such mailbox");
  expect(`${lastError}`.length).toBe(500);
});

test.each([
  [1, "2026-11-22T10:00:10Z"],
  [2, "2026-11-22T10:00:30Z"],
  [7, "2026-11-22T11:00:00Z"],
  [30, "2026-11-22T11:00:00Z"],
])("after dispatch %i failed the next is due at %s", async (attempt, dueAt) => {
  const job = await promised("WELCOME", attempt);
  await postponeEmail(world, job, new Error("451 try later"));
  const state = await stateOf(job.outboxId);
  expect(`${state?.["dueAt"]}`).toBe(dueAt);
  expect(state).toMatchObject({ outcome: null, lastError: "451 try later" });
});

test("after a day a message is of no use: it has failed", async () => {
  const job = await promised("WELCOME", 40);
  world.setNow("2026-11-23T09:30:00Z");
  await postponeEmail(world, job, new Error("451 try later"));
  expect(await stateOf(job.outboxId)).toMatchObject({
    outcome: "failed",
    lastError: "451 try later",
  });
});

test("an address that is confirmed meanwhile is not asked again", async () => {
  const job = await promised("EMAIL_VERIFICATION");
  await world.db.run("update users set email_verified_at = now() where id = $1", [host.id]);
  await sendEmail(world, job);
  expect(sent).not.toContain(job.outboxId);
  expect((await stateOf(job.outboxId))?.["outcome"]).toBe("superseded");
});

test("a promise of an unknown kind is not sent, and not forgotten either", async () => {
  const job = await promised("NOBODY_KNOWS");
  await expect(sendEmail(world, job)).rejects.toThrow("NOBODY_KNOWS");
  expect((await stateOf(job.outboxId))?.["outcome"]).toBeNull();
});
