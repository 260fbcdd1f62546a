// Kalends as it runs behind a real PgBouncer in transaction mode; LISTEN, migrations and the queue go past it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ensureDatabase } from "../../scripts/postgres.ts";
import { connect } from "../../src/db/sql.ts";
import { ownServer } from "../faults/support/server.ts";
import { listenTo } from "../support/event-stream.ts";
import { eventually } from "../support/eventually.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { carriesPrepared, findPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { testWorld } from "../support/world.ts";
import { type House, run, startHouse } from "./house.ts";

const isThere = findPgBouncer() !== null;
const WAYS = [
  { prepare: false, skips: isThere ? "" : ": skipped, no pgbouncer on this machine" },
  {
    prepare: true,
    skips:
      isThere && carriesPrepared()
        ? ""
        : ": skipped, no PgBouncer here that carries prepared statements (1.21 or later)",
  },
];
const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
// The programs have the real clock. It is read once: an hour may end in the middle of a test.
const FIRST = Temporal.Now.instant()
  .round({ smallestUnit: "hour", roundingMode: "floor" })
  .add({ hours: 20 * 24 });
const startOf = (n: number) => FIRST.add({ minutes: 30 * n }).toString();

const offer = (n: number) => `"start":"${startOf(n)}"`;

for (const { prepare, skips } of WAYS)
  (skips ? describe.skip : describe)(`with DATABASE_PREPARE=${prepare}${skips}`, () => {
    let server: Awaited<ReturnType<typeof ownServer>>;
    let pooler: Awaited<ReturnType<typeof startPgBouncer>>;
    let env: Record<string, string>;
    let house: House;
    let world: Awaited<ReturnType<typeof testWorld>>;

    beforeAll(async () => {
      server = await ownServer();
      const direct = await ensureDatabase(server.url, "pooled");
      // Fewer than the two programs have together: they take turns, statement by statement.
      pooler = await startPgBouncer(server.url, { poolSize: 3, preparedStatements: 100 });
      env = {
        DATABASE_URL: pooler.through(direct),
        DATABASE_DIRECT_URL: direct,
        DATABASE_PREPARE: `${prepare}`,
        DATABASE_POOL_SIZE: "8",
        RATE_LIMIT_PER_MINUTE: "0",
        REDIS_URL: "",
      };
      for (const setting of ["statement_timeout = '8s'", "lock_timeout = '5s'"])
        await server.sql(`alter role kalends set ${setting}`);
      // What the programs set for their sessions has to come through.
      await server.sql("alter database pooled set timezone = 'Pacific/Auckland'");
      const migrated = await run(["scripts/migrate.ts", "up"], env);
      expect([migrated.code, migrated.code === 0 ? "" : migrated.output]).toEqual([0, ""]);
      world = await testWorld({ DATABASE_URL: direct });
      house = await startHouse({ settings: env });
    });

    afterAll(async () => {
      await house?.[Symbol.asyncDispose]();
      await world?.db.close();
      await pooler?.stop();
      await server?.[Symbol.asyncDispose]();
    });

    const book = (type: { id: string }, n: number, guest = `guest-${n}`) =>
      fetch(`${house.url}/api/v1/bookings`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          meetingTypeId: type.id,
          start: startOf(n),
          guest: { name: "Grace", email: `${guest}@example.com`, timeZone: "UTC" },
        }),
      });

    test("a guest sees, books, is told and reminded, and open widgets hear of it", async () => {
      const host = await makeHost(world, { hours: ALWAYS });
      const type = await makeMeetingType(world, host, {
        reminders: [{ minutesBefore: 60, channel: "email", to: "guest" }],
      });
      const path = `${house.url}/api/v1/meeting-types/${type.id}/slots`;
      const day = startOf(1).slice(0, 10);
      const free = async () => (await fetch(`${path}?from=${day}&until=${day}`)).text();
      const stream = await listenTo(`${path}/events`);
      expect(await free()).toContain(offer(1));

      const booked = await book(type, 1);
      expect(booked.status).toBe(201);
      const { booking } = (await booked.json()) as { booking: { id: string } };
      await stream.heard(1);
      stream.leave();
      expect(await free()).not.toContain(offer(1));

      // As if the hour before the meeting had come.
      await world.db.run(
        "update outbox set due_at = now() where booking_id = $1 and queue = 'reminders'",
        [booking.id],
      );
      await eventually(async () => {
        const rows = await world.db.run(
          "select distinct kind from outbox where booking_id = $1 and outcome = 'done' order by kind",
          [booking.id],
        );
        expect(rows.map(({ kind }) => kind)).toEqual(["BOOKING_CONFIRMATION", "BOOKING_REMINDER"]);
      });
    });

    test("a crowd on one time gets it once, and everybody an answer", async () => {
      const host = await makeHost(world, { hours: ALWAYS });
      const type = await makeMeetingType(world, host);
      const guests = Array.from({ length: 40 }, (_, i) => `crowd-${i}`);
      const answers = await Promise.all(guests.map((guest) => book(type, 3, guest)));
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([201, ...Array.from({ length: 39 }, () => 409)]);
    });

    test("statements have their limits and their zone, whichever connection they go by", async () => {
      const options = { poolSize: 6, prepare, setTimeouts: false, checkRows: true };
      const db = connect({ ...options, url: env["DATABASE_URL"]! });
      const look =
        "select pg_backend_pid() as pid, pg_sleep($1::int / 100.0), current_setting('TimeZone') as zone, current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock";
      const asked = await Promise.all(Array.from({ length: 12 }, () => db.run(look, [5])));
      await db.close();
      const rows = asked.flat();
      for (const row of rows)
        expect(row).toMatchObject({ zone: "UTC", statement: "8s", lock: "5s" });
      const connections = new Set(rows.map(({ pid }) => pid)).size;
      expect([2, 3]).toContain(connections);
    });

    test("the doctor finds everything well", async () => {
      const { code, output } = await run(["scripts/doctor.ts", "--json"], { ...house.env, ...env });
      const { findings } = JSON.parse(output) as {
        findings: { name: string; state: string; said: string }[];
      };
      const of = (name: string) => findings.find((each) => each.name === name);
      for (const name of ["database", "database, directly", "migrations", "pooler", "promises"])
        expect(of(name)).toMatchObject({ state: "ok" });
      expect(of("pooler")!.said).toContain("in transaction mode");
      expect(code).toBe(0);
    });
  });
