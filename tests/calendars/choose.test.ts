// Choosing calendars, for all meeting types and for one, and what follows from it.
import { afterAll, describe, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { calendarsOf, connectBy, connectServer, rows, scene } from "./support/scene.ts";

const it = await scene();
afterAll(() => it.stop());

const patch = (host: Host, id: string, calendars: object[]) =>
  it.api("PATCH", `/calendar/integrations/${id}/calendars`, {
    token: host.token,
    body: { calendars },
  });
const ofType = (host: Host, type: { id: string }, calendars?: object[]) =>
  it.api(calendars ? "PATCH" : "GET", `/meeting-types/${type.id}/calendars`, {
    token: host.token,
    ...(calendars && { body: { calendars } }),
  });
const byName = (body: { data: { name: string }[] }) =>
  Object.fromEntries(body.data.map((each) => [each.name, each]));
/** What a sync would leave. */
const known = (calendarId: string, host: Host) =>
  rows(
    it,
    `with c as (update calendars set cursor = 'c', synced = '[2026-11-21,2027-01-01)', synced_at = now() where id = $1)
     insert into external_busy (calendar_id, external_id, host_id, during, kind, title, generation)
     values ($1, $3, $2, '[2026-11-24,2026-11-25)', 'busy', 'Doctor', 1)`,
    calendarId,
    host.id,
    newId(),
  );
const busyOf = (calendarId: string) =>
  rows(it, "select title from external_busy where calendar_id = $1", calendarId);
const promises = (calendarId: string) =>
  rows(
    it,
    "select id from outbox where subject_id = $1 and kind = 'calendar.sync' and done_at is null",
    calendarId,
  );
const keep = () =>
  rows(
    it,
    "update outbox set done_at = now(), outcome = 'done' where queue = 'calendar-sync' and done_at is null",
  );

/** How much the host's version rises. */
async function rise(host: Host, act: () => Promise<unknown>): Promise<number> {
  const read = async () =>
    Number(
      (
        await rows(it, "select version::int from availability_versions where host_id = $1", host.id)
      )[0]?.["version"] ?? 0,
    );
  const before = await read();
  await act();
  return (await read()) - before;
}

async function hostWithCalendars() {
  const host = await makeHost(it.world);
  const id = await connectBy(it, "google", host);
  const calendars = await calendarsOf(it, id, host);
  return {
    host,
    id,
    main: calendars["Ada Lovelace"],
    work: calendars["Calendar work"],
    holidays: calendars["Calendar holidays"],
  };
}

test("what is chosen holds, what is not said stays, and what is new is promised to be read", async () => {
  const { host, id, main, work, holidays } = await hostWithCalendars();
  await keep();
  const answer = await patch(host, id, [
    { id: work.id, checksConflicts: true, blocksTentative: false, whenUnreachable: "busy" },
    { id: holidays.id, keepsTitles: true },
  ]);
  expect(answer.status).toBe(200);
  expect(byName(answer.body)).toMatchObject({
    "Calendar work": {
      checksConflicts: true,
      isDestination: false,
      blocksTentative: false,
      whenUnreachable: "busy",
      keepsTitles: false,
    },
    "Calendar holidays": { checksConflicts: false, keepsTitles: true },
    "Ada Lovelace": { checksConflicts: true, isDestination: true, whenUnreachable: "keep" },
  });
  expect(await promises(work.id)).toHaveLength(1);
  expect(await promises(holidays.id)).toHaveLength(0);
  await patch(host, id, [{ id: work.id, checksConflicts: true }]);
  expect(await promises(work.id)).toHaveLength(1);
  expect(main.isDestination).toBe(true);
});

test("one calendar receives bookings, whichever account it is of", async () => {
  const { host, id, main, work } = await hostWithCalendars();
  const other = await connectServer(it, "ada", host);
  const theirs = (await calendarsOf(it, other, host))["Ada Lovelace"];
  expect(theirs.isDestination).toBe(false);
  const destinations = () =>
    rows(it, "select id from calendars where user_id = $1 and is_destination", host.id);
  await patch(host, other, [{ id: theirs.id, isDestination: true }]);
  expect(await destinations()).toEqual([{ id: theirs.id }] as never);
  await patch(host, id, [
    { id: main.id, isDestination: false },
    { id: work.id, isDestination: true },
  ]);
  expect(await destinations()).toEqual([{ id: work.id }] as never);
  await patch(host, id, [{ id: work.id, isDestination: false }]);
  expect(await destinations()).toEqual([]);
  // Whoever is last, and never two.
  const racing = [main, work, theirs].flatMap((each) =>
    Array.from({ length: 4 }, () =>
      patch(host, each === theirs ? other : id, [{ id: each.id, isDestination: true }]),
    ),
  );
  expect((await Promise.all(racing)).map(({ status }) => status)).toEqual(racing.map(() => 200));
  expect(await destinations()).toHaveLength(1);
});

test("what is wrong is said by its field, and changes nothing", async () => {
  const { host, id, main, work, holidays } = await hostWithCalendars();
  const stranger = await hostWithCalendars();
  const wrong = async (calendars: object[], path: string) => {
    const answer = await patch(host, id, calendars);
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, path]);
  };
  await wrong([{ id: holidays.id, isDestination: true }], "calendars.0.isDestination");
  await wrong([{ id: work.id, checksConflicts: true }, { id: newId() }], "calendars.1.id");
  await wrong([{ id: stranger.work.id, checksConflicts: true }], "calendars.0.id");
  await wrong([{ id: work.id }, { id: work.id, checksConflicts: true }], "calendars.1.id");
  await wrong(
    [
      { id: work.id, isDestination: true },
      { id: main.id, isDestination: true },
    ],
    "calendars.1.isDestination",
  );
  expect(await calendarsOf(it, id, host)).toMatchObject({
    "Calendar work": { checksConflicts: false, isDestination: false },
  });
});

