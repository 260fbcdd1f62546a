// A database backend that is killed before, in the midst of or right after the statement that changes a booking: all of
// the change is there or nothing, and asking again does it once.
import { afterAll, expect, test } from "bun:test";
import postgres from "postgres";
import type { Db } from "../../src/db/sql.ts";
import { book, makeHost } from "../support/make.ts";
import { type Answer, client, testWorld } from "../support/world.ts";
import { hostOf, makeAskedType } from "./support/asked.ts";
import { guestOf } from "./support/guest.ts";
import { expectSoundLedger } from "./support/ledger.ts";
import { seat, seated } from "./support/seats.ts";
import { makeTeam } from "./support/team.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "2" });
const admin = postgres(world.config.DATABASE_URL, { max: 2, onnotice: () => {} });
afterAll(() => admin.end());

type Moment = "before" | "in the midst of" | "right after";
let armed: Moment | null = null;
let struck = 0;

const run: Db["run"] = async (text, values) => {
  const moment = /insert into booking_history/.test(text) ? armed : null;
  if (moment === null) return world.db.run(text, values);
  armed = null;
  struck += 1;
  if (moment === "before") {
    await killAll();
    return world.db.run(text, values);
  }
  if (moment === "right after") {
    await world.db.run(text, values);
    throw Object.assign(new Error("The connection is gone"), { code: "CONNECTION_CLOSED" });
  }
  return killedInside(() => world.db.run(text, values));
};
const api = client({ ...world, db: { ...world.db, run } });

const killAll = () => admin`
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name = 'kalends'`;

// History is written when part of the statement is done: there it waits until it is killed.
const GATE = 4711;
await admin.unsafe(`
  create function wait_at_gate() returns trigger language plpgsql as
  $$ begin perform pg_advisory_xact_lock_shared(${GATE}); return new; end $$;
  create trigger gate before insert on booking_history for each row execute function wait_at_gate()`);

async function killedInside<T>(work: () => Promise<T>): Promise<T> {
  const holder = await admin.reserve();
  try {
    await holder`select pg_advisory_lock(${GATE})`;
    const done = work();
    done.catch(() => {});
    for (let tries = 0; ; tries += 1) {
      const killed = await admin`
        select pg_terminate_backend(pid) from pg_locks
        where locktype = 'advisory' and not granted and objid = ${GATE}`;
      if (killed.length > 0) break;
      if (tries > 1000) throw new Error("Nobody came to the gate");
      await Bun.sleep(5);
    }
    await holder`select pg_advisory_unlock(${GATE})`;
    return await done;
  } finally {
    holder.release();
  }
}

const TABLES = [
  "bookings",
  "booking_hosts",
  "reservations",
  "attendees",
  "booking_history",
  "outbox",
  "notifications",
  "analytics_events",
  "idempotency_keys",
];

async function everything(): Promise<string> {
  const rows = [];
  for (const table of TABLES)
    rows.push(await admin.unsafe(`select x::text as row from ${table} x order by 1`));
  return JSON.stringify(rows);
}

const AT = "2026-11-23T10:00:00Z";
const LATER = "2026-11-23T13:00:00Z";
type Ask = () => Promise<Answer>;

/** What can be done, once all that it needs is there. */
const CHANGES: Record<string, (key: string) => Promise<Ask>> = {
  "a booking": async (key) => {
    const { type } = await makeTeam(world, [{}, {}]);
    return () => book(api, type, AT, { headers: { "idempotency-key": key } });
  },
  "a seat that joins": async (key) => {
    const { type } = await seated(world, 3);
    await seat(api, type, AT, "Grace");
    return () => seat(api, type, AT, "Mary", { headers: { "idempotency-key": key } });
  },
  "blocked time": async (key) => {
    const { token } = await makeHost(world);
    const body = { title: "Dentist", start: AT, end: LATER };
    return () => api("POST", "/bookings", { token, body, headers: { "idempotency-key": key } });
  },
  "a move": async () => {
    const { type } = await makeTeam(world, [{}, {}]);
    const made = await book(api, type, AT);
    return () => guestOf(api, made).move(LATER);
  },
  "a seat that moves": async () => {
    const { type } = await seated(world, 3);
    const made = await seat(api, type, AT, "Grace");
    await seat(api, type, AT, "Mary");
    await seat(api, type, LATER, "Annie");
    return () => guestOf(api, made).move(LATER);
  },
  "a seat given back": async () => {
    const { type } = await seated(world, 3);
    const made = await seat(api, type, AT, "Grace");
    await seat(api, type, AT, "Mary");
    return () => guestOf(api, made).cancel();
  },
  "a cancellation": async () => {
    const { type } = await makeTeam(world, [{}, {}]);
    const made = await book(api, type, AT);
    return () => guestOf(api, made).cancel();
  },
  "a confirmation": async () => {
    const host = await makeHost(world);
    const made = await book(api, await makeAskedType(world, host), AT);
    const { id } = made.body.booking;
    return () => api("PATCH", `/bookings/${id}/confirm`, { token: host.token, body: {} });
  },
  "a handing over": async () => {
    const { type, hosts } = await makeTeam(world, [{}, {}]);
    const made = await book(api, type, AT);
    const { id, hostId } = made.body.booking;
    const other = hosts.find((host) => host.id !== hostId)!;
    const token = hosts[0]!.token;
    // As often as it is asked for, the other is to have it.
    return async () => {
      const seen = await api("GET", `/bookings/${id}`, { token: other.token });
      return seen.status === 200
        ? seen
        : api("PATCH", `/bookings/${id}/reassign`, { token, body: { hostId: other.id } });
    };
  },
  "a restoration": async () => {
    const { type, hosts } = await makeTeam(world, [{}]);
    const made = await book(api, type, AT);
    const { id } = made.body.booking;
    await hostOf(world, hosts[0]!, id).cancel();
    return () => api("PATCH", `/bookings/${id}/restore`, { token: hosts[0]!.token, body: {} });
  },
};
const MOMENTS: Moment[] = ["before", "in the midst of", "right after"];
const EACH = Object.keys(CHANGES).flatMap((change) =>
  MOMENTS.map((moment) => [moment, change] as const),
);

test.each(EACH)("a backend killed %s %s leaves all or nothing", async (moment, change) => {
  const ask = await CHANGES[change]!(`${moment} ${change}`);
  const before = await everything();
  const strikes = struck;
  armed = moment;
  const failed = await ask();
  expect(struck).toBe(strikes + 1);
  const after = await everything();
  // Before it began, it may have found another connection.
  if (moment === "before") expect(failed.status < 300).toBe(after !== before);
  else expect([failed.status, after !== before]).toEqual([503, moment === "right after"]);
  const again = await ask();
  expect(again.status).toBeLessThan(300);
  const done = await everything();
  if (after === before) expect(done).not.toBe(before);
  else expect(done).toBe(after);
  await ask();
  expect(await everything()).toBe(done);
  await expectSoundLedger(world);
});
