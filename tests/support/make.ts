// Builders: boring defaults, so that the line that matters to a test is the one you see.
import { findSession, type UserRow } from "../../src/accounts/queries.ts";
import { newId } from "../../src/db/id.ts";
import { tokens } from "../../src/http/auth.ts";
import type { World } from "../../src/world.ts";

/** Of "correct horse battery", at the cheapest cost. */
const PASSWORD_HASH = "$2b$04$yUjBWdMAUG0N.kM5BFPg4e//gfZMmJso.TlFH45Ab3DopR4cFq2C6";
export const PASSWORD = "correct horse battery";

export interface Host {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly token: string;
  readonly sessionId: string;
  readonly scheduleId: string;
}

interface Hours {
  weekday?: string;
  rrule?: string;
  from: string;
  until: string;
}

const WORKING_WEEK: Hours[] = ["monday", "tuesday", "wednesday", "thursday", "friday"].map(
  (weekday) => ({ weekday, from: "09:00", until: "17:00" }),
);

/** A signed-in host with a default schedule, Monday to Friday 09–17 in his zone. */
export async function makeHost(
  world: World,
  given: { zone?: string; hours?: Hours[]; role?: "member" | "admin"; name?: string } = {},
): Promise<Host> {
  const id = newId();
  const sessionId = newId();
  const scheduleId = newId();
  const username = `host-${id.slice(-12)}`;
  const email = `${username}@example.com`;
  const zone = given.zone ?? "UTC";
  const [firstName = "Ada", lastName = null] = (given.name ?? "Ada Lovelace").split(" ");
  await world.db.run(
    `with u as (
       insert into users (id, email, username, password_hash, first_name, last_name, role, time_zone)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
     ), s as (
       insert into sessions (id, user_id, expires_at) values ($9, $1, '2100-01-01')
     ), c as (
       insert into schedules (id, user_id, name, time_zone, is_default) values ($10, $1, 'Working hours', $8, true)
     )
     insert into schedule_hours (schedule_id, position, weekday, rrule, opens, closes)
     select $10, ordinality, h ->> 'weekday', h ->> 'rrule', h ->> 'from', h ->> 'until'
     from jsonb_array_elements($11) with ordinality as hours(h, ordinality)`,
    [
      id,
      email,
      username,
      PASSWORD_HASH,
      firstName,
      lastName,
      given.role ?? "member",
      zone,
      sessionId,
      scheduleId,
      world.db.parameter("jsonb", (given.hours ?? WORKING_WEEK) as never),
    ],
  );
  const end = Temporal.Instant.from("2100-01-01T00:00:00Z");
  const row = (await findSession(world.db, { sessionId, now: world.now() })) as UserRow;
  const token = await tokens(world).sign(row, sessionId, end);
  return { id, email, username, token, sessionId, scheduleId };
}
