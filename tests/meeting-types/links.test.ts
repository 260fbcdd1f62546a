// Links that book a meeting type a limited number of times.
import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { guestOf } from "../bookings/support/guest.ts";
import { hold, startsOf } from "../bookings/support/holds.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { type Answer, client, testWorld } from "../support/world.ts";

const MONDAY = "2026-11-23";
const at = (time: string, date = MONDAY) => `${date}T${time}:00Z`;

async function setUp(given: Parameters<typeof makeMeetingType>[2] = {}) {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, given);
  const path = `/meeting-types/${type.id}/links`;
  const { token } = host;
  const made = async (body: object = {}) =>
    (await api("POST", path, { token, body })).body as { id: string; url: string };
  const used = async (id: string) =>
    (await api("GET", `${path}/${id}`, { token })).body.used as number;
  const booked = (time: string, more: Parameters<typeof book>[3]) =>
    book(api, type, at(time), more);
  return { world, api, host, type, path, token, made, used, booked };
}

const codeOf = ({ status, body }: Answer) => (body.code ? `${status} ${body.code}` : `${status}`);

test("a link is a random secret, books once unless said, and leads to the type's page", async () => {
  const { api, host, type, path, token } = await setUp();
  const { status, body } = await api("POST", path, { token, body: {} });
  expect(status).toBe(201);
  expect(body).toEqual({
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
    url: `http://kalends.test/${host.username}/${type.slug}?link=${body.id}`,
    maxBookings: 1,
    used: 0,
    durationMinutes: null,
    expiresAt: null,
    createdAt: "2026-11-22T10:00:00Z",
  });
  expect((await api("GET", `${path}/${body.id}`, { token })).body).toEqual(body);
});

test("a link that is nothing special needs no body", async () => {
  const { api, path, token } = await setUp();
  const { status, body } = await api("POST", path, { token });
  expect([status, body.maxBookings]).toEqual([201, 1]);
});

test("a link books so many times as it may, each counted, and then no more", async () => {
  const { made, used, booked } = await setUp();
  const { id: link } = await made({ maxBookings: 2 });
  expect((await booked("09:00", { link })).status).toBe(201);
  expect(await used(link)).toBe(1);
  expect((await booked("10:00", { link })).status).toBe(201);
  expect(codeOf(await booked("11:00", { link }))).toBe("409 link_used_up");
  expect(await used(link)).toBe(2);
  expect((await booked("11:00", {})).status).toBe(201);
});

test("booking by a link is two statements", async () => {
  const { world, type, made } = await setUp();
  const { id: link } = await made();
  let statements = 0;
  const run: typeof world.db.run = (text, values) => {
    statements += 1;
    return world.db.run(text, values);
  };
  const counting = client({ ...world, db: { ...world.db, run } });
  expect((await book(counting, type, at("09:00"), { link })).status).toBe(201);
  expect(statements).toBe(2);
});

test("a refused booking uses nothing up", async () => {
  const { made, used, booked } = await setUp();
  const { id: link } = await made();
  await booked("09:00", {});
  expect(codeOf(await booked("09:00", { link }))).toBe("409 slot_taken");
  expect(codeOf(await booked("03:00", { link }))).toBe("422 outside_hours");
  expect(await used(link)).toBe(0);
  expect((await booked("10:00", { link })).status).toBe(201);
});

test("an expired link, one of another type and one that never was are refused alike", async () => {
  const { world, host, api, made, booked } = await setUp();
  const { id: link } = await made({ expiresAt: "2026-11-22T11:00:00+00:00" });
  const other = await makeMeetingType(world, host);
  world.setNow("2026-11-22T10:59:59Z");
  expect(codeOf(await book(api, other, at("09:00"), { link }))).toBe("409 link_used_up");
  expect(codeOf(await booked("09:00", { link: newId() }))).toBe("409 link_used_up");
  world.setNow("2026-11-22T11:00:00Z");
  expect(codeOf(await booked("09:00", { link }))).toBe("409 link_used_up");
  const shown = await api(
    "GET",
    `/meeting-types/${other.id}/slots?from=${MONDAY}&until=${MONDAY}&link=${link}`,
  );
  expect(codeOf(shown)).toBe("409 link_used_up");
});

test("a link's own duration is the only one: in slots, holds and bookings", async () => {
  const { api, type, made, booked } = await setUp({ otherMinutes: [60] });
  const { id: link } = await made({ maxBookings: 2, durationMinutes: 45 });
  expect(await startsOf(api, type, MONDAY, `&link=${link}`)).toContain(at("09:45"));
  expect(codeOf(await booked("09:00", { link, durationMinutes: 60 }))).toBe("422 invalid");
  expect(codeOf(await booked("09:00", { durationMinutes: 45 }))).toBe("422 invalid");
  const first = await booked("09:00", { link });
  expect(first.body.booking.durationMinutes).toBe(45);
  const held = await hold(api, type, at("09:45"), { link });
  expect(held.status).toBe(201);
  const second = await booked("09:45", { link, durationMinutes: 45, holdId: held.body.holdId });
  expect(second.body.booking.end).toBe(at("10:30"));
  expect(codeOf(await hold(api, type, at("12:00"), { link }))).toBe("409 link_used_up");
});

