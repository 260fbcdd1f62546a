// Whether anybody has two meetings at once, asked of the tables that no constraint guards.
import type { Sql } from "../chaos/facts.ts";

/** Pairs of meetings that one host would have to be in at once, and of reservations that would hold the same time. */
export async function findOverlaps(sql: Sql): Promise<string[]> {
  const rows = await sql(
    `select 'meetings' as what, x.host_id::text as host, a.id::text as one, b.id::text as other
     from booking_hosts x
     join booking_hosts y on y.host_id = x.host_id and y.booking_id > x.booking_id
     join bookings a on a.id = x.booking_id and a.status in ('PENDING', 'CONFIRMED')
     join bookings b on b.id = y.booking_id and b.status in ('PENDING', 'CONFIRMED') and b.during && a.during
     union all
     select 'reservations', a.host_id::text, a.reserved::text, b.reserved::text
     from reservations a join reservations b
       on b.host_id = a.host_id and b.ctid > a.ctid and b.reserved && a.reserved
     limit 100`,
  );
  return rows.map(
    ({ what, host, one, other }) => `${host} has two ${what} at once: ${one}, ${other}`,
  );
}
