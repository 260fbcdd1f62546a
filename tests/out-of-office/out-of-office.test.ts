import { expect, test } from "bun:test";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const PATH = "/out-of-office";
const HOLIDAY = { from: "2026-12-24", until: "2027-01-01", reason: "Holiday" };

async function create(token: string, given: object = {}) {
  const { status, body } = await api("POST", PATH, { token, body: { ...HOLIDAY, ...given } });
  expect(status).toBe(201);
  return body;
}

test("POST /out-of-office notes an absence and answers it as GET does", async () => {
  const { token } = await makeHost(world);
  const made = await api("POST", PATH, { token, body: { ...HOLIDAY, reason: "  Holiday " } });
  expect(made.status).toBe(201);
  expect(made.headers.get("etag")).toBe('"v1"');
  expect(made.body).toEqual({
    ...HOLIDAY,
    id: expect.any(String),
    version: 1,
    createdAt: "2026-11-22T10:00:00Z",
    updatedAt: "2026-11-22T10:00:00Z",
  });
  const found = await api("GET", `${PATH}/${made.body.id}`, { token });
  expect([found.status, found.body]).toEqual([200, made.body]);
  expect(found.headers.get("etag")).toBe('"v1"');
});

test.each([undefined, null, "", "   "])("a reason may be missing: %p", async (reason) => {
  const { token } = await makeHost(world);
  expect((await create(token, { reason })).reason).toBeNull();
});

test("one day is an absence, and so are 1097", async () => {
  const { token } = await makeHost(world);
  await create(token, { from: "2026-12-24", until: "2026-12-24" });
  await create(token, { from: "2026-01-01", until: "2029-01-01" });
});

test.each([
  ["until before from", { from: "2026-12-24", until: "2026-12-23" }, "until"],
  ["more than three years", { from: "2026-01-01", until: "2029-01-02" }, "until"],
  ["a date that is none", { from: "2026-02-30" }, "from"],
  ["an instant", { from: "2026-12-24T00:00:00Z" }, "from"],
  ["a date far off", { from: "0001-01-01" }, "from"],
  ["another", { until: "9999-12-31" }, "until"],
  ["a number", { from: 20261224 }, "from"],
  ["null", { until: null }, "until"],
  ["a control character", { reason: "a\0b" }, "reason"],
  ["a long reason", { reason: "x".repeat(501) }, "reason"],
  ["an unknown field", { note: "x" }, "note"],
])("POST and PATCH refuse %s and say where", async (_what, given, path) => {
  const { token } = await makeHost(world);
  const post = await api("POST", PATH, { token, body: { ...HOLIDAY, ...given } });
  expect(post).toMatchObject({ status: 422, body: { code: "invalid", errors: [{ path }] } });
  const { id } = await create(token);
  const patch = await api("PATCH", `${PATH}/${id}`, { token, body: given });
  expect(patch).toMatchObject({ status: 422, body: { code: "invalid", errors: [{ path }] } });
});

test("POST needs both dates", async () => {
  const { token } = await makeHost(world);
  const { status, body } = await api("POST", PATH, { token, body: { from: "2026-12-24" } });
  expect([status, body.errors]).toEqual([422, [{ path: "until", message: "is missing" }]]);
});

test("PATCH changes what is given, keeps the rest, and raises the version", async () => {
  const { token } = await makeHost(world);
  const made = await create(token);
  const later = await api("PATCH", `${PATH}/${made.id}`, { token, body: { until: "2027-01-08" } });
  expect(later.headers.get("etag")).toBe('"v2"');
  const expected = { ...made, until: "2027-01-08", version: 2, updatedAt: expect.any(String) };
  expect(later.body).toEqual(expected);
  const bare = await api("PATCH", `${PATH}/${made.id}`, { token, body: { reason: null } });
  expect(bare.body).toMatchObject({ until: "2027-01-08", reason: null, version: 3 });
  expect((await api("GET", `${PATH}/${made.id}`, { token })).body).toEqual(bare.body);
});