test("what is known of a calendar that matters no more is forgotten", async () => {
  const { host, id, main, work } = await hostWithCalendars();
  await patch(host, id, [{ id: work.id, checksConflicts: true }]);
  await known(work.id, host);
  await known(main.id, host);
  await keep();
  await patch(host, id, [
    { id: work.id, checksConflicts: false },
    { id: main.id, checksConflicts: false },
  ]);
  expect(await busyOf(work.id)).toEqual([]);
  // It still receives bookings.
  expect(await busyOf(main.id)).toHaveLength(1);
  expect(await rows(it, "select cursor, synced_at from calendars where id = $1", work.id)).toEqual([
    { cursor: null, syncedAt: null },
  ] as never);
  expect(await promises(main.id)).toHaveLength(0);
  await patch(host, id, [{ id: work.id, checksConflicts: true }]);
  expect(await promises(work.id)).toHaveLength(1);
});

test("titles are kept for who wants them, from the next reading on, and gone with the wish", async () => {
  const { host, id, main } = await hostWithCalendars();
  await keep();
  await known(main.id, host);
  await patch(host, id, [{ id: main.id, keepsTitles: true }]);
  expect(await promises(main.id)).toHaveLength(1);
  await known(main.id, host);
  await keep();
  await patch(host, id, [{ id: main.id, keepsTitles: false }]);
  expect(await busyOf(main.id)).toEqual([{ title: null }, { title: null }] as never);
});

describe("the versions of free times rise", () => {
  test("with what decides about them, and with nothing else", async () => {
    const { host, id, main, work } = await hostWithCalendars();
    const by = (of: { id: string }, wish: object) =>
      rise(host, () => patch(host, id, [{ id: of.id, ...wish }]));
    expect(await by(work, { checksConflicts: true })).toBeGreaterThan(0);
    expect(await by(work, { checksConflicts: true })).toBe(0);
    expect(await by(work, { blocksTentative: false })).toBeGreaterThan(0);
    expect(await by(work, { whenUnreachable: "free" })).toBeGreaterThan(0);
    expect(await by(work, { keepsTitles: true })).toBe(0);
    expect(await by(work, { isDestination: true })).toBe(0);
    expect(await by(main, { checksConflicts: false })).toBeGreaterThan(0);
    const sync =
      "update calendars set cursor = 'n', synced_at = now(), name = 'x' where user_id = $1";
    expect(await rise(host, () => rows(it, sync, host.id))).toBe(0);
    // The one that is free while it cannot be read counts, the others keep what was known.
    const fail = (wish: string) => () =>
      rows(
        it,
        "update calendars set failing_since = now() where user_id = $1 and when_unreachable = $2",
        host.id,
        wish,
      );
    expect(await rise(host, fail("keep"))).toBe(0);
    expect(await rise(host, fail("free"))).toBe(1);
    expect(await rise(host, fail("free"))).toBe(0);
    const gone = () => it.api("DELETE", `/calendar/integrations/${id}`, { token: host.token });
    expect(await rise(host, gone)).toBeGreaterThan(0);
  });

  test("with what is chosen for a type", async () => {
    const { host, work } = await hostWithCalendars();
    const type = await makeMeetingType(it.world, host);
    const wish = { calendarId: work.id, checksConflicts: true, isDestination: false };
    expect(await rise(host, () => ofType(host, type, [wish]))).toBeGreaterThan(0);
    expect(
      await rise(host, () => ofType(host, type, [{ ...wish, checksConflicts: false }])),
    ).toBeGreaterThan(0);
    expect(await rise(host, () => ofType(host, type, []))).toBeGreaterThan(0);
  });
});

