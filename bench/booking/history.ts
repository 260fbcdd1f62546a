// Years of bookings that are over and some that lie ahead, put into the tables as bookings leave them.
import postgres from "postgres";

/** Between two past meetings of a host. */
const APART_HOURS = 22;
/** So many of each host lie ahead, after what the bench books. */
const AHEAD = 8;
/** The past of one host is eight years at most: what is more was had by others. */
const MOST_OF_A_HOST = 3_300;
/** Each address has booked so often. */
const BOOKINGS_PER_ADDRESS = 20;
/** Bookings that one statement makes. */
const PART = 20_000;
/** Connections that fill and index. */
const AT_ONCE = 2;
const TABLES = [
  "bookings",
  "booking_hosts",
  "reservations",
  "attendees",
  "booking_history",
  "outbox",
];

/** Hosts and the types whose meetings they had. */
export interface Past {
  readonly hostIds: readonly string[];
  readonly typeIds: readonly string[];
}

/** Fills an empty installation: the same number of each host, the oldest first, each told of by a mail. */
export async function fill(databaseUrl: string, past: Past, size: number): Promise<void> {
  // No time limit: what fills the tables takes longer than a request may.
  const connection = { maintenance_work_mem: "1GB" };
  const sql = postgres(databaseUrl, { max: AT_ONCE, connection, onnotice: () => {} });
  const others = Math.ceil(size / MOST_OF_A_HOST) - past.hostIds.length;
  const strangers = others > 0 ? await makeOthers(sql, others) : { hostIds: [], typeIds: [] };
  const hosts = [...past.hostIds, ...strangers.hostIds];
  const types = [...past.typeIds, ...strangers.typeIds];
  for (const table of TABLES) await sql`alter table ${sql(table)} disable trigger all`;
  const indexes = await takeIndexes(sql);
  const each = Math.ceil(size / hosts.length);
  const share = Math.ceil(hosts.length / AT_ONCE);
  await Promise.all(
    Array.from({ length: AT_ONCE }, (_, i) => {
      const mine = [i * share, (i + 1) * share] as const;
      const past = { hostIds: hosts.slice(...mine), typeIds: types.slice(...mine) };
      return meet(sql, past, each, Math.ceil(size / BOOKINGS_PER_ADDRESS));
    }),
  );
  await Promise.all(indexes.map((statement) => sql.unsafe(statement)));
  for (const table of TABLES) await sql`alter table ${sql(table)} enable trigger all`;
  await sql`vacuum analyze`;
  await sql.end();
}

/** So many bookings of each of these hosts, by guests of so many addresses. */
async function meet(
  sql: postgres.Sql,
  { hostIds, typeIds }: Past,
  each: number,
  addresses: number,
): Promise<void> {
  // A UUIDv7 of its time, as the program would have made it: an index grows at its end.
  const idAt = (at: string) => sql`
    (lpad(to_hex((extract(epoch from ${sql(at)}) * 1000)::bigint), 12, '0') || '7'
      || substr(gen_random_uuid()::text, 16))::uuid`;
  const last = -Math.min(AHEAD, Math.floor(each / 4));
  const step = Math.ceil(PART / hostIds.length);
  for (let at = each + last - 1; at >= last; at -= step)
    await sql`
      with b as (
        insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location, created_at, updated_at)
        select ${idAt("booked")}, type_id, host_id, 'Intro call', tstzrange(s, s + interval '30 minutes'),
          case when n < 0 then 'CONFIRMED' else 'COMPLETED' end, 'UTC', '{"type": "PHONE"}', booked, s
        from generate_series(${at}::int, greatest(${at - step + 1}::int, ${last}::int), -1) n,
          unnest(${hostIds as string[]}::uuid[], ${typeIds as string[]}::uuid[]) as x(host_id, type_id),
          lateral (select date_trunc('hour', now()) + case when n < 0 then interval '100 days' else interval '-1 day' end
            - n * make_interval(hours => ${APART_HOURS})) y(s),
          lateral (select least(s, now()) - interval '9 days') z(booked)
        returning *, upper(during) as until
      ), h as (
        insert into booking_hosts (booking_id, host_id) select id, host_id from b
      ), r as (
        insert into reservations (host_id, reserved, booking_id) select host_id, during, id from b
      ), a as (
        insert into attendees (id, booking_id, name, email, time_zone, created_at, meets_until)
        select ${idAt("created_at")}, id, 'Guest', 'guest-' || floor(random() * ${addresses}::int) || '@example.com', 'UTC', created_at, until
        from b returning *
      ), history as (
        insert into booking_history (booking_id, version, event, actor_kind, created_at)
        select id, 1, 'booked', 'guest', created_at from b
      )
      insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, due_at, attempts, done_at, outcome, created_at)
      select ${idAt("created_at")}, 'emails', 'BOOKING_CONFIRMATION', booking_id, 0, id, created_at, 1, created_at, 'done', created_at
      from a`;
}

/** Hosts that nobody asks for, with a type each. */
async function makeOthers(sql: postgres.Sql, count: number): Promise<Past> {
  const rows = await sql<{ host: string; type: string }[]>`
    with u as (
      insert into users (id, email, username, first_name)
      select gen_random_uuid(), 'other-' || n || '@example.com', 'other-' || n, 'Other' from generate_series(1, ${count}::int) n
      returning id
    ), t as (
      insert into meeting_types (id, owner_id, title, slug, duration_minutes, horizon, location_type, notifications)
      select gen_random_uuid(), id, 'Intro call', 'intro', 30, '{"kind": "unlimited"}', 'PHONE', '{}' from u
      returning id, owner_id
    )
    select owner_id as host, id as type from t`;
  return { hostIds: rows.map(({ host }) => host), typeIds: rows.map(({ type }) => type) };
}

/**
 * Drops the indexes that are no key, which are made in a quarter of the time once the rows are there; gives back how. What
 * locks its table and takes longest comes early, after what would wait for it.
 */
async function takeIndexes(sql: postgres.Sql): Promise<readonly string[]> {
  const indexes = await sql<{ away: string; again: string }[]>`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as away,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as again, 2 as turn
    from pg_constraint where conrelid = any (${TABLES}::regclass[]) and contype = 'x'
    union all
    select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid),
      case when exists (select from pg_constraint c where c.conrelid = indrelid and contype = 'x') then 1 else 3 end
    from pg_index where indrelid = any (${TABLES}::regclass[])
      and not exists (select from pg_constraint where conindid = indexrelid)
    order by turn`;
  for (const { away } of indexes) await sql.unsafe(away);
  return indexes.map(({ again }) => again);
}
