// Years of bookings that are over and some that lie ahead, put into the tables as bookings leave them.
import postgres from "postgres";

/** Between two past meetings of a host: ten thousand bookings of 300 hosts are a month, a million eight years. */
const APART_HOURS = 22;
/** So many of each host lie ahead, after what the bench books. */
const AHEAD = 8;
/** Each address has booked so often. */
const BOOKINGS_PER_ADDRESS = 20;
const TABLES = [
  "bookings",
  "booking_hosts",
  "reservations",
  "attendees",
  "booking_history",
  "outbox",
] as const;

/** Hosts and the types whose meetings they had. */
export interface Past {
  readonly hostIds: readonly string[];
  readonly typeIds: readonly string[];
}

/** Fills an empty installation: the same number of each host, the oldest first, each told of by a mail. */
export async function fill(databaseUrl: string, past: Past, size: number): Promise<void> {
  // No time limit: what fills the tables takes longer than a request may.
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const each = Math.ceil(size / past.hostIds.length);
  const addresses = Math.ceil(size / BOOKINGS_PER_ADDRESS);
  for (const table of TABLES) await sql`alter table ${sql(table)} disable trigger all`;
  // A UUIDv7 of its time, as the program would have made it: an index grows at its end.
  await sql`
    create function pg_temp.id_at(at timestamptz) returns uuid language sql as $$
      select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
        || '8' || substr(md5(random()::text), 1, 15))::uuid $$`;
  const last = -Math.min(AHEAD, Math.floor(each / 4));
  for (let at = each + last - 1; at >= last; at -= 50)
    await sql`
      with b as (
        insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location, created_at, updated_at)
        select pg_temp.id_at(booked), type_id, host_id, 'Intro call', tstzrange(s, s + interval '30 minutes'),
          case when n < 0 then 'CONFIRMED' else 'COMPLETED' end, 'UTC', '{"type": "PHONE"}', booked, s
        from generate_series(${at}::int, greatest(${at}::int - 49, ${last}::int), -1) n,
          unnest(${past.hostIds as string[]}::uuid[], ${past.typeIds as string[]}::uuid[]) as x(host_id, type_id),
          lateral (select date_trunc('hour', now()) + case when n < 0 then interval '100 days' else interval '-1 day' end
            - n * make_interval(hours => ${APART_HOURS})) y(s),
          lateral (select least(s, now()) - interval '9 days') z(booked)
        returning *
      ), h as (
        insert into booking_hosts (booking_id, host_id) select id, host_id from b
      ), r as (
        insert into reservations (host_id, reserved, booking_id) select host_id, during, id from b
      ), a as (
        insert into attendees (id, booking_id, name, email, time_zone, created_at)
        select pg_temp.id_at(created_at), id, 'Guest', 'guest-' || floor(random() * ${addresses}::int) || '@example.com', 'UTC', created_at
        from b returning *
      ), history as (
        insert into booking_history (booking_id, version, event, actor_kind, created_at)
        select id, 1, 'booked', 'guest', created_at from b
      )
      insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, due_at, attempts, done_at, outcome, created_at)
      select pg_temp.id_at(created_at), 'emails', 'BOOKING_CONFIRMATION', booking_id, 0, id, created_at, 1, created_at, 'done', created_at
      from a`;
  for (const table of TABLES) await sql`alter table ${sql(table)} enable trigger all`;
  await sql`vacuum analyze`;
  await sql.end();
}