describe("of one meeting type", () => {
  test("each host chooses among his own, instead of what he has chosen for all", async () => {
    const { host, main, work } = await hostWithCalendars();
    const partner = await hostWithCalendars();
    const type = await makeMeetingType(it.world, host, {
      groups: [{ hosts: [host, partner.host] }],
    });
    await rows(
      it,
      `with o as (insert into organizations (id, name, owner_id) values ($1, 'Ours', $2)),
         m as (insert into organization_members (id, organization_id, user_id, role) values
           (gen_random_uuid(), $1, $2, 'admin'), (gen_random_uuid(), $1, $3, 'member'))
       update meeting_types set organization_id = $1 where id = $4`,
      newId(),
      host.id,
      partner.host.id,
      type.id,
    );
    await keep();
    const wishes = [
      { calendarId: work.id, checksConflicts: true, isDestination: true },
      { calendarId: main.id, checksConflicts: false, isDestination: false },
    ];
    const chosen = await ofType(host, type, wishes);
    expect(chosen.status).toBe(200);
    expect(chosen.body.calendars).toHaveLength(2);
    expect(await promises(work.id)).toHaveLength(1);
    expect((await ofType(partner.host, type)).body).toEqual({ calendars: [] });
    const theirs = { calendarId: partner.main.id, checksConflicts: true, isDestination: false };
    expect((await ofType(partner.host, type, [theirs])).status).toBe(200);
    expect((await ofType(host, type)).body.calendars).toHaveLength(2);
    expect((await ofType(host, type, [])).body).toEqual({ calendars: [] });
    expect((await ofType(partner.host, type)).body.calendars).toMatchObject([
      { ...theirs, name: "Ada Lovelace" },
    ]);
  });

  test("what is wrong is refused and changes nothing", async () => {
    const { host, main, work, holidays } = await hostWithCalendars();
    const stranger = await hostWithCalendars();
    const type = await makeMeetingType(it.world, host);
    const wish = (of: { id: string }, isDestination = false) => ({
      calendarId: of.id,
      checksConflicts: true,
      isDestination,
    });
    await ofType(host, type, [wish(main)]);
    for (const wishes of [
      [wish(stranger.main)],
      [wish({ id: newId() })],
      [wish(holidays, true)],
      [wish(work), wish(work)],
      [wish(work, true), wish(main, true)],
    ]) {
      const answer = await ofType(host, type, wishes);
      expect([answer.status, answer.body.code]).toEqual([422, "invalid"]);
    }
    expect((await ofType(host, type)).body.calendars).toMatchObject([{ calendarId: main.id }]);
    expect((await ofType(stranger.host, type)).status).toBe(404);
    // Its owner, who does not take it himself.
    const delegated = await makeMeetingType(it.world, host, {
      groups: [{ hosts: [stranger.host] }],
    });
    expect((await ofType(host, delegated, [wish(main)])).status).toBe(403);
  });
});

test("asked to read now, the promises that there are are due now, and no more are made", async () => {
  const { host, id, main, work } = await hostWithCalendars();
  await rows(it, "update outbox set due_at = '2030-01-01' where subject_id = $1", main.id);
  const sync = (of = host) =>
    it.api("POST", `/calendar/integrations/${id}/sync`, { token: of.token });
  for (const _ of [1, 2]) {
    const answer = await sync();
    expect([answer.status, answer.body.calendars]).toEqual([202, 1]);
  }
  const [promise, ...more] = await rows(
    it,
    "select due_at from outbox where subject_id = $1",
    main.id,
  );
  expect([`${promise?.["dueAt"]}`, more]).toEqual([it.world.now().toString(), []]);
  expect(await promises(work.id)).toHaveLength(0);
  expect((await sync(await makeHost(it.world))).status).toBe(404);
});
