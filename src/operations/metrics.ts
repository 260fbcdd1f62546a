import { Gauge, Registry } from "prom-client";
import type { World } from "../world.ts";
import { JOB_STATES, type JobCounts, jobCounts } from "./job-counts.ts";
import { countCalendars } from "./queries.ts";
import { type QueueState, queueStates } from "./queue-states.ts";

type Measure = readonly [name: string, help: string, of: (state: QueueState) => number];

const MEASURES: readonly Measure[] = [
  [
    "kalends_promises_due",
    "Promises that are due and in nobody's hands, up to 100000",
    (q) => q.due,
  ],
  [
    "kalends_promises_lag_seconds",
    "Since when the oldest of them has been due",
    (q) => q.lagSeconds,
  ],
  [
    "kalends_promises_retrying",
    "Promises that failed for now and are tried again",
    (q) => q.retrying,
  ],
  ["kalends_promises_failed", "Promises that failed for good", (q) => q.failed],
  [
    "kalends_promises_failed_24h",
    "Promises that failed for good in 24 hours",
    (q) => q.failedToday,
  ],
];

/**
 * What is promised and what the queues hold, queue by queue, in the text format of Prometheus. Every process tells the
 * same: take it from any one. While the queues do not answer, there are no figures of jobs, and kalends_queues_up is 0.
 */
export async function metrics(world: World): Promise<{ contentType: string; text: string }> {
  const [{ queues }, jobs] = await Promise.all([queueStates(world), jobCounts(world)]);
  const registry = new Registry();
  for (const [name, help, of] of MEASURES) {
    const gauge = new Gauge({ name, help, labelNames: ["queue"], registers: [registry] });
    for (const state of queues) gauge.set({ queue: state.name }, of(state));
  }
  addJobs(jobs, registry);
  await addCalendars(world, registry);
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function addJobs(jobs: readonly JobCounts[] | null, registry: Registry): void {
  const registers = [registry];
  const up = "Whether the queues' store answers within a second";
  new Gauge({ name: "kalends_queues_up", help: up, registers }).set(jobs ? 1 : 0);
  const help = "Jobs in a queue, by state: shadows of the promises that workers have taken";
  const labelNames = ["queue", "state"];
  const gauge = new Gauge({ name: "kalends_jobs", help, labelNames, registers });
  for (const { name: queue, counts } of jobs ?? [])
    for (const state of JOB_STATES) gauge.set({ queue, state }, counts[state]);
}

async function addCalendars(world: World, registry: Registry): Promise<void> {
  const now = world.now();
  const { failing, needingReauth, unreachable, waitingSince } = await countCalendars(world.db, {
    now,
  });
  const lag = waitingSince === null ? 0 : now.since(waitingSince).total("seconds");
  const measures = [
    ["kalends_calendars_failing", "Calendars whose last look failed", failing],
    ["kalends_calendars_unreachable", "Accounts of which nothing but failures came", unreachable],
    ["kalends_calendars_needing_reauth", "Accounts that let us in no more", needingReauth],
    ["kalends_calendar_sync_lag_seconds", "Since when the oldest look has been promised", lag],
  ] as const;
  for (const [name, help, value] of measures)
    new Gauge({ name, help, registers: [registry] }).set(value ?? 0);
}
