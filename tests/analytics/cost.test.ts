// What analytics cost the database: as much as the period asked for, however much there is besides.
import { expect, test } from "bun:test";
import countBookingsText from "#sql/analytics/count_bookings.sql" with { type: "text" };
import countConversionsText from "#sql/analytics/count_conversions.sql" with { type: "text" };
import countEventUsersText from "#sql/analytics/count_event_users.sql" with { type: "text" };
import countEventsText from "#sql/analytics/count_events.sql" with { type: "text" };
import listEventsText from "#sql/analytics/list_events.sql" with { type: "text" };
import type { Parameter } from "../../src/db/sql.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "1" });
const host = await makeHost(world);
const type = await makeMeetingType(world, host);
const sql = (text: string, ...values: Parameter[]) => world.db.run(text, values);

/** So many events of the days before an instant: a hundredth of them of the type, a thousand users. */
const fill = (until: string, days: number, count: number) =>
  sql(
    `insert into analytics_events (id, user_id, event_type, metadata, created_at)
     select gen_random_uuid(), case when n % 3 > 0 then ('00000000-0000-7000-8000-' || lpad((n % 1000)::text, 12, '0'))::uuid end,
       (array['WIDGET_OPENED', 'PAGE_SEEN', 'LOGIN', 'BOOKING_CREATED'])[1 + n % 4],
       case when n % 100 = 0 then jsonb_build_object('meetingTypeId', $1::text) else '{}' end,
       $2::timestamptz - n * (make_interval(days => $3::int) / $4::int)
     from generate_series(1, $4::int) n`,
    type.id,
    until,
    String(days),
    String(count),
  );

/** A booking of the type every two hours, for years. */
const book = (until: string, count: number) =>
  sql(
    `insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location, created_at)
     select gen_random_uuid(), $2, $1, 'Meeting', tstzrange(at, at + interval '30 minutes'), 'CONFIRMED', 'UTC', '{}', at
     from generate_series(1, $4::int) n, lateral (select $3::timestamptz - n * interval '2 hours') x(at)`,
    host.id,
    type.id,
    until,
    String(count),
  );

const NOW = "2026-11-22T10:00:00Z";
const A_MONTH = 30 * 12;
const DAYS_AGO = "2026-11-19T10:00:00Z";
const MONTH_AGO = "2026-10-23T10:00:00Z";
const DAY_EDGES = world.db.parameter("jsonb", [MONTH_AGO, NOW] as never);

interface Plan {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Relation Name"?: string;
  readonly "Actual Loops"?: number;
  readonly Plans?: readonly Plan[];
  readonly [key: string]: unknown;
}

/** What a statement did: the pages it looked at, the tables and indexes that it really read. */
async function cost(text: string, ...values: Parameter[]) {
  await sql(text, ...values);
  const rows = await sql(`explain (analyze, buffers, format json) ${text}`, ...values);
  const [[{ Plan: plan }]] = Object.values(rows[0]!) as [[{ Plan: Plan }]];
  const nodes: Plan[] = [];
  const walk = (node: Plan) => {
    if (node["Actual Loops"] !== 0) nodes.push(node);
    node.Plans?.forEach(walk);
  };
  walk(plan);
  const names = (key: "Index Name" | "Relation Name") => [
    ...new Set(nodes.flatMap((node) => node[key] ?? [])),
  ];
  return {
    pages: Number(plan["Shared Hit Blocks"]) + Number(plan["Shared Read Blocks"]),
    tables: names("Relation Name")
      .filter((name) => name.startsWith("analytics_events"))
      .sort(),
    indexes: names("Index Name"),
    kinds: [...new Set(nodes.map((node) => node["Node Type"]))],
  };
}

const measure = async () => ({
  days: await cost(countEventsText, DAYS_AGO, NOW, "101"),
  month: await cost(countEventsText, MONTH_AGO, NOW, "101"),
  users: await cost(countEventUsersText, DAYS_AGO, NOW),
  bookings: await cost(
    countBookingsText,
    host.id,
    null,
    MONTH_AGO,
    NOW,
    "day",
    DAY_EDGES,
    "32",
    null,
  ),
  widget: await cost(countConversionsText, host.id, null, MONTH_AGO, NOW, "day", DAY_EDGES, null),
  log: await cost(listEventsText, null, null, null, null, null, null, "21"),
  page: await cost(
    listEventsText,
    "2026-11-10T00:00:00Z",
    "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e",
    "LOGIN",
    null,
    null,
    null,
    "21",
  ),
});

test("the pages read grow with the period, not with the table", async () => {
  for (let ahead = 0; ahead < 14; ahead += 1)
    await sql(
      "select make_event_partition($1::timestamptz - make_interval(months => $2::int))",
      NOW,
      `${ahead}`,
    );
  // 20,000 in the last 30 days, and nothing besides; then 20 times as many before them.
  await fill(NOW, 30, 20_000);
  await book(NOW, A_MONTH);
  await sql("vacuum analyze analytics_events, bookings");
  const small = await measure();
  for (let part = 0; part < 19; part += 1)
    await fill(
      Temporal.Instant.from(MONTH_AGO)
        .subtract({ hours: 19 * 24 * part })
        .toString(),
      19,
      20_000,
    );
  await book(MONTH_AGO, 40 * A_MONTH);
  await sql("vacuum analyze analytics_events, bookings");
  const [{ count } = {}] = await sql("select count(*)::int from analytics_events");
  expect(count).toBe(400_000);
  const large = await measure();

  // October begins with the older ones; what is read besides is the way down one more index level.
  for (const what of ["days", "month", "users", "widget", "log", "page"] as const) {
    const extra = large[what].pages - small[what].pages;
    expect([what, extra < 25 || extra]).toEqual([what, true]);
  }
  // Each booking is found twice and its history once.
  expect(large.bookings.pages).toBeLessThan(4 * A_MONTH);
  expect(large.bookings.indexes).toContain("bookings_by_type_made");
  // It grows with the period.
  expect(large.month.pages).toBeGreaterThan(2 * large.days.pages);

  // Three days read one month of the fourteen, by the index that holds all it asks for.
  expect(large.days.tables).toEqual(["analytics_events_2026_11"]);
  expect(large.days.kinds).toContain("Index Only Scan");
  expect(large.days.kinds).not.toContain("Seq Scan");
  expect(large.days.indexes).toContain(
    "analytics_events_2026_11_created_at_event_type_user_id_idx",
  );
  expect(large.users.indexes).toEqual(large.days.indexes);
  expect(large.month.tables).not.toContain("analytics_events_2026_09");
  // A page of the log is a handful of rows of each month at most.
  expect(large.log.pages).toBeLessThan(150);
  expect(large.page.pages).toBeLessThan(200);
});
