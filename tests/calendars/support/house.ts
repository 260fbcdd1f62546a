// Hosts with calendars at a scripted provider, and the worker's part without a worker: rounds of what is due.
import { pollCalendars } from "../../../src/calendars/poll.ts";
import type { ProviderName } from "../../../src/calendars/provider.ts";
import { syncCalendar } from "../../../src/calendars/sync.ts";
import { claimDueSyncs } from "../../../src/calendars/sync-queries.ts";
import { newId } from "../../../src/db/id.ts";
import { leaseEnd } from "../../../src/outbox/lease.ts";
import { seal } from "../../../src/secret-box.ts";
import type { World } from "../../../src/world.ts";
import { ScriptedCalendar } from "../../support/scripted-calendar.ts";
import { type TestWorld, testWorld } from "../../support/world.ts";

export interface CalendarWorld extends TestWorld {
  readonly script: ScriptedCalendar;
}

/** A world whose provider of that name is scripted. */
export async function calendarWorld(
  provider: ProviderName = "google",
  env: Record<string, string> = {},
): Promise<CalendarWorld> {
  const world = await testWorld(env);
  const script = new ScriptedCalendar(provider, world.now);
  return { ...world, calendars: { [provider]: script }, script };
}

/** An account of the host at the world's provider. */
export async function makeConnection(
  world: World,
  host: { id: string },
  account = "ada@example.com",
  provider: ProviderName = Object.keys(world.calendars ?? {})[0] as ProviderName,
): Promise<{ id: string }> {
  const id = newId();
  const place = { table: "calendar_connections", column: "credentials", id };
  await world.db.run(
    `insert into calendar_connections (id, user_id, provider, account_id, account, credentials)
     values ($1::uuid, $2, $3, $1::uuid::text, $4, $5)`,
    [
      id,
      host.id,
      provider,
      account,
      seal(
        world,
        place,
        JSON.stringify({ kind: "url", url: `https://calendar.example.com/${id}` }),
      ),
    ],
  );
  return { id };
}

/** Lets the connection in by a token that no stand-in lets expire. */
export async function giveToken(world: World, connection: { id: string }): Promise<void> {
  const tokens = {
    kind: "token",
    accessToken: "token-1",
    refreshToken: "refresh-1",
    expiresAt: "2099-01-01T00:00:00Z",
  };
  const place = { table: "calendar_connections", column: "credentials", id: connection.id };
  await world.db.run("update calendar_connections set credentials = $2 where id = $1", [
    connection.id,
    seal(world, place, JSON.stringify(tokens)),
  ]);
}

interface CalendarGiven {
  connection?: { id: string };
  /** The provider's name of it. */
  externalId?: string;
  checks?: boolean;
  isDestination?: boolean;
  blocksTentative?: boolean;
  keepsTitles?: boolean;
  whenUnreachable?: "keep" | "busy" | "free";
}

export interface Calendar {
  readonly id: string;
  readonly externalId: string;
  readonly connectionId: string;
}

/** A calendar of the host, which is checked unless said. */
export async function makeCalendar(
  world: World,
  host: { id: string },
  given: CalendarGiven = {},
): Promise<Calendar> {
  const connection = given.connection ?? (await makeConnection(world, host));
  const id = newId();
  const externalId = given.externalId ?? `calendar-${id.slice(-6)}`;
  await world.db.run(
    `insert into calendars (id, connection_id, user_id, external_id, name, can_write, checks_conflicts, is_destination,
       blocks_tentative, keeps_titles, when_unreachable)
     values ($1, $2, $3, $4, 'Work', true, $5, $6, $7, $8, $9)`,
    [
      id,
      connection.id,
      host.id,
      externalId,
      given.checks ?? true,
      given.isDestination ?? false,
      given.blocksTentative ?? true,
      given.keepsTitles ?? false,
      given.whenUnreachable ?? "keep",
    ],
  );
  return { id, externalId, connectionId: connection.id };
}

/** Claims what is due and does it, once; how many promises. */
export async function syncDue(world: World): Promise<number> {
  const due = await claimDueSyncs(world.db, {
    now: world.now(),
    leaseUntil: leaseEnd(world),
    lane: 4,
    limit: 100,
  });
  await Promise.all(
    due.map(({ id, attempts }) =>
      syncCalendar(world, { outboxId: id, attempt: attempts }, { random: () => 0.5 }),
    ),
  );
  return due.length;
}

/** Polls what is to be polled and looks at it. */
export async function syncAll(world: World): Promise<void> {
  await pollCalendars(world);
  await syncDue(world);
}

/** Lets the clock of the world run on. */
export const pass = (world: TestWorld, time: Temporal.DurationLike): void =>
  world.setNow(world.now().add(time).toString());

export interface CalendarState {
  readonly cursor: string | null;
  readonly generation: number;
  readonly syncedAt: Temporal.Instant | null;
  readonly failingSince: Temporal.Instant | null;
  readonly lastError: string | null;
  readonly runId: string | null;
}

export const stateOf = async (world: World, calendar: { id: string }): Promise<CalendarState> =>
  (
    await world.db.run(
      "select cursor, generation, synced_at, failing_since, last_error, run_id from calendars where id = $1",
      [calendar.id],
    )
  )[0] as never;

/** What is busy by that calendar: "id 2026-11-23T09:00/10:00 busy", in order. */
export const busyOf = async (world: World, calendar: { id: string }): Promise<string[]> =>
  (
    await world.db.run(
      `select external_id || ' ' || to_char(lower(during), 'YYYY-MM-DD"T"HH24:MI') || to_char(upper(during), '/HH24:MI')
         || ' ' || kind || coalesce(' ' || title, '') as line
       from external_busy where calendar_id = $1 order by during, external_id`,
      [calendar.id],
    )
  ).map(({ line }) => line as string);

/** Open promises to look at calendars. */
export const openSyncs = (world: World) =>
  world.db.run(
    `select id, subject_id, attempts, version, due_at, taken_until, last_error from outbox
     where queue = 'calendar-sync' and done_at is null order by created_at, id`,
    [],
  ) as Promise<
    readonly {
      id: string;
      subjectId: string;
      attempts: number;
      version: number;
      dueAt: Temporal.Instant;
      takenUntil: Temporal.Instant | null;
      lastError: string | null;
    }[]
  >;
