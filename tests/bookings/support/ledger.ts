// What must hold of the tables whatever has happened.
import { expect } from "bun:test";
import type { World } from "../../../src/world.ts";

/**
 * Expects that no two reservations of a host overlap, holds included, and that every booking's reservations are exactly
 * what its status, hosts, time and buffers say.
 */
export async function expectSoundLedger(world: World): Promise<void> {
  const overlaps = await world.db.run(
    `select a.host_id, a.reserved::text as one, b.reserved::text as other
     from reservations a join reservations b
       on a.host_id = b.host_id and a.reserved && b.reserved
         and coalesce(a.booking_id, a.hold_id) < coalesce(b.booking_id, b.hold_id)`,
    [],
  );
  const faults = await world.db.run(
    `with wanted as (
       select b.id as booking_id, h.host_id, tstzrange(
         lower(b.during) - make_interval(mins => coalesce(t.buffer_before_minutes, 0)),
         upper(b.during) + make_interval(mins => coalesce(t.buffer_after_minutes, 0))) as reserved
       from bookings b
       join booking_hosts h on h.booking_id = b.id
       left join meeting_types t on t.id = b.meeting_type_id
       where b.status in ('PENDING', 'CONFIRMED', 'COMPLETED', 'NO_SHOW')
     )
     select coalesce(w.booking_id, r.booking_id) as booking, w.reserved::text as wanted, r.reserved::text as found
     from wanted w full join (select * from reservations where hold_id is null) r using (booking_id, host_id)
     where w.reserved is distinct from r.reserved
     union all
     select id, 'a host', null from bookings b
     where not exists (select from booking_hosts h where h.booking_id = b.id and h.host_id = b.host_id)`,
    [],
  );
  expect({ overlaps, faults }).toEqual({ overlaps: [], faults: [] });
}

/** The busy spans of a host as the table has them, sorted. */
export async function busyOf(world: World, host: { id: string }): Promise<string[]> {
  const rows = await world.db.run(
    `select lower(reserved) as start, upper(reserved) as "end" from reservations where host_id = $1
     order by reserved`,
    [host.id],
  );
  return rows.map(({ start, end }) => `${start}/${end}`);
}

/** How many rows each of these tables has. */
export async function counts(world: World, ...tables: string[]): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const table of tables) {
    const [row] = await world.db.run(`select count(*)::int as n from ${table}`, []);
    counted[table] = row?.["n"] as number;
  }
  return counted;
}
