// One use case is one statement: whatever fails in it, nothing of it is left behind.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { counting } from "../support/counting.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { makeAskedType } from "./support/asked.ts";
import { asks } from "./support/asking.ts";
import { guestOf } from "./support/guest.ts";
import { hold } from "./support/holds.ts";
import { expectSoundLedger } from "./support/ledger.ts";
import { seat, seated, seatsOf } from "./support/seats.ts";
import { makeTeam } from "./support/team.ts";

const world = await testWorld();
const api = client(world);

test("a slots request is two statements, one where the answer is kept; a booking two, also with a key", async () => {
  const type = await makeMeetingType(world, await makeHost(world));
  const { world: counted, statements } = counting(world);
  const ask = client(counted);
  const spent = () => statements.splice(0).length;
  const slots = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-12-23`;
  expect([(await ask("GET", slots)).status, spent()]).toEqual([200, 2]);
  expect([(await ask("GET", slots)).status, spent()]).toEqual([200, 1]);
  const made = await book(ask, type, "2026-11-23T09:00:00Z");
  expect([made.status, spent()]).toEqual([201, 2]);
  const headers = { "idempotency-key": "k" };
  const keyed = await book(ask, type, "2026-11-23T10:00:00Z", { headers });
  expect([keyed.status, spent()]).toEqual([201, 2]);
  expect([(await book(ask, type, "2026-11-23T10:00:00Z")).status, spent()]).toEqual([409, 1]);
  expect([(await guestOf(ask, made).move("2026-11-23T11:00:00Z")).status, spent()]).toEqual([
    200, 4,
  ]);
  expect([(await guestOf(ask, made).cancel()).status, spent()]).toEqual([200, 3]);
  expect([(await guestOf(ask, made).cancel()).status, spent()]).toEqual([200, 1]);
});

type Made = Promise<{ type: { id: string }; more?: object }>;
const HOUR = { caps: [{ per: "day", bookings: 5 }], minutes: 60, before: 15, after: 15 };
/** Types of every kind, with what else a booking of them says. */
const KINDS: Record<string, (host: Host) => Made> = {
  "of one host": async (host) => ({ type: await makeMeetingType(world, host) }),
  "with buffers and caps": async (host) => ({ type: await makeMeetingType(world, host, HOUR) }),
  "that must be confirmed": async (host) => ({ type: await makeAskedType(world, host) }),
  "of several hosts together": async (host) => {
    const groups = [{ hosts: [host, await makeHost(world)] }];
    return { type: await makeMeetingType(world, host, { groups }) };
  },
  "of hosts in turn": async () => makeTeam(world, [{ weight: 2 }, { priority: 1 }, {}]),
  "of one host and two in turn": async (host) => {
    const others = [await makeHost(world), await makeHost(world)];
    const groups = [{ hosts: [host] }, { hosts: others, required: 1 }];
    return { type: await makeMeetingType(world, host, { groups }) };
  },
  "with seats, opened": async () => ({ type: (await seated(world, 3)).type }),
  "with seats, joined": async () => {
    const { type } = await seated(world, 3);
    await seat(api, type, "2026-11-23T09:00:00Z", "Mary");
    return { type };
  },
  "with seats, of hosts in turn": async () => {
    const { type } = await makeTeam(world, [{}, {}]);
    await seatsOf(world, type, 2);
    return { type };
  },
  "with a cap per guest": async (host) => {
    const type = await makeMeetingType(world, host);
    await asks(world, type, { policies: { maxActivePerGuest: 2 } });
    return { type };
  },
  "that is held": async (host) => {
    const type = await makeMeetingType(world, host);
    const held = await hold(api, type, "2026-11-23T09:00:00Z");
    return { type, more: { holdId: held.body.holdId } };
  },
  "by a link": async (host) => {
    const type = await makeMeetingType(world, host);
    const path = `/meeting-types/${type.id}/links`;
    const made = await api("POST", path, { token: host.token, body: { maxBookings: 1 } });
    return { type, more: { link: made.body.id } };
  },
  "with guests brought along": async (host) => ({
    type: await makeMeetingType(world, host),
    more: { guests: [{ email: "annie@example.com" }] },
  }),
};

test.each(Object.keys(KINDS))("a booking of a type %s is two statements", async (kind) => {
  const { type, more = {} } = await KINDS[kind]!(await makeHost(world));
  const { world: counted, statements } = counting(world);
  const start = "2026-11-23T09:00:00Z";
  const made = await book(client(counted), type, start, {
    ...more,
    headers: { "idempotency-key": kind },
  });
  expect([made.status, statements.length]).toEqual([201, 2]);
});

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
] as const;

/** Everything that bookings are made of. */
async function everything(): Promise<string> {
  const tables = await Promise.all(
    TABLES.map((table) => world.db.run(`select x::text as row from ${table} x order by 1`, [])),
  );
  return JSON.stringify(tables);
}

await world.db.run(
  `create function fail() returns trigger language plpgsql as
   $$ begin raise exception 'the disk of % is bad', tg_table_name using errcode = 'XX001'; end $$`,
  [],
);

async function failing<T>(table: string, work: () => Promise<T>): Promise<T> {
  // At the end of the statement, when all the rest of it is done.
  await world.db.run(
    `create trigger bad after insert or update or delete on ${table} for each row execute function fail()`,
    [],
  );
  try {
    return await work();
  } finally {
    await world.db.run(`drop trigger bad on ${table}`, []);
  }
}

const CHANGES: Record<
  "book" | "block" | "move" | "moveSeat" | "cancel" | "edit",
  (typeof TABLES)[number][]
> = {
  book: [...TABLES],
  block: TABLES.filter((table) => table !== "attendees"),
  move: [
    "bookings",
    "reservations",
    "booking_history",
    "outbox",
    "notifications",
    "analytics_events",
  ],
  cancel: [
    "bookings",
    "reservations",
    "booking_history",
    "outbox",
    "notifications",
    "analytics_events",
  ],
  moveSeat: TABLES.filter((table) => table !== "idempotency_keys"),
  edit: ["bookings", "booking_history", "outbox", "notifications"],
};
const EACH = Object.entries(CHANGES).flatMap(([change, tables]) =>
  tables.map((table) => [change as keyof typeof CHANGES, table] as const),
);

test.each(EACH)(
  "%s leaves nothing behind when %s fails, and works again after it",
  async (change, table) => {
    const host = await makeHost(world);
    const { token } = host;
    const type = await makeMeetingType(world, host);
    const made = await book(api, type, "2026-11-23T09:00:00Z");
    const guest = guestOf(api, made);
    const { type: shared } = await seated(world, 2);
    await seat(api, shared, "2026-11-23T09:00:00Z", "Grace");
    const mary = await seat(api, shared, "2026-11-23T09:00:00Z", "Mary");
    const headers = { "idempotency-key": `${change} ${table}` };
    const span = { start: "2026-11-23T12:00:00Z", end: "2026-11-23T13:00:00Z" };
    const attempt = {
      book: () => book(api, type, "2026-11-23T10:00:00Z", { headers }),
      block: () =>
        api("POST", "/bookings", { token, headers, body: { title: "Dentist", ...span } }),
      move: () => guest.move("2026-11-23T10:00:00Z"),
      cancel: () => guest.cancel(),
      moveSeat: () => guestOf(api, mary).move("2026-11-23T10:00:00Z"),
      edit: () =>
        api("PATCH", `/bookings/${made.body.booking.id}`, {
          token,
          body: { location: { type: "IN_PERSON", details: "Room 2" } },
        }),
    }[change];
    const before = await everything();
    const failed = await failing(table, attempt);
    expect([failed.status, failed.body.code]).toEqual([500, "internal"]);
    expect(failed.text).not.toContain("disk");
    expect(await everything()).toBe(before);
    const worked = await attempt();
    expect([worked.status, worked.headers.get("idempotency-replayed")]).toEqual([
      change === "book" || change === "block" ? 201 : 200,
      null,
    ]);
    await expectSoundLedger(world);
  },
);

test("nobody opens a transaction: a connection that dies in one would tear it apart", async () => {
  const root = join(import.meta.dir, "../..");
  const files = [...new Bun.Glob("{src,worker}/**/*.ts").scanSync(root)];
  expect(files.length).toBeGreaterThan(50);
  const texts = await Promise.all(files.map((file) => Bun.file(join(root, file)).text()));
  expect(files.filter((_, i) => /\.(begin|savepoint)\s*\(/.test(texts[i] ?? ""))).toEqual([]);
});
