// Whatever happens to bookings, calendars and workers, and however often a provider fails, also after it has done what it
// was asked: in the end each host has one right event of each meeting of his, and none of any other.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { writeEvent } from "../../src/calendars/write.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { KeptCalendar, type Trouble } from "./support/kept-calendar.ts";
import { claimWrites, connectCalendar, write } from "./support/writing.ts";

// After any clock of a database: what calendars are chosen knows no other.
const NOW = "2080-01-01T10:00:00Z";
const HOURS = { hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }] };
const startOf = (slot: number) => `2080-02-${`${10 + slot}`.padStart(2, "0")}T10:00:00Z`;

const trouble = fc.constantFrom<Trouble | null>(
  null,
  { kind: "temporary" },
  { kind: "temporary", isDone: true },
  { kind: "throttled", retryAfterSeconds: 7 },
  { kind: "changed" },
);
const nth = fc.nat({ max: 3 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("book" as const), slot: nth }) },
  fc.record({
    do: fc.constantFrom("cancel" as const, "restore" as const, "edit" as const),
    slot: nth,
  }),
  fc.record({ do: fc.constant("move" as const), slot: nth, to: nth }),
  fc.record({ do: fc.constant("hand over" as const), slot: nth }),
  fc.record({
    do: fc.constant("choose" as const),
    slot: fc.nat({ max: 1 }),
    to: fc.nat({ max: 2 }),
  }),
  fc.record({
    do: fc.constantFrom("let out" as const, "let in" as const),
    slot: fc.nat({ max: 1 }),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("work" as const),
      troubles: fc.array(trouble, { maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("die" as const), slot: nth }) },
  fc.record({ do: fc.constant("wait" as const), minutes: fc.nat({ max: 5 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const base = await testWorld();

async function play(steps: readonly Step[]): Promise<void> {
  base.setNow(NOW);
  await base.db.run("delete from outbox", []);
  const calendar = new KeptCalendar();
  const world = { ...base, calendars: { google: calendar } };
  const api = client(world);
  const hosts = [await makeHost(world, HOURS), await makeHost(world, HOURS)] as const;
  const type = await makeMeetingType(world, hosts[0], { groups: [{ hosts, required: 1 }] });
  const own = await Promise.all(
    hosts.map(async (host, i) => [
      await connectCalendar(world, host, { externalId: `${i} work` }),
      await connectCalendar(world, host, { externalId: `${i} home`, isDestination: false }),
    ]),
  );
  const ids: string[] = [];
  const pass = (seconds: number) => base.setNow(world.now().add({ seconds }).toString());
  const asHost = async (
    method: string,
    id: string | undefined,
    verb: string,
    body: object = {},
  ) => {
    if (id === undefined) return;
    for (const { token } of hosts)
      if ((await api(method, `/bookings/${id}${verb}`, { token, body })).status < 400) return;
  };
  const dying = {
    ...world,
    db: new Proxy(world.db, {
      get: (db, name) => {
        if (name !== "run") return Reflect.get(db, name);
        return (text: string, values: never) => {
          if (/delete from calendar_runs/.test(text)) throw new Error("killed");
          return db.run(text, values);
        };
      },
    }),
  };

  for (const each of steps) {
    const id = "slot" in each ? ids[each.slot % Math.max(1, ids.length)] : undefined;
    switch (each.do) {
      case "book": {
        const made = await book(api, type, startOf(each.slot));
        if (made.status === 201) ids.push(made.body.booking.id);
        break;
      }
      case "cancel":
      case "restore":
        await asHost("PATCH", id, `/${each.do}`);
        break;
      case "edit":
        await asHost("PATCH", id, "", { notes: `Note ${world.now()}` });
        break;
      case "move":
        await asHost("PATCH", id, "/reschedule", { start: startOf(each.to + 5) });
        break;
      case "hand over":
        await asHost("PATCH", id, "/reassign");
        break;
      case "choose":
        await world.db.run("update calendars set is_destination = false where user_id = $1", [
          hosts[each.slot]!.id,
        ]);
        if (own[each.slot]![each.to])
          await world.db.run("update calendars set is_destination = true where id = $1", [
            own[each.slot]![each.to]!.calendarId,
          ]);
        break;
      case "let out":
        await world.db.run(
          "update calendar_connections set status = 'needs_reauth', failing_since = now() where user_id = $1",
          [hosts[each.slot]!.id],
        );
        break;
      case "let in":
        await letIn(hosts[each.slot]!.id);
        break;
      case "work":
        calendar.next.push(...each.troubles);
        await write(world);
        calendar.next.length = 0;
        break;
      case "die": {
        for (const job of (await claimWrites(world)).slice(0, each.slot + 1))
          await writeEvent(dying, job).catch(() => {});
        break;
      }
      case "wait":
        pass(each.minutes * 60);
    }
  }

  async function letIn(userId: string) {
    await world.db.run(
      "update calendar_connections set status = 'ok', failing_since = null where user_id = $1",
      [userId],
    );
  }
  // All is well again.
  for (const { id } of hosts) await letIn(id);
  for (let quiet = 0; quiet < 3; ) {
    quiet = (await write(world)) === 0 ? quiet + 1 : 0;
    pass(3_600);
  }
  const wanted = await world.db.run(
    `select c.external_id as calendar, b.id, lower(b.during) as start from bookings b
     join booking_hosts h on h.booking_id = b.id join calendars c on c.user_id = h.host_id and c.is_destination
     where b.status = 'CONFIRMED' and b.meeting_type_id = $1`,
    [type.id],
  );
  const told = (rows: string[]) => rows.sort();
  const there = ["0 work", "0 home", "1 work", "1 home"].flatMap((name) =>
    calendar.events(name).map(({ draft, during }) => `${name}: ${draft.bookingId} ${during.start}`),
  );
  expect(told(there)).toEqual(
    told(wanted.map((row) => `${row["calendar"]}: ${row["id"]} ${row["start"]}`)),
  );
  expect(await world.db.run("select * from calendar_runs", [])).toEqual([]);
  expect(
    await world.db.run(
      "select id from outbox where kind = 'calendar.write' and done_at is null",
      [],
    ),
  ).toEqual([]);
}

test("events converge to what bookings are", async () => {
  const { CALENDAR_RUNS = "12", CALENDAR_SEED, CALENDAR_PATH } = process.env;
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 25 }), play), {
    numRuns: Number(CALENDAR_RUNS),
    ...(CALENDAR_SEED && { seed: Number(CALENDAR_SEED) }),
    ...(CALENDAR_PATH && { path: CALENDAR_PATH }),
  });
});