test("holding uses no link up, cancelling gives no use back, moving needs none", async () => {
  const { api, type, made, used, booked } = await setUp();
  const { id: link } = await made({ durationMinutes: 45 });
  await hold(api, type, at("14:15"), { link });
  expect(await used(link)).toBe(0);
  const guest = guestOf(api, await booked("09:00", { link }));
  const moved = await guest.move(at("09:45"));
  expect([moved.status, moved.body.durationMinutes]).toEqual([200, 45]);
  await guest.cancel();
  expect(await used(link)).toBe(1);
  expect(codeOf(await booked("11:15", { link }))).toBe("409 link_used_up");
});

test("a repeated booking by a link that it used up itself is the same booking", async () => {
  const { made, used, booked } = await setUp();
  const { id: link } = await made();
  const ask = () => booked("09:00", { link, headers: { "idempotency-key": "k" } });
  const [first, again] = [await ask(), await ask()];
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(await used(link)).toBe(1);
});

test("a secret type is not on the card, but its link books it", async () => {
  const { world, api, host, type, made, booked } = await setUp();
  await world.db.run("update meeting_types set visibility = 'secret' where id = $1", [type.id]);
  const { id: link } = await made();
  expect((await api("GET", `/users/${host.username}`)).text).not.toContain(type.slug);
  expect((await booked("09:00", { link })).status).toBe(201);
});

test("a deleted link books nothing; what was booked by it stays", async () => {
  const { api, path, token, made, booked } = await setUp();
  const { id: link } = await made({ maxBookings: 5 });
  const guest = guestOf(api, await booked("09:00", { link }));
  expect((await api("DELETE", `${path}/${link}`, { token })).body).toEqual({
    message: "Link deleted",
  });
  expect(codeOf(await booked("10:00", { link }))).toBe("409 link_used_up");
  expect((await guest.get()).body.status).toBe("CONFIRMED");
  for (const method of ["GET", "DELETE"])
    expect((await api(method, `${path}/${link}`, { token })).status).toBe(404);
});

test("links are listed newest first, page by page", async () => {
  const { world, api, path, token, made } = await setUp();
  expect((await api("GET", path, { token })).body).toEqual({ data: [], nextCursor: null });
  const ids = [];
  for (const minute of ["10:01", "10:02", "10:03"]) {
    world.setNow(`2026-11-22T${minute}:00Z`);
    ids.unshift((await made()).id);
  }
  const first = (await api("GET", `${path}?limit=2`, { token })).body;
  const rest = (await api("GET", `${path}?limit=2&cursor=${first.nextCursor}`, { token })).body;
  expect([...first.data, ...rest.data].map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(rest.nextCursor).toBeNull();
});

test("a repeated POST makes one link, by its key", async () => {
  const { api, path, token } = await setUp();
  const headers = { "idempotency-key": "k" };
  const ask = (body: object) => api("POST", path, { token, headers, body });
  const [first, again] = [await ask({}), await ask({})];
  expect([again.status, again.body]).toEqual([201, first.body]);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(codeOf(await ask({ maxBookings: 2 }))).toBe("422 idempotency_mismatch");
});

test("only the owner makes, sees and deletes links; an archived type has no new ones", async () => {
  const { world, api, path, made, token } = await setUp();
  const { id } = await made();
  const stranger: Host = await makeHost(world);
  const asked = [
    ["GET", path],
    ["POST", path],
    ["GET", `${path}/${id}`],
    ["DELETE", `${path}/${id}`],
  ] as const;
  for (const [method, where] of asked) {
    const body = method === "POST" ? { body: {} } : {};
    expect((await api(method, where, body)).status).toBe(401);
    expect((await api(method, where, { token: stranger.token, ...body })).status).toBe(404);
  }
  await world.db.run("update meeting_types set archived_at = now()", []);
  const headers = { "idempotency-key": "archived" };
  expect((await api("POST", path, { token, headers, body: {} })).status).toBe(404);
});

test.each([
  [{ maxBookings: 0 }, "maxBookings"],
  [{ maxBookings: 1001 }, "maxBookings"],
  [{ durationMinutes: 0 }, "durationMinutes"],
  [{ durationMinutes: 1441 }, "durationMinutes"],
  [{ expiresAt: "2026-11-22T10:00:00Z" }, "expiresAt"],
  [{ expiresAt: "2100-01-02T00:00:00Z" }, "expiresAt"],
  [{ expiresAt: "tomorrow" }, "expiresAt"],
  [{ used: 3 }, "used"],
])("a link of %j is refused", async (body, field) => {
  const { api, path, token } = await setUp();
  const refused = await api("POST", path, { token, body });
  expect(codeOf(refused)).toBe("422 invalid");
  expect(refused.body.errors[0].path).toBe(field);
});
