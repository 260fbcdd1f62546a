import { newId } from "../../../src/db/id.ts";
import { leaseEnd } from "../../../src/outbox/lease.ts";
import { claimDuePromises } from "../../../src/outbox/queries.ts";
import { postponeEmail, sendEmail } from "../../../src/outbox/send-email.ts";
import type { TestWorld } from "../../support/world.ts";

export interface PromiseRow {
  readonly id: string;
  readonly kind: string;
  readonly outcome: string | null;
  readonly lastError: string | null;
  readonly dueAt: Temporal.Instant;
  readonly inDoubt: number;
  readonly inDoubtWith: string | null;
  readonly provider: string | null;
  readonly providerId: string | null;
  readonly status: string | null;
}

/** Promises the mail of a kind to a user. */
export async function promise(world: TestWorld, userId: string, kind = "WELCOME"): Promise<string> {
  const id = newId();
  await world.db.run(
    `insert into outbox (id, queue, kind, user_id, due_at, created_at) values ($1, 'emails', $2, $3, $4, $4)`,
    [id, kind, userId, world.now() as never],
  );
  return id;
}

/** Does once what is due, as a worker that tries each dispatch once. */
export async function dispatch(world: TestWorld, withinMs?: number): Promise<void> {
  const due = await claimDuePromises(world.db, {
    queue: "emails",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 100,
  });
  for (const { id, attempts } of due) {
    const job = { outboxId: id, attempt: attempts };
    await sendEmail(world, job, withinMs).catch((error: Error) => postponeEmail(world, job, error));
  }
}

/** The promise with what became of it. */
export async function stateOf(world: TestWorld, id: string): Promise<PromiseRow> {
  const [row] = await world.db.run(
    `select o.id, o.kind, o.outcome, o.last_error, o.due_at, o.in_doubt, o.in_doubt_with, d.provider, d.provider_id, d.status
     from outbox o left join deliveries d on d.outbox_id = o.id where o.id = $1`,
    [id],
  );
  return row as unknown as PromiseRow;
}

/** Lets the clock stand where the promise is due. */
export async function untilDue(world: TestWorld, id: string): Promise<void> {
  world.setNow((await stateOf(world, id)).dueAt.toString());
}
