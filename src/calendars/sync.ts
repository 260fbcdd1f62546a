import { newId } from "../db/id.ts";
import type { PromiseJob } from "../jobs.ts";
import { leaseEnd } from "../outbox/lease.ts";
import type { World } from "../world.ts";
import { accessOf, tellNeedsReauth } from "./access.ts";
import { CalendarFailure } from "./failure.ts";
import type { BusySpan, ChangedResource, ChangesPage, Span } from "./provider.ts";
import { providerOf } from "./providers.ts";
import {
  beginSync,
  failSync,
  type Resources,
  releaseSync,
  type SyncRun,
  storePage,
} from "./sync-queries.ts";
import { pollAt, retryAt, STALE_AFTER_MINUTES, windowOf } from "./sync-times.ts";

/**
 * Keeps the promise to look at a calendar: reads what has changed since the last run, or all there is in a window of its
 * own, and keeps it page by page, each by one statement; the cursor comes with the last one. Begun again after whatever
 * crash it comes to the same. Of two runs of a calendar only the one that began last counts. What fails is put off for as
 * long as it takes; after a quarter of an hour its owner is told.
 * @param random of [0, 1): spreads what would come together
 */
export async function syncCalendar(
  world: World,
  job: PromiseJob,
  { random = Math.random } = {},
): Promise<void> {
  const runId = newId();
  const run = await beginSync(world.db, {
    ...job,
    runId,
    leaseUntil: leaseEnd(world),
    now: world.now(),
  });
  if (!run) return;
  const syncing: Syncing = { ...job, run, runId, random: random() };
  try {
    await readAll(world, syncing);
  } catch (error) {
    await fail(world, syncing, error);
  }
}

interface Syncing extends PromiseJob {
  readonly run: SyncRun;
  readonly runId: string;
  readonly random: number;
}

async function readAll(world: World, syncing: Syncing): Promise<void> {
  const { run } = syncing;
  const provider = await providerOf(world, run.provider);
  const access = await accessOf(world, run.connectionId);
  const { window, isNew } = windowOf(world.now(), run);
  const from = {
    calendar: run.externalId,
    cursor: isNew ? null : run.cursor,
    window,
    ...(run.timeZone !== null && { timeZone: run.timeZone }),
  };
  try {
    await store(world, syncing, window, provider.changes(access, from));
  } catch (error) {
    const isForgotten = error instanceof CalendarFailure && error.kind === "cursor_expired";
    if (!isForgotten || from.cursor === null) throw error;
    const anew = windowOf(world.now(), { ...run, cursor: null }).window;
    await store(
      world,
      syncing,
      anew,
      provider.changes(access, { ...from, cursor: null, window: anew }),
    );
  }
}

async function store(
  world: World,
  { run, runId, outboxId, attempt, random }: Syncing,
  window: Span,
  pages: AsyncIterable<ChangesPage>,
): Promise<void> {
  let isFirst = true;
  let isQuiet = true;
  for await (const { resources, isFull, cursor } of pages) {
    isQuiet &&= resources.length === 0;
    const quietRuns = isQuiet ? Math.min(run.quietRuns + 1, MOST_QUIET_RUNS) : 0;
    const now = world.now();
    const stored = await storePage(world.db, {
      calendarId: run.id,
      runId,
      outboxId,
      attempt,
      promiseVersion: run.promiseVersion,
      resources: resourcesOf(resources),
      isFull,
      isFirst,
      isLast: cursor !== null,
      cursor,
      windowFrom: window.start,
      windowUntil: window.end,
      quietRuns,
      leaseUntil: leaseEnd(world),
      ...pollAt(now, run.provider, quietRuns, random),
      now,
    });
    if (!stored) {
      await releaseSync(world.db, { outboxId, attempt, now });
      return;
    }
    if (cursor !== null) return;
    isFirst = false;
  }
  throw new CalendarFailure("temporary", "The pages ended without a cursor");
}

const MOST_QUIET_RUNS = 1_000;

/** As the statement takes them; of one that is named twice, what was said last. */
const resourcesOf = (resources: readonly ChangedResource[]): Resources => [
  ...new Map(
    resources.map(({ externalId, etag, isGone, isOurs, during, busy }) => [
      externalId,
      {
        externalId,
        etag,
        isGone,
        isOurs,
        start: during?.start.toString() ?? null,
        end: during?.end.toString() ?? null,
        busy: busy.map(spanOf),
      },
    ]),
  ).values(),
];

const MAX_TITLE = 200;

const spanOf = ({ start, end, kind, title }: BusySpan) => ({
  start: start.toString(),
  end: end.toString(),
  kind,
  // PostgreSQL's text takes no zero bytes, and a bound may cut a character in two.
  title: title?.replaceAll("\u0000", "").slice(0, MAX_TITLE).toWellFormed() ?? null,
});

async function fail(
  world: World,
  { run, runId, outboxId, attempt, random }: Syncing,
  error: unknown,
): Promise<void> {
  if (!(error instanceof CalendarFailure))
    world.log.error({ err: error, calendarId: run.id }, "A calendar could not be read");
  const { kind, message, retryAfterSeconds } =
    error instanceof CalendarFailure
      ? error
      : new CalendarFailure("temporary", "It could not be read");
  if (kind === "needs_reauth") {
    const at = { id: run.connectionId, version: run.connectionVersion };
    // Unless its owner has just connected it again.
    if (await tellNeedsReauth(world, at, message.slice(0, MAX_ERROR))) return;
  }
  const now = world.now();
  const isLasting = kind === "forbidden" || kind === "refused" || kind === "not_found";
  const dueAt = retryAt(now, run.failingSince, random);
  const patience = {
    seconds: Math.min(Math.max(retryAfterSeconds ?? 60, 1), MOST_PATIENCE_SECONDS),
  };
  const failed = await failSync(world.db, {
    calendarId: run.id,
    runId,
    outboxId,
    attempt,
    status: isLasting ? "error" : "stale",
    error: message.slice(0, MAX_ERROR),
    dueAt,
    throttledUntil: kind === "throttled" ? now.add(patience) : null,
    staleSince: now.subtract({ minutes: STALE_AFTER_MINUTES }),
    provider: NAMES[run.provider],
    now,
  });
  if (!failed) await releaseSync(world.db, { outboxId, attempt, now });
}

const MAX_ERROR = 500;
const MOST_PATIENCE_SECONDS = 24 * 3600;

/** What people call them. */
const NAMES = { google: "Google", microsoft: "Microsoft", caldav: "CalDAV", ics: "iCalendar" };