test("a change that is based on an old state is refused, and shows the present one", async () => {
  const { token } = await makeHost(world);
  const { id } = await create(token);
  const path = `${PATH}/${id}`;
  const change = (body: object, ifMatch?: string) =>
    api("PATCH", path, { token, body, ...(ifMatch && { headers: { "if-match": ifMatch } }) });
  expect((await change({ reason: "Two" }, '"v1"')).status).toBe(200);
  const current = { id, reason: "Two", version: 2 };
  expect(await change({ reason: "Three" }, '"v1"')).toMatchObject({
    status: 412,
    body: { code: "precondition_failed", current },
  });
  expect(await change({ reason: "Three", version: 1 })).toMatchObject({
    status: 409,
    body: { code: "version_conflict", current },
  });
  const gone = await api("DELETE", path, { token, headers: { "if-match": '"v1"' } });
  expect(gone).toMatchObject({ status: 412, body: { current } });
  expect((await change({ reason: "Three", version: 2 })).body.version).toBe(3);
});

test("changes at once that name no version all come through; of two that do, one", async () => {
  const { token } = await makeHost(world);
  const { id } = await create(token);
  const change = (body: object) => api("PATCH", `${PATH}/${id}`, { token, body });
  const all = await Promise.all([1, 2, 3, 4].map((n) => change({ reason: `${n}` })));
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const two = await Promise.all([1, 2].map((n) => change({ reason: `${n}`, version: 5 })));
  expect(two.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test("DELETE forgets it, once", async () => {
  const { token } = await makeHost(world);
  const { id } = await create(token);
  const gone = await api("DELETE", `${PATH}/${id}`, { token, headers: { "if-match": '"v1"' } });
  expect([gone.status, gone.body]).toEqual([200, { message: "Absence removed" }]);
  expect((await api("DELETE", `${PATH}/${id}`, { token })).status).toBe(404);
  expect((await api("GET", `${PATH}/${id}`, { token })).status).toBe(404);
});

test("a stranger's absence does not exist, and nobody sees any without a token", async () => {
  const { id } = await create((await makeHost(world)).token);
  const { token } = await makeHost(world);
  const path = `${PATH}/${id}`;
  const strangers = [
    await api("GET", path, { token }),
    await api("PATCH", path, { token, body: { reason: "Mine" } }),
    await api("DELETE", path, { token }),
  ];
  expect(strangers.map(({ body }) => body.code)).toEqual(Array(3).fill("not_found"));
  expect((await api("GET", PATH, { token })).body.data).toEqual([]);
  const nobody = [
    await api("GET", PATH),
    await api("POST", PATH, { body: {} }),
    await api("GET", path),
    await api("PATCH", path, { body: {} }),
    await api("DELETE", path),
  ];
  expect(nobody.map(({ status }) => status)).toEqual(Array(5).fill(401));
});

test("GET /out-of-office pages through all of mine, newest first, each once", async () => {
  const { token } = await makeHost(world);
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.push((await create(token)).id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor ? `&cursor=${cursor}` : "";
    const { body } = await api("GET", `${PATH}?limit=2${more}`, { token });
    seen.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(made.toReversed());
  expect((await api("GET", `${PATH}?limit=0`, { token })).status).toBe(422);
  expect((await api("GET", `${PATH}?cursor=x`, { token })).status).toBe(422);
});

const once = (token: string, key: string, given: object = {}) =>
  api("POST", PATH, {
    token,
    body: { ...HOLIDAY, ...given },
    headers: { "idempotency-key": key },
  });

test("a POST that is repeated with its key makes nothing new, also at the same time", async () => {
  const { token } = await makeHost(world);
  const twins = await Promise.all([1, 2, 3, 4].map(() => once(token, "a")));
  expect(twins.map(({ status }) => status)).toEqual(Array(4).fill(201));
  expect(new Set(twins.map(({ text }) => text)).size).toBe(1);
  const replayed = twins.filter(({ headers }) => headers.get("idempotency-replayed") === "true");
  expect(replayed).toHaveLength(3);
  expect(replayed[0]?.headers.get("etag")).toBe('"v1"');
  expect((await api("GET", PATH, { token })).body.data).toHaveLength(1);
});

test("a key is refused for another request, is nothing to others, and brings nothing back", async () => {
  const { token } = await makeHost(world);
  const { id } = (await once(token, "a")).body;
  const other = await once(token, "a", { reason: "Another" });
  expect(other).toMatchObject({ status: 422, body: { code: "idempotency_mismatch" } });
  expect((await once((await makeHost(world)).token, "a")).body.id).not.toBe(id);
  await api("DELETE", `${PATH}/${id}`, { token });
  expect((await once(token, "a")).status).toBe(404);
});
