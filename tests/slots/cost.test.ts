// What free times cost the database: one statement, and as little of a big table as can be.
import { expect, test } from "bun:test";
import findSlotFactsText from "#sql/slots/find_slot_facts.sql" with { type: "text" };
import { counting } from "../support/counting.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

// One connection, so that it knows its catalogs when it is measured; no cache, so that each answer is worked out.
const world = await testWorld({ DATABASE_POOL_SIZE: "1", CACHE_MEGABYTES: "0" });
const { world: counted, statements } = counting(world);
const api = client(counted);
const FIFTY = 50;

/** One by one: they share one connection. */
async function crowd() {
  const hosts: Awaited<ReturnType<typeof makeHost>>[] = [];
  while (hosts.length < FIFTY) hosts.push(await makeHost(world));
  return hosts;
}

const CAPS = [{ per: "month", bookings: 1000 }];

test("one statement for one host and for fifty, with caps and absences", async () => {
  const hosts = await crowd();
  const types = [
    await makeMeetingType(world, hosts[0]!),
    await makeMeetingType(world, hosts[0]!, { groups: [{ hosts, required: 1 }], caps: CAPS }),
  ];
  for (const type of types) {
    statements.length = 0;
    const path = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2027-01-22`;
    expect((await api("GET", path)).status).toBe(200);
    expect(statements).toEqual([findSlotFactsText]);
  }
});

// Planned for its window anew each time, it would take several times as long as it runs.
test("the planner is told the window nowhere, so that one plan does for all", async () => {
  const [asked = ""] = /asked as materialized \(.*?\n\)/s.exec(findSlotFactsText) ?? [];
  expect(asked).toContain("tstzrange($2, $3)");
  expect(findSlotFactsText.replace(asked, "").match(/\$[23]\b(?! +\w+ +timestamptz)/g)).toBeNull();
  // A connection of its own: what a plan has cost on average is remembered, also from when the tables were smaller.
  const fresh = await testWorld({ DATABASE_POOL_SIZE: "1", CACHE_MEGABYTES: "0" });
  const type = await makeMeetingType(fresh, await makeHost(fresh));
  for (let day = 1; day <= 9; day += 1) {
    const path = `/meeting-types/${type.id}/slots?from=2026-12-0${day}&until=2026-12-1${day}`;
    expect((await client(fresh)("GET", path)).status).toBe(200);
  }
  const [plans] = await fresh.db.run(
    "select max(generic_plans)::int as reused from pg_prepared_statements where statement = $1",
    [findSlotFactsText],
  );
  await fresh.db.close();
  expect(plans!["reused"]).toBeGreaterThan(0);
});

const sql = (text: string, ...values: (string | null)[]) => world.db.run(text, values);

const PARTS = 40;
const TABLES = ["bookings", "booking_hosts", "reservations"];

/** 500 hosts with 400 meetings each over two years, a fifth of them of `type`; triggers would only take time. */
async function fill(owner: { id: string }, type: { id: string }) {
  await sql(
    `insert into users (id, email, username, first_name)
     select gen_random_uuid(), 'many-' || n || '@example.com', 'many-' || n, 'Many' from generate_series(1, 499) n`,
  );
  for (const table of TABLES) await sql(`alter table ${table} disable trigger all`);
  // In parts, since a statement has seconds at most.
  for (let part = 0; part < PARTS; part += 1)
    await sql(
      `with b as (
         insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location)
         select gen_random_uuid(), case when n % 5 = 0 then $2::uuid end, u.id, 'Meeting',
           tstzrange(at, at + interval '30 minutes'), 'CONFIRMED', 'UTC', '{}'
         from users u, generate_series($3::int, $3::int + ${400 / PARTS - 1}) n,
           lateral (select '2026-01-01Z'::timestamptz + n * interval '44 hours') x(at)
         where u.id = $1 or u.username like 'many-%'
         returning id, host_id, during
       ), h as (insert into booking_hosts (booking_id, host_id) select id, host_id from b)
       insert into reservations (host_id, reserved, booking_id) select host_id, during, id from b`,
      owner.id,
      type.id,
      `${(400 / PARTS) * part}`,
    );
  for (const table of TABLES) await sql(`alter table ${table} enable trigger all`);
  await sql("analyze");
}

/** Pages that a statement looks at, once its functions are planned. */
async function buffers(text: string, ...values: (string | null)[]): Promise<number> {
  await sql(text, ...values);
  const rows = await sql(`explain (analyze, buffers, format json) ${text}`, ...values);
  const [[{ Plan: plan }]] = Object.values(rows[0]!) as [[{ Plan: Record<string, number> }]];
  return plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!;
}

const MONTH = ["2026-11-20T00:00:00Z", "2026-12-26T00:00:00Z"] as const;

test("of 200,000 reservations of 500 hosts little is read", async () => {
  const owner = await makeHost(world);
  const other = await makeHost(world);
  const plain = await makeMeetingType(world, owner);
  await fill(owner, plain);
  const [{ count } = {}] = await sql("select count(*)::int from reservations");
  expect(count).toBe(200_000);
  const facts = (type: { id: string }) =>
    buffers(findSlotFactsText, type.id, ...MONTH, null, null, MONTH[0], null, null);

  expect(await facts(plain)).toBeLessThan(80);
  const state = await buffers("select availability_state($1)", plain.id);
  expect(state).toBeLessThan(20);

  // A cap of the type reads the bookings of its month, through bookings_by_type.
  const quiet = await makeMeetingType(world, owner, { caps: CAPS });
  await sql("update bookings set meeting_type_id = $1 where host_id = $2", quiet.id, owner.id);
  expect(await facts(quiet)).toBeLessThan(200);

  // A cap of the host reads his, through his reservations.
  await sql(
    "update schedules set caps = $2::text::jsonb where user_id = $1",
    owner.id,
    JSON.stringify(CAPS),
  );
  expect(await facts(plain)).toBeLessThan(500);

  const hosts = await sql("select id from users where username like 'many-%' limit 49");
  await sql(
    `insert into schedules (id, user_id, name, time_zone, is_default)
     select gen_random_uuid(), id, 'Hours', 'UTC', true from users where username like 'many-%'`,
  );
  const group = [other, ...(hosts as { id: string }[])];
  const round = await makeMeetingType(world, owner, { groups: [{ hosts: group, required: 1 }] });
  expect(await facts(round)).toBeLessThan(FIFTY * 50);
  expect(await buffers("select availability_state($1)", round.id)).toBeLessThan(FIFTY * 4);

  // What admit() counts, it counts through the same indexes.
  const cap = (of: string | null) =>
    JSON.stringify([
      { host: of, from: "2026-11-01T00:00:00Z", until: "2026-12-01T00:00:00Z", bookings: 9 },
    ]);
  const capped = "select is_capped($1::text::jsonb, $2, $3, 30, null, now())";
  expect(await buffers(capped, cap(owner.id), owner.id, null)).toBeLessThan(150);
  // A fifth of everybody's meetings are of this type: those of the month, and no others.
  expect(await buffers(capped, cap(null), null, plain.id)).toBeLessThan(200);

  // So are turns: what the type had within a month and has before it, by bookings_by_type.
  const turn = "select in_turn($1, $2::text::uuid[], null, '2026-11-22')";
  expect(await buffers(turn, quiet.id, `{${group.map(({ id }) => id).join()}}`)).toBeLessThan(1500);
});
