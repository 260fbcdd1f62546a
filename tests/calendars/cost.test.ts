// What calendars cost the database where there are many of them: pages looked at, not time.
import { expect, test } from "bun:test";
import notePushesText from "#sql/calendars/note_pushes.sql" with { type: "text" };
import storePageText from "#sql/calendars/store_page.sql" with { type: "text" };
import visitCalendarsText from "#sql/calendars/visit_calendars.sql" with { type: "text" };
import findSlotFactsText from "#sql/slots/find_slot_facts.sql" with { type: "text" };
import { newId } from "../../src/db/id.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

// One connection, so that it knows its catalogs when it is measured.
const world = await testWorld({ DATABASE_POOL_SIZE: "1" });
const sql = (text: string, ...values: unknown[]) => world.db.run(text, values as never[]);

/** Pages that a statement looks at, once it is planned. */
async function buffers(text: string, ...values: unknown[]): Promise<number> {
  await sql(text, ...values);
  const rows = await sql(`explain (analyze, buffers, format json) ${text}`, ...values);
  const [[{ Plan: plan }]] = Object.values(rows[0]!) as [[{ Plan: Record<string, number> }]];
  return plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!;
}

const PARTS = 10;
const MONTH = ["2026-11-20T00:00:00Z", "2026-12-26T00:00:00Z"] as const;

test("of three hundred thousand times of two hundred hosts little is read", async () => {
  const owner = await makeHost(world);
  const plain = await makeMeetingType(world, owner);
  await sql(
    `insert into users (id, email, username, first_name)
     select gen_random_uuid(), 'many-' || n || '@example.com', 'many-' || n, 'Many' from generate_series(1, 199) n`,
  );
  await sql(
    `insert into schedules (id, user_id, name, time_zone, is_default)
     select gen_random_uuid(), id, 'Hours', 'UTC', true from users where username like 'many-%'`,
  );
  await sql(
    `insert into calendar_connections (id, user_id, provider, account_id, account, credentials)
     select gen_random_uuid(), id, 'google', id::text, '', '' from users`,
  );
  await sql(
    `insert into calendars (id, connection_id, user_id, external_id, name, can_write, checks_conflicts, synced, poll_at)
     select gen_random_uuid(), id, user_id, n::text, '', true, true, '[2026-11-21,2027-02-21)', '2026-12-01'
     from calendar_connections, generate_series(1, 3) n`,
  );
  await sql("alter table external_busy disable trigger all");
  // In parts, since a statement has seconds at most.
  for (let part = 0; part < PARTS; part += 1)
    await sql(
      `insert into external_busy (calendar_id, external_id, host_id, during, kind, generation)
       select id, 'event-' || n, user_id, tstzrange(at, at + interval '30 minutes'), 'busy', 1
       from (select *, row_number() over (order by id) as row from calendars) c, generate_series(0, 499) n,
         lateral (select '2026-11-21Z'::timestamptz + n * interval '4 hours') x(at)
       where row % ${PARTS} = $1::int order by id, n`,
      part,
    );
  await sql("alter table external_busy enable trigger all");
  await sql("analyze");
  const [{ count } = {}] = await sql("select count(*)::int from external_busy");
  expect(count).toBe(300_000);

  const facts = (type: { id: string }) =>
    buffers(findSlotFactsText, type.id, ...MONTH, null, null, MONTH[0], null, null);
  // As it costs when it is planned.
  for (let n = 0; n < 6; n += 1) await facts(plain);
  const elsewhere = `select * from busy_elsewhere($1, $2, tstzrange($3::text::timestamptz, $4::text::timestamptz))`;
  expect(await sql(elsewhere, owner.id, plain.id, ...MONTH)).toHaveLength(210);
  // His three calendars' times of five weeks are 630 rows.
  expect(await facts(plain)).toBeLessThan(500);
  const hosts = await sql("select id from users where username like 'many-%' limit 49");
  const round = await makeMeetingType(world, owner, {
    groups: [{ hosts: [owner, ...(hosts as { id: string }[])], required: 1 }],
  });
  expect(await facts(round)).toBeLessThan(50 * 400);

  // A page of ten changes reads about as much as it changes.
  const [calendar] = await sql("select id from calendars where user_id = $1 limit 1", owner.id);
  const runId = newId();
  await sql("update calendars set run_id = $1 where id = $2", runId, calendar!["id"]);
  const resources = Array.from({ length: 10 }, (_, n) => ({
    externalId: `event-${n * 7}`,
    etag: null,
    isGone: false,
    isOurs: false,
    start: null,
    end: null,
    busy: [
      { start: "2026-12-01T09:00:00Z", end: "2026-12-01T09:30:00Z", kind: "busy", title: null },
    ],
  }));
  const page = (isLast: boolean) => [
    calendar!["id"],
    runId,
    newId(),
    1,
    1,
    world.db.parameter("jsonb", resources as never),
    false,
    true,
    isLast,
    "cursor",
    "2026-11-21T00:00:00Z",
    "2027-02-21T00:00:00Z",
    0,
    ...Array.from({ length: 4 }, () => "2026-11-22T10:00:00Z"),
  ];
  expect(await buffers(storePageText, ...page(false))).toBeLessThan(400);

  // A look at what is to be polled, while nothing is.
  expect(await buffers(visitCalendarsText, world.now(), world.now(), 200)).toBeLessThan(50);
  const pushes = world.db.parameter("jsonb", [{ channelId: newId(), event: "changed" }] as never);
  expect(await buffers(notePushesText, pushes, world.now())).toBeLessThan(50);
});
