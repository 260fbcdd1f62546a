// The worker's part, done at once: every promise that is due is dispatched.
import type { Email, EmailProvider } from "../../../src/messages/email/provider.ts";
import { leaseEnd } from "../../../src/outbox/lease.ts";
import { claimDuePromises } from "../../../src/outbox/queries.ts";
import { remind } from "../../../src/outbox/remind.ts";
import { sendEmail } from "../../../src/outbox/send-email.ts";
import { type TestWorld, testWorld } from "../../support/world.ts";

export interface SendingWorld extends TestWorld {
  /** Fires reminders and sends mails that are due; the mails that left. */
  work(): Promise<Email[]>;
}

/** A world whose mails are caught. */
export async function sendingWorld(): Promise<SendingWorld> {
  const made = await testWorld();
  let sent: Email[] = [];
  const mail: EmailProvider = {
    name: "recorder",
    send: async (message) => {
      sent.push(message);
      return { providerId: null };
    },
  };
  const world = { ...made, mail };
  const claim = (queue: "reminders" | "emails") =>
    claimDuePromises(world.db, {
      queue,
      now: world.now(),
      leaseUntil: leaseEnd(world),
      limit: 500,
    });
  return {
    ...world,
    async work() {
      sent = [];
      for (const { id, attempts } of await claim("reminders"))
        await remind(world, { outboxId: id, attempt: attempts });
      for (const { id, attempts } of await claim("emails"))
        await sendEmail(world, { outboxId: id, attempt: attempts });
      return sent;
    },
  };
}

/** "BOOKING_REMINDER unwanted" of every promise of mail that is closed, sorted. */
export const outcomesOf = async (world: TestWorld, bookingId: string): Promise<string[]> =>
  (
    await world.db.run(
      `select kind, outcome from outbox where booking_id = $1 and queue = 'emails' and done_at is not null`,
      [bookingId],
    )
  )
    .map(({ kind, outcome }) => `${kind} ${outcome}`)
    .sort();
