// Builders: boring defaults, so that the line that matters to a test is the one you see.
import { findSession, type UserRow } from "../../src/accounts/queries.ts";
import { newId } from "../../src/db/id.ts";
import { tokens } from "../../src/http/auth.ts";
import type { World } from "../../src/world.ts";
import type { Answer, Api } from "./world.ts";

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
  const row = (await findSession(world.db, {
    sessionId,
    generation: 1,
    now: world.now(),
  })) as UserRow;
  const token = await tokens(world).sign(row, sessionId, end);
  return { id, email, username, token, sessionId, scheduleId };
}

export interface MeetingType {
  readonly id: string;
  readonly slug: string;
}

interface TypeGiven {
  title?: string;
  slug?: string;
  minutes?: number;
  otherMinutes?: number[];
  before?: number;
  after?: number;
  step?: number | null;
  notice?: number;
  horizon?: object;
  caps?: object[];
  notifications?: object;
  reminders?: {
    minutesBefore: number;
    channel: "email" | "sms" | "webhook";
    to: "guest" | "host" | "both";
  }[];
  locationType?: string;
  locationDetails?: string | null;
  scheduleId?: string | null;
  isActive?: boolean;
  archivedAt?: string | null;
  /** Who takes it: all of a group, or so many; the owner alone unless given. */
  groups?: { hosts: readonly { id: string }[]; required?: number }[];
}

/** A host's meeting type: half an hour on the hour and the half, without notice, buffers or an end. */
export async function makeMeetingType(
  world: World,
  host: { id: string },
  given: TypeGiven = {},
): Promise<MeetingType> {
  const id = newId();
  const slug = given.slug ?? `intro-${id.slice(-12)}`;
  const json = (value: object) => world.db.parameter("jsonb", value as never);
  await world.db.run(
    `with t as (
       insert into meeting_types (id, owner_id, schedule_id, title, slug, duration_minutes, duration_options,
         buffer_before_minutes, buffer_after_minutes, slot_interval_minutes, minimum_notice_minutes, horizon,
         location_type, location_details, notifications, reminders, is_active, archived_at, caps)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $20)
     ), g as (
       insert into host_groups (meeting_type_id, position, required)
       select $1, ordinality, (g ->> 'required')::int from jsonb_array_elements($19) with ordinality as x(g, ordinality)
     )
     insert into group_hosts (meeting_type_id, group_position, position, host_id)
     select $1, x.ordinality, y.ordinality, (h ->> 'id')::uuid
     from jsonb_array_elements($19) with ordinality as x(g, ordinality),
       jsonb_array_elements(g -> 'hosts') with ordinality as y(h, ordinality)`,
    [
      id,
      host.id,
      given.scheduleId ?? null,
      given.title ?? "Intro call",
      slug,
      given.minutes ?? 30,
      world.db.parameter("int4[]", (given.otherMinutes ?? []) as never),
      given.before ?? 0,
      given.after ?? 0,
      given.step ?? null,
      given.notice ?? 0,
      json(given.horizon ?? { kind: "unlimited" }),
      given.locationType ?? "PHONE",
      given.locationDetails ?? null,
      json({
        ...{ confirmation: true, cancellation: true, reschedule: true, sms: false },
        ...given.notifications,
      }),
      json(given.reminders ?? []),
      given.isActive ?? true,
      given.archivedAt ?? null,
      json(given.groups ?? [{ hosts: [host] }]),
      json(given.caps ?? []),
    ],
  );
  return { id, slug };
}

interface BookGiven {
  headers?: Record<string, string>;
  guest?: object;
  /** Whatever else the body says. */
  [field: string]: unknown;
}

/** Asks for a booking as a guest would. */
export const book = (
  api: Api,
  type: { id: string },
  start: string,
  { headers, guest, ...body }: BookGiven = {},
): Promise<Answer> =>
  api("POST", "/bookings", {
    ...(headers && { headers }),
    body: {
      meetingTypeId: type.id,
      start,
      guest: {
        name: "Grace Hopper",
        email: "grace@example.com",
        timeZone: "Europe/Berlin",
        ...guest,
      },
      ...body,
    },
  });
