// Hosts with calendars that receive their bookings, and the worker's part done by hand.
import type { ProviderName } from "../../../src/calendars/provider.ts";
import { writeEvent } from "../../../src/calendars/write.ts";
import { newId } from "../../../src/db/id.ts";
import { leaseEnd } from "../../../src/outbox/lease.ts";
import { claimDuePromises } from "../../../src/outbox/queries.ts";
import { seal } from "../../../src/secret-box.ts";
import type { World } from "../../../src/world.ts";
import type { TestWorld } from "../../support/world.ts";

/** Sets the world's clock by the real one, as the database's is, and gives 10:00 UTC on a Monday that lies ahead of both. */
export function mondayByTheRealClock(world: TestWorld): string {
  const now = Temporal.Now.zonedDateTimeISO("UTC");
  world.setNow(now.toInstant().toString());
  const monday = now.add({ days: 15 - now.dayOfWeek }).withPlainTime("10:00");
  return monday.toInstant().toString();
}

interface Given {
  provider?: ProviderName;
  externalId?: string;
  conferences?: string[];
  isDestination?: boolean;
  status?: string;
}

/** A calendar of a host, with a connection of its own; it receives his bookings unless said. */
export async function connectCalendar(world: World, host: { id: string }, given: Given = {}) {
  const connectionId = newId();
  const calendarId = newId();
  const place = { table: "calendar_connections", column: "credentials", id: connectionId };
  const credentials = {
    kind: "token",
    accessToken: "a token",
    expiresAt: "2100-01-01T00:00:00Z",
    refreshToken: "another",
  };
  await world.db.run(
    `with connection as (
       insert into calendar_connections (id, user_id, provider, account_id, account, credentials)
       values ($1::uuid, $2, $3, $1::uuid::text, 'ada@example.com', $4)
     )
     insert into calendars (id, connection_id, user_id, external_id, name, can_write, conferences, is_destination)
     values ($5, $1::uuid, $2, $6, 'Work', true, $7, $8)`,
    [
      connectionId,
      host.id,
      given.provider ?? "google",
      seal(world, place, JSON.stringify(credentials)),
      calendarId,
      given.externalId ?? "primary",
      world.db.parameter("jsonb", (given.conferences ?? []) as never),
      given.isDestination ?? true,
    ],
  );
  return { connectionId, calendarId };
}

/** The promises of calendars that are due, taken as a worker takes them. */
export async function claimWrites(world: World) {
  const due = await claimDuePromises(world.db, {
    queue: "calendar-sync",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 100,
  });
  return due.map(({ id, attempts }) => ({ outboxId: id, attempt: attempts }));
}

/** Keeps what is due, one after the other; how many. */
export async function write(world: World): Promise<number> {
  const jobs = await claimWrites(world);
  for (const job of jobs) await writeEvent(world, job);
  return jobs.length;
}

/** What was promised to calendars for a booking, the oldest first. */
export const promisesOf = (world: World, bookingId: string) =>
  world.db.run(
    `select o.user_id, o.outcome, o.last_error, o.due_at, o.attempts, d.provider, d.provider_id, d.channel
     from outbox o left join deliveries d on d.outbox_id = o.id
     where o.booking_id = $1 and o.kind = 'calendar.write' order by o.created_at, o.id`,
    [bookingId],
  );

export const eventRow = async (world: World, bookingId: string, hostId: string) =>
  (
    await world.db.run("select * from calendar_events where booking_id = $1 and host_id = $2", [
      bookingId,
      hostId,
    ])
  )[0];
