// What happens when the statement refuses what the look allowed. The database itself is made to.
import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";
import { busyOf, counts } from "./support/ledger.ts";

const START = "2026-11-23T09:00:00Z";

async function setUp() {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const block = () =>
    api("POST", "/bookings", {
      token: host.token,
      body: { title: "Dentist", start: START, end: "2026-11-23T10:00:00Z" },
    });
  return { world, api, host, type, block };
}

/** Lets the first `times` bookings fail with an SQLSTATE; a sequence counts what is rolled back, too. */
async function failFirst(world: TestWorld, times: number, code: string) {
  await world.db.run("create sequence tries", []);
  await world.db.run(
    `create function lose() returns trigger language plpgsql as $$ begin
       if nextval('tries') <= ${times} then raise exception 'lost' using errcode = '${code}'; end if;
       return new;
     end $$`,
    [],
  );
  await world.db.run(
    "create trigger lose before insert or update on bookings for each row execute function lose()",
    [],
  );
}

const replaceAdmit = (world: TestWorld, body: string) =>
  world.db.run(
    `create or replace function admit(p_type uuid, p_version int, p_during tstzrange, p_reserved tstzrange,
       p_groups jsonb, p_caps jsonb, p_instead_of uuid, p_shared boolean, p_now timestamptz, p_stays boolean default false)
     returns uuid[] language plpgsql as $$ begin ${body} end $$`,
    [],
  );
// The first host of the first group, free or not.
const ADMIT_ANYBODY = "return array[(p_groups -> 0 -> 'hosts' ->> 0)::uuid];";

test.each(["40P01", "40001"])("a statement that lost a race (%s) is tried again", async (code) => {
  const { world, api, type, block } = await setUp();
  await failFirst(world, 3, code);
  const made = await book(api, type, "2026-11-23T11:00:00Z");
  expect(made.status).toBe(201);
  await world.db.run("alter sequence tries restart", []);
  expect((await guestOf(api, made).move("2026-11-23T12:00:00Z")).status).toBe(200);
  await world.db.run("alter sequence tries restart", []);
  expect((await block()).status).toBe(201);
});

test("one that loses every time is 503 with Retry-After, never a 500", async () => {
  const { world, api, type, block } = await setUp();
  await failFirst(world, 1000, "40P01");
  for (const refused of [await book(api, type, START), await block()]) {
    expect([refused.status, refused.body.code]).toEqual([503, "unavailable"]);
    expect(refused.headers.get("retry-after")).toBe("1");
  }
  expect(await counts(world, "bookings", "reservations")).toEqual({ bookings: 0, reservations: 0 });
});

test("where nothing else looks, the constraint still refuses, as slot_taken", async () => {
  const { world, api, host, type, block } = await setUp();
  const made = await book(api, type, START);
  await replaceAdmit(world, ADMIT_ANYBODY);
  const refused = await block();
  expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
  expect(await busyOf(world, host)).toHaveLength(1);
  expect(made.status).toBe(201);
});

test.each(["slot_taken", "facts_changed"])(
  "a time refused again and again (%s) is 409 with three others",
  async (code) => {
    const { world, api, type } = await setUp();
    const made = await book(api, type, "2026-11-23T10:00:00Z");
    await replaceAdmit(world, `perform refuse('${code}');`);
    const refused = await book(api, type, START);
    expect([refused.status, refused.body.code]).toEqual([409, "slot_taken"]);
    const starts = refused.body.alternatives.map(({ start }: { start: string }) => start);
    expect(starts).toEqual([
      "2026-11-23T09:30:00Z",
      "2026-11-23T10:30:00Z",
      "2026-11-23T11:00:00Z",
    ]);
    expect((await guestOf(api, made).move(START)).body.code).toBe("slot_taken");
    expect((await guestOf(api, made).get()).body.version).toBe(1);
  },
);

test("a cap that is reached again and again is said to be, when booking and when moving", async () => {
  const { world, api, type } = await setUp();
  const made = await book(api, type, "2026-11-23T10:00:00Z");
  await replaceAdmit(world, "perform refuse('cap_reached');");
  const refused = await book(api, type, START);
  expect([refused.status, refused.body.code]).toEqual([409, "cap_reached"]);
  expect((await guestOf(api, made).move(START)).body.code).toBe("cap_reached");
});

test("last seats that go again and again between look and take are said to be gone", async () => {
  const { world, api, type } = await setUp();
  await world.db.run("update meeting_types set capacity = 2 where id = $1", [type.id]);
  await replaceAdmit(world, "perform refuse('seats_full');");
  const refused = await book(api, type, START);
  expect([refused.status, refused.body.code]).toEqual([409, "seats_full"]);
});

test("facts that changed once between look and take are read again", async () => {
  const { world, api, type } = await setUp();
  await world.db.run("create sequence looks", []);
  await replaceAdmit(
    world,
    `if nextval('looks') = 1 then perform refuse('facts_changed'); end if; ${ADMIT_ANYBODY}`,
  );
  expect((await book(api, type, START)).status).toBe(201);
});

test("admit() refuses a type of another version, or that takes no bookings, but lets its bookings move", async () => {
  const { world, api, host, type } = await setUp();
  const made = await book(api, type, START);
  const admit = (version: number, insteadOf: string | null = null) =>
    world.db
      .run(
        `select admit($1, $2, '[2026-11-24 09:00Z,2026-11-24 10:00Z)', '[2026-11-24 09:00Z,2026-11-24 10:00Z)',
           jsonb_build_array(jsonb_build_object('hosts', jsonb_build_array($3::text), 'required', 1)), '[]', $4, false, now())`,
        [type.id, version, host.id, insteadOf],
      )
      .then(
        ([row]) => row?.["admit"],
        (error: Error) => error.message,
      );
  expect(await admit(1)).toEqual([host.id]);
  expect(await admit(2)).toBe("facts_changed");
  await world.db.run("update meeting_types set is_active = false where id = $1", [type.id]);
  expect(await admit(1)).toBe("facts_changed");
  expect(await admit(1, made.body.booking.id)).toEqual([host.id]);
});
