// How long the dashboard takes for a period, in tables of very different size whose last 30 days are the same.
// `bun bench/analytics.ts [--rows 100000,1000000,10000000]` makes a database of the tests' server; ten million take minutes
// and 3 GB.
import postgres from "postgres";
import countEventUsersText from "#sql/analytics/count_event_users.sql" with { type: "text" };
import countEventsText from "#sql/analytics/count_events.sql" with { type: "text" };
import { releaseTestDatabases, testDatabaseUrl } from "../tests/support/postgres.ts";
import { column, median } from "./support/numbers.ts";

const flag = process.argv.indexOf("--rows");
const SIZES = (flag < 0 ? "100000,1000000,10000000" : process.argv[flag + 1]!)
  .split(",")
  .map(Number);
const PERIODS = [1, 7, 30, 90, 365];
const RECENT_DAYS = 30;
const RECENT = 80_000;
const OLDEST_DAYS = 390;
const USERS = 5_000;
const PART = 250_000;
const TIMES = 7;

const url = await testDatabaseUrl();
const now = Temporal.Now.instant().round("second");
// As the dashboard asks, two at once, but without the limit that a request has.
const sql = postgres(url, { max: 2, onnotice: () => {} });

for (let days = -60; days <= OLDEST_DAYS; days += 28)
  await sql`select make_event_partition(${now.subtract({ hours: 24 * days }).toString()})`;
// They only slow the filling down: the dashboard reads the other one.
await sql`drop index idx_analytics_event_type, analytics_by_user, analytics_by_meeting_type`;

/** So many events, evenly over the days from so long ago until so long ago. */
async function fill(fromDays: number, untilDays: number, count: number) {
  const seconds = ((fromDays - untilDays) * 86_400) / count;
  const until = now.subtract({ hours: 24 * untilDays }).toString();
  for (let done = 0; done < count; done += PART)
    await sql`
      insert into analytics_events (id, user_id, event_type, metadata, created_at)
      select gen_random_uuid(),
        case when random() < 0.6 then ('00000000-0000-7000-8000-' || lpad(floor(random() * ${USERS}::int)::text, 12, '0'))::uuid end,
        (array['WIDGET_OPENED', 'PAGE_SEEN', 'SLOT_CHOSEN', 'LOGIN', 'BOOKING_CREATED', 'FORM_LEFT'])[1 + floor(random() * 6)::int],
        '{"page": "/pricing"}', ${until}::timestamptz - n * make_interval(secs => ${seconds}::float8)
      from generate_series(${done + 1}::int, ${Math.min(done + PART, count)}::int) n`;
}

async function dashboard(days: number): Promise<void> {
  const from = now.subtract({ hours: 24 * days }).toString();
  await Promise.all([
    sql.unsafe(countEventsText, [from, now.toString(), 100], { prepare: true }),
    sql.unsafe(countEventUsersText, [from, now.toString()], { prepare: true }),
  ]);
}

/** The median of how many milliseconds the dashboard of so many days takes, once it is warm. */
async function measure(days: number): Promise<number> {
  await dashboard(days);
  const all: number[] = [];
  for (let i = 0; i < TIMES; i += 1) {
    const began = performance.now();
    await dashboard(days);
    all.push(performance.now() - began);
  }
  return median(all);
}

const found: number[][] = [];
let filled = 0;
for (const size of SIZES) {
  if (filled === 0) await fill(RECENT_DAYS, 0, RECENT);
  const before = Math.max(filled, RECENT);
  await fill(OLDEST_DAYS, RECENT_DAYS, size - before);
  filled = size;
  await sql`vacuum analyze analytics_events`;
  const row: number[] = [];
  for (const days of PERIODS) row.push(await measure(days));
  found.push(row);
}

const [row] = await sql`
  select current_setting('server_version') as version,
    pg_size_pretty(sum(pg_total_relation_size(inhrelid))) as size
  from pg_inherits where inhparent = 'analytics_events'::regclass`;
console.log(`Bun ${Bun.version}, PostgreSQL ${row?.["version"]}; median ms of the dashboard's two statements, at once
${RECENT.toLocaleString("en")} events in the last ${RECENT_DAYS} days of every table, the rest in the ${OLDEST_DAYS - RECENT_DAYS} before; ${row?.["size"]} in the end
`);
console.log(`${"events".padEnd(12)}${PERIODS.map((days) => column(`${days} days`)).join("")}`);
for (const [i, size] of SIZES.entries())
  console.log(
    `${size.toLocaleString("en").padEnd(12)}${found[i]!.map((ms) => column(ms.toFixed(1))).join("")}`,
  );
console.log("\nHow many times as long as in the smallest table");
for (const [i, size] of SIZES.entries())
  console.log(
    `${size.toLocaleString("en").padEnd(12)}${found[i]!.map((ms, p) => column(`${(ms / found[0]![p]!).toFixed(1)}×`)).join("")}`,
  );

await sql.end();
await releaseTestDatabases();
