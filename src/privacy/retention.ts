// How long things are kept: all of it, in one table. docs/privacy.md says the same to people.
import type { Config } from "../config.ts";
import type { World } from "../world.ts";
import * as old from "./retention-queries.ts";

/** Something that is not kept for ever. */
interface Kept {
  readonly name: string;
  /** Null: for ever. */
  readonly days: (config: Config) => number | null;
  /** Deletes some of what is from before a time: a row for each. */
  readonly sweep: (
    world: World,
    input: { before: Temporal.Instant; limit: number; now: Temporal.Instant },
  ) => Promise<readonly unknown[]>;
}

type Sweep = (
  db: World["db"],
  input: { before: Temporal.Instant; limit: number },
) => Promise<readonly unknown[]>;

const kept = (name: string, days: Kept["days"], sweep: Sweep): Kept => ({
  name,
  days,
  sweep: ({ db }, { before, limit }) => sweep(db, { before, limit }),
});

const always = (days: number) => () => days;

/** Months of analytics events are dropped by analytics/retention.ts, times that are held by bookings/lapse.ts. */
export const RETENTION: readonly Kept[] = [
  {
    name: "guests of past meetings",
    days: ({ GUEST_RETENTION_DAYS }) => GUEST_RETENTION_DAYS || null,
    sweep: ({ db }, input) => old.forgetOldGuests(db, input),
  },
  kept(
    "messages and what became of them",
    ({ OUTBOX_RETENTION_DAYS }) => OUTBOX_RETENTION_DAYS,
    old.deleteOldPromises,
  ),
  kept(
    "notifications",
    ({ NOTIFICATION_RETENTION_DAYS }) => NOTIFICATION_RETENTION_DAYS,
    old.deleteOldNotices,
  ),
  kept(
    "notifications that were read",
    ({ NOTIFICATION_RETENTION_DAYS }) => Math.min(180, NOTIFICATION_RETENTION_DAYS),
    old.deleteReadNotices,
  ),
  kept("the audit log", ({ AUDIT_RETENTION_DAYS }) => AUDIT_RETENTION_DAYS, old.deleteOldAudit),
  kept("idempotency keys", always(1), old.deleteOldClaims),
  kept("sessions that ended", always(30), old.deleteOldSessions),
  kept("API keys that ended", always(90), old.deleteOldApiKeys),
  kept("sign-ins that were begun", always(1), old.deleteOldSignIns),
  kept("codes of sign-ins", always(1), old.deleteOldExchangeCodes),
  kept("codes to link an identity", always(1), old.deleteOldLinkCodes),
  kept("from where one signed in", always(365), old.deleteOldOrigins),
  kept("former addresses, after a week's hold", always(30), old.deleteOldAddresses),
  kept("former usernames, after 90 days' hold", always(0), old.deleteOldUsernames),
  kept("former slugs, after 90 days' hold", always(0), old.deleteOldSlugs),
  kept("invitations that are over", always(90), old.deleteOldInvitations),
  kept("mails in the development mailbox", always(30), old.deleteOldMails),
  kept("counts of the rate limit", always(1), old.deleteOldCounts),
  kept("calendars that were begun to connect", always(1), old.deleteOldCalendarAttempts),
  kept("grants of calendars to withdraw", always(2), old.deleteOldRevocations),
  kept("times that other calendars took", always(7), old.deleteOldBusy),
  kept("pushes of calendars that ended", always(7), old.deleteOldChannels),
  kept("notes of erasures", always(365), old.deleteOldErasures),
];

const BATCH = 200;
/** So many batches at once: what there is more of waits for the next look, and a worker that is to stop does not. */
const BATCHES = 50;
const EVERY_MINUTES = 5;

/**
 * Deletes what is kept no longer: each kind every few minutes by whichever worker comes first, some rows at a time. A kind
 * that fails holds up no other, and is told. Never more at once: the next look comes by itself.
 */
export async function sweepOld(world: World): Promise<boolean> {
  const outcomes: PromiseSettledResult<void>[] = [];
  for (const each of RETENTION)
    outcomes.push(...(await Promise.allSettled([sweepKind(world, each)])));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return false;
}

async function sweepKind(world: World, { name, days, sweep }: Kept): Promise<void> {
  const keptDays = days(world.config);
  if (keptDays === null) return;
  const now = world.now();
  const nextAt = now.add({ minutes: EVERY_MINUTES });
  if (!(await old.claimRun(world.db, { name, now, nextAt }))) return;
  const before = now.subtract({ hours: 24 * keptDays });
  for (let batch = 0; batch < BATCHES; batch++) {
    const swept = await sweep(world, { before, limit: BATCH, now });
    if (swept.length < BATCH) return;
  }
}
