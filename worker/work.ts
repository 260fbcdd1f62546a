import { canBePushedTo } from "../src/calendars/channels.ts";
import { claimDueSyncs } from "../src/calendars/sync-queries.ts";
import { listen } from "../src/db/listen.ts";
import { closeProviders } from "../src/messages/email/provider.ts";
import { storeOf } from "../src/queues.ts";
import { claimDueWebhooks } from "../src/webhooks/delivery-queries.ts";
import type { World } from "../src/world.ts";
import { calendarJob } from "./jobs/calendar.ts";
import { emailJob } from "./jobs/email.ts";
import { reminderJob } from "./jobs/reminder.ts";
import { smsJob } from "./jobs/sms.ts";
import { webhookJob } from "./jobs/webhook.ts";
import { type Line, startLine } from "./line.ts";
import { backend } from "./queue.ts";
import { rhythmOf } from "./rhythm.ts";
import { startTimers } from "./timers.ts";

/** Keeps promises: every queue that has work, from the outbox to the work. */
export function startWork(world: World, rhythm = rhythmOf(world.config)) {
  const wanted = linesOf(world);
  if (!canBePushedTo(world))
    world.log.info("PUBLIC_URL is not https: calendars push nothing here, and are polled");
  const make = backend(world, rhythm, wanted.length);
  const lines = wanted.map((line) => startLine(world, make, line, rhythm));
  const timers = startTimers(world, rhythm);
  const { DATABASE_DIRECT_URL, DATABASE_URL } = world.config;
  const unlisten = listen(DATABASE_DIRECT_URL ?? DATABASE_URL, ["outbox"], (_, queue) => {
    for (const line of lines) if (queue === null || queue === line.name) line.hint();
  });
  async function end(): Promise<void> {
    await unlisten();
    await timers.stop();
    await Promise.all(lines.map((line) => line.stop()));
    await make.close();
    closeProviders(world);
  }
  let ended: Promise<void> | null = null;
  return {
    ready: async () => {
      await Promise.all(lines.map((line) => line.ready()));
    },
    /** Finishes what has begun; the rest stays promised. */
    stop: () => {
      ended ??= end();
      return ended;
    },
  };
}

// Half of what the limit lets pass in a minute, and not more than can be tried within a lease: what
// waits longer is dispatched anew, which is harmless and of no use.
const ROOM = 100;
// On PostgreSQL BullMQ takes and ends each job by a statement of its own: more at once stand in each other's way.
const MAILS_AT_ONCE = { postgres: 25, redis: 100 } as const;
// Mails leave many at once; a worker that finds its queue empty asks once more for each of them.
const MAIL_ROOM = 500;

// Webhooks under way to one endpoint: a tenth of them all, so that one which hangs is passed by.
const LANE = 5;

// Calendars of one host that are spoken to at once: Microsoft takes four requests of a mailbox at a time.
const CALENDAR_LANE = 4;

/** What work there is, by its queues, and how much of it at once. */
export const linesOf = (world: World): Line[] => [
  {
    name: "emails",
    process: emailJob(world),
    concurrency: MAILS_AT_ONCE[storeOf(world.config).kind],
    perMinute: world.config.EMAIL_RATE_LIMIT,
    room: Math.min(Math.ceil(world.config.EMAIL_RATE_LIMIT / 2), MAIL_ROOM),
    tries: world.config.EMAIL_RETRY_ATTEMPTS,
  },
  {
    name: "webhooks",
    process: webhookJob(world),
    concurrency: 50,
    room: ROOM,
    tries: 1,
    claim: ({ db }, wanted) => claimDueWebhooks(db, { ...wanted, lane: LANE }),
  },
  {
    name: "sms",
    process: smsJob(world),
    concurrency: 5,
    perMinute: world.config.SMS_RATE_LIMIT,
    room: Math.min(Math.ceil(world.config.SMS_RATE_LIMIT / 2), ROOM),
    // Its outbox alone decides when it is safe to try again.
    tries: 1,
  },
  {
    name: "calendar-sync",
    process: calendarJob(world),
    concurrency: 12,
    // What waits for its turn waits while others read page after page.
    room: 24,
    tries: 1,
    claim: ({ db }, wanted) => claimDueSyncs(db, { ...wanted, lane: CALENDAR_LANE }),
  },
  { name: "reminders", process: reminderJob(world), concurrency: 50, room: 500, tries: 3 },
];
