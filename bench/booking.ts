// How many bookings a second one API process takes, beside what the database takes of the bare booking statement: the
// same statement with the same parameters, worked out beforehand and sent from here. Also of the same use case without HTTP.
// `bun bench/booking.ts [--million]` makes a database of the tests' server (no fsync, so that the disk does not hide
// what we cost); DATABASE_URL measures an empty migrated one of your own instead.
import postgres from "postgres";
import bookText from "#sql/bookings/book.sql" with { type: "text" };
import { book } from "../src/bookings/book.ts";
import { parseConfig } from "../src/config.ts";
import type { Db } from "../src/db/sql.ts";
import { makeWorld, type World } from "../src/world.ts";
import { startApi } from "../tests/support/api-process.ts";
import { type MeetingType, makeHost, makeMeetingType } from "../tests/support/make.ts";
import { releaseTestDatabases, testDatabaseUrl } from "../tests/support/postgres.ts";

const SIZES = [10_000, 100_000, ...(process.argv.includes("--million") ? [1_000_000] : [])];
const HOSTS = 200;
const POOL = 8;
const AT_ONCE = 16;
const ROUNDS = 5;
const PER_ROUND = 400;
const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];

const databaseUrl = process.env["DATABASE_URL"] ?? (await testDatabaseUrl());
const env = {
  DATABASE_URL: databaseUrl,
  DATABASE_POOL_SIZE: `${POOL}`,
  JWT_SECRET: "a secret for benches that is long enough",
  PUBLIC_URL: "http://kalends.test",
  RATE_LIMIT_PER_MINUTE: "0",
  LOG_LEVEL: "error",
};
const world = makeWorld(parseConfig({ NODE_ENV: "production", ...env }));
// No time limit: what fills the tables takes longer than a request may.
const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
const api = await startApi({ ...env, NODE_ENV: "production", LOG_LEVEL: "info" });
const types: MeetingType[] = [];
for (let i = 0; i < HOSTS; i += 1) {
  const host = await makeHost(world, { hours: ALWAYS });
  types.push(await makeMeetingType(world, host));
}

// Host after host, each a time later than his last, from a month ahead.
const first = Temporal.Now.instant()
  .round({ smallestUnit: "hour" })
  .add({ hours: 30 * 24 });
let wanted = 0;
function next() {
  const i = wanted++;
  return {
    meetingTypeId: types[i % HOSTS]!.id,
    start: first.add({ minutes: 30 * Math.floor(i / HOSTS) }).toString(),
    guest: { name: `Guest ${i}`, email: `guest-${i}@example.com`, timeZone: "Europe/Berlin" },
  };
}

/** One booking, ready to be taken; what makes it ready is not measured. */
type Way = () => Promise<() => Promise<unknown>>;

class Prepared extends Error {
  readonly values: Parameters<Db["run"]>[1];
  constructor(values: Parameters<Db["run"]>[1]) {
    super();
    this.values = values;
  }
}
const run: Db["run"] = (text, values) => {
  if (text === bookText) throw new Prepared(values);
  return world.db.run(text, values);
};
const dry: World = { ...world, db: { ...world.db, run } };

async function prepare(): Promise<Prepared["values"]> {
  const prepared = await book(dry, next()).catch((error: unknown) => error);
  if (!(prepared instanceof Prepared)) throw prepared;
  return prepared.values;
}

const ways: Record<string, Way> = {
  statement: async () => {
    const values = await prepare();
    return async () => {
      const rows = await world.db.run(bookText, values);
      if (rows.length !== 1) throw new Error("The statement booked nothing");
    };
  },
  "use case": async () => {
    const input = next();
    return () => book(world, input);
  },
  HTTP: async () => {
    const body = JSON.stringify(next());
    return async () => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${api.url}/api/v1/bookings`, { method: "POST", headers, body });
      const text = await response.text();
      if (response.status !== 201) throw new Error(`${response.status} ${text}`);
    };
  },
};

/** Bookings per second. */
async function rateOf(way: Way, count: number): Promise<number> {
  const calls: (() => Promise<unknown>)[] = [];
  for (let i = 0; i < count; i += 1) calls.push(await way());
  const before = performance.now();
  const worker = async () => {
    for (let call = calls.pop(); call; call = calls.pop()) await call();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (count / (performance.now() - before)) * 1000;
}

/** Pages that the statement looks at, its functions' and triggers' included: it tells growth on a busy machine too. */
async function pagesOf(): Promise<number> {
  const [row] = await world.db.run(
    `explain (analyze, buffers, format json) ${bookText}`,
    await prepare(),
  );
  const [[{ Plan: plan }]] = Object.values(row!) as [[{ Plan: Record<string, number> }]];
  return plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!;
}

/** Past bookings until there are so many, two hours apart, the same number of each host. */
async function fill(size: number): Promise<void> {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from bookings`;
  const [from, until] = [Math.ceil((row?.n ?? 0) / HOSTS), size / HOSTS];
  const tables = ["bookings", "booking_hosts", "reservations", "attendees"];
  for (const table of tables) await sql`alter table ${sql(table)} disable trigger all`;
  for (let at = from; at < until; at += 100)
    await sql`
      with b as (
        insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location, created_at)
        select gen_random_uuid(), t.id, t.owner_id, t.title, tstzrange(s, s + interval '30 minutes'), 'COMPLETED', 'UTC', '{}', s
        from meeting_types t, generate_series(${at}::int, ${Math.min(at + 100, until) - 1}::int) n,
          lateral (select date_trunc('hour', now()) - interval '1 day' - n * interval '2 hours') x(s)
        returning *
      ), h as (
        insert into booking_hosts (booking_id, host_id) select id, host_id from b
      ), r as (
        insert into reservations (host_id, reserved, booking_id) select host_id, during, id from b
      )
      insert into attendees (id, booking_id, name, email, time_zone)
      select gen_random_uuid(), id, 'Guest', 'guest-' || id || '@example.com', 'UTC' from b`;
  for (const table of tables) await sql`alter table ${sql(table)} enable trigger all`;
  await sql`vacuum analyze`;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >>> 1]!;
const perSecond = (rate: number) => `${Math.round(rate)}/s`.padStart(11);

console.log(
  `Bun ${Bun.version}, one API process, ${POOL} connections, ${AT_ONCE} at once, ${HOSTS} hosts;` +
    ` median of ${ROUNDS} rounds of ${PER_ROUND}\n`,
);
console.log("  bookings   statement   use case       HTTP   HTTP/statement   pages");
for (const size of SIZES) {
  await fill(size);
  const rates: Record<string, number[]> = {};
  // Turn by turn, so that whatever else the machine does slows all alike; the first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [name, way] of Object.entries(ways)) {
      const rate = await rateOf(way, PER_ROUND);
      if (round > 0) rates[name] = [...(rates[name] ?? []), rate];
    }
  const [statement = 0, useCase = 0, http = 0] = Object.values(rates).map(median);
  const pages: number[] = [];
  for (let i = 0; i < 50; i += 1) pages.push(await pagesOf());
  const ratio = (http / statement).toFixed(2).padStart(17);
  console.log(
    `${String(size).padStart(10)} ${perSecond(statement)}${perSecond(useCase)}${perSecond(http)}${ratio}${String(median(pages)).padStart(8)}`,
  );
}

api.child.kill();
await Promise.all([sql.end(), world.hints.close(), world.db.close()]);
await releaseTestDatabases();
