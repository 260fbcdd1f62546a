import { Counter, Gauge, Registry } from "prom-client";
import type { World } from "../world.ts";
import { JOB_STATES, type JobCounts, jobCounts } from "./job-counts.ts";
import { countCalendars, countDeliveries } from "./queries.ts";
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
 * What is promised, what the queues hold and what became of what was sent, in the text format of Prometheus: every
 * process tells the same, take it from any one. And of this process its requests, its pool and itself. While the
 * queues do not answer, there are no figures of jobs, and kalends_queues_up is 0.
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
  await addDeliveries(world, registry);
  addProcess(world, registry);
  addReplica(world, registry);
  addCache(world, registry);
  const texts = [await registry.metrics(), await world.requests.text()];
  return { contentType: registry.contentType, text: texts.join("\n") };
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

async function addDeliveries(world: World, registry: Registry): Promise<void> {
  const gauge = new Gauge({
    name: "kalends_deliveries_1h",
    help: "What was handed over in an hour, by channel and by what is known of it",
    labelNames: ["channel", "status"],
    registers: [registry],
  });
  const counted = await countDeliveries(world.db.apart(), { now: world.now() });
  for (const { channel, status, count } of counted) gauge.set({ channel, status }, count);
}

function addProcess(world: World, registry: Registry): void {
  const { inUse, waiting, size } = world.db.load();
  const { residentBytes, heapBytes, loopLagSeconds, uptimeSeconds } = world.vitals.read();
  const measures = [
    ["kalends_pool_in_use", "Connections of this process that work on a statement", inUse],
    ["kalends_pool_waiting", "Statements that wait for a connection", waiting],
    ["kalends_pool_size", "Connections that the pool may have", size],
    ["kalends_process_resident_bytes", "Memory of this process", residentBytes],
    ["kalends_process_heap_bytes", "Of it JavaScript's heap in use", heapBytes],
    ["kalends_event_loop_lag_seconds", "Longest delay of a turn since last asked", loopLagSeconds],
    ["kalends_process_uptime_seconds", "Since this process started", uptimeSeconds],
  ] as const;
  for (const [name, help, value] of measures)
    new Gauge({ name, help, registers: [registry] }).set(value);
}

function addReplica({ replica }: World, registry: Registry): void {
  const registers = [registry];
  const { isTrusted, behindSeconds, answered } = replica?.state() ?? NO_REPLICA;
  const measures = [
    ["kalends_replica_up", "Whether free times are read from the replica", isTrusted ? 1 : 0],
    ["kalends_replica_behind_seconds", "How old what it shows may be; 0 without", behindSeconds],
  ] as const;
  for (const [name, help, value] of measures) new Gauge({ name, help, registers }).set(value);
  const help = "Statements that a replica may answer, by who did";
  const name = "kalends_replica_statements_total";
  const counter = new Counter({ name, help, labelNames: ["by"], registers });
  for (const by of ["replica", "primary"] as const) counter.inc({ by }, answered[by]);
}

const NO_REPLICA = { isTrusted: false, behindSeconds: 0, answered: { replica: 0, primary: 0 } };

function addCache(world: World, registry: Registry): void {
  const counter = new Counter({
    name: "kalends_cache_lookups_total",
    help: "Cards and free times that this process was asked for, by whether they were kept or in the making",
    labelNames: ["kind", "found"],
    registers: [registry],
  });
  for (const { kind, hits, misses } of world.cache.counts()) {
    counter.inc({ kind, found: "yes" }, hits);
    counter.inc({ kind, found: "no" }, misses);
  }
}
