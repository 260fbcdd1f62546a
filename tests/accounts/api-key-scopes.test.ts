// What a key may do, over every operation of the document: a new route joins by being one.
import { beforeAll, describe, expect, test } from "bun:test";
import { createApp } from "../../src/app.ts";
import { documentOf, type Operation } from "../architecture/operations.ts";
import { concrete } from "../support/bad-cases.ts";
import { type Send, sender } from "../support/http.ts";
import { type Host, makeHost } from "../support/make.ts";
import { type Api, client, type TestWorld, testWorld } from "../support/world.ts";
import { makeKeyOf } from "./support/keys.ts";

let world: TestWorld;
let api: Api;
let send: Send;
let operations: Operation[];
let admin: Host;
let keys: Record<"read" | "write" | "admin", string>;

beforeAll(async () => {
  world = await testWorld();
  api = client(world);
  send = sender(world, createApp(world).fetch);
  operations = await documentOf(send);
  admin = await makeHost(world, { role: "admin" });
  const keyOf = async (scope: "read" | "write" | "admin") =>
    (await makeKeyOf(api, admin, scope)).key;
  keys = { read: await keyOf("read"), write: await keyOf("write"), admin: await keyOf("admin") };
});

/** Whom an operation takes, by its own words; null where it takes no token at all. */
const wantedBy = ({ security = [] }: Operation): string[] | null => {
  const bearers = security.flatMap((each) => ("bearer" in each ? [each["bearer"]] : []));
  return bearers.length === 0 ? null : (bearers.flat() as string[]);
};

/** Asks with a body that says nothing: what a scope refuses is refused before that is looked at. */
async function refusalOf(operation: Operation, token: string): Promise<string | null> {
  const method = operation.method.toUpperCase();
  const gone = new AbortController();
  const response = await send(concrete(operation.path, {}), {
    method,
    signal: gone.signal,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(operation.requestBody && { body: "{}" }),
  });
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return null;
  }
  const text = await response.text();
  if (response.status !== 403) return null;
  const { code } = JSON.parse(text) as { code: string };
  if (code === "insufficient_scope")
    expect(response.headers.get("www-authenticate")).toStartWith(
      'Bearer error="insufficient_scope"',
    );
  return code;
}

const refusedTo = async (token: string): Promise<string[]> => {
  const refused: string[] = [];
  for (const operation of operations)
    if ((await refusalOf(operation, token)) === "insufficient_scope") refused.push(operation.name);
  return refused.sort();
};

const those = (isMeant: (operation: Operation, wanted: string[]) => boolean): string[] =>
  operations
    .filter((each) => {
      const wanted = wantedBy(each);
      return wanted !== null && isMeant(each, wanted);
    })
    .map(({ name }) => name)
    .sort();
const isReading = ({ method }: Operation) => method === "get";

describe("what a key may not do is what the document says", () => {
  test("of the scope read: whatever is no GET, a session's and an administrator's", async () => {
    const expected = those((each, wanted) => !isReading(each) || wanted.length > 0);
    expect(expected.length).toBeGreaterThan(20);
    expect(await refusedTo(keys.read)).toEqual(expected);
  });
  test("of the scope write: a session's and an administrator's", async () => {
    const expected = those((_each, wanted) => wanted.length > 0);
    expect(await refusedTo(keys.write)).toEqual(expected);
  });
  test("of the scope admin: a session's", async () => {
    const expected = those((_each, wanted) => wanted.includes("session"));
    expect(await refusedTo(keys.admin)).toEqual(expected);
  });
  test("every such refusal is among the operation's answers, and no other operation names it", () => {
    const told = operations
      .filter(({ responses }) =>
        JSON.stringify(responses?.["403"] ?? {}).includes("insufficient_scope"),
      )
      .map(({ name }) => name)
      .sort();
    expect(told).toEqual(those((each, wanted) => !isReading(each) || wanted.length > 0));
  });
});

test("keys, passwords and sessions are matters of a session", () => {
  expect(those((_each, wanted) => wanted.includes("session"))).toEqual(
    expect.arrayContaining([
      "DELETE /api/v1/users/me/api-keys/{id}",
      "GET /api/v1/auth/verify",
      "PATCH /api/v1/users/me/password",
      "POST /api/v1/auth/logout",
      "POST /api/v1/users/me/api-keys",
    ]),
  );
});

describe("a refused key changes nothing:", () => {
  test.each(["write", "admin"] as const)("%s makes no other and ends none", async (scope) => {
    const before = (await api("GET", "/users/me/api-keys", { token: keys.read })).body.data;
    const token = keys[scope];
    const body = { name: "Another" };
    expect((await api("POST", "/users/me/api-keys", { token, body })).status).toBe(403);
    expect((await api("DELETE", `/users/me/api-keys/${before[0].id}`, { token })).status).toBe(403);
    const after = (await api("GET", "/users/me/api-keys", { token: keys.read })).body.data;
    const ids = (all: { id: string }[]) => all.map(({ id }) => id);
    expect(ids(after)).toEqual(ids(before));
  });

  test("admin does not change the address, alone or beside something else", async () => {
    const before = (await api("GET", "/users/me", { token: admin.token })).body;
    for (const path of ["/users/me", "/users/profile"]) {
      const body = { email: "taken-over@example.com", firstName: "Eve" };
      const { status, body: said } = await api("PATCH", path, { token: keys.admin, body });
      expect([status, said.code]).toEqual([403, "insufficient_scope"]);
    }
    const { body } = await api("GET", "/users/me", { token: admin.token });
    expect([body.email, body.firstName]).toEqual([before.email, before.firstName]);
    expect(body.firstName).not.toBe("Eve");
  });

  test("but the rest of a profile is a matter of the scope write", async () => {
    const body = { firstName: "Augusta" };
    expect((await api("PATCH", "/users/me", { token: keys.write, body })).status).toBe(200);
    expect((await api("PATCH", "/users/me", { token: keys.read, body })).status).toBe(403);
  });

  test("read may HEAD what it may GET", async () => {
    expect((await api("HEAD", "/schedules", { token: keys.read })).status).toBe(200);
  });
});

test("the header names the scope that would do", async () => {
  const asked = async (method: string, path: string, scope: "read" | "write") =>
    (await api(method, path, { token: keys[scope] })).headers.get("www-authenticate");
  expect(await asked("DELETE", "/schedules/x", "read")).toEndWith(', scope="write"');
  expect(await asked("GET", "/users", "write")).toEndWith(', scope="admin"');
  expect(await asked("POST", "/auth/logout", "write")).toEndWith('error="insufficient_scope"');
});

test("the scope admin is worth something only while its owner is an administrator", async () => {
  const own = await makeHost(world, { role: "admin" });
  const { key } = await makeKeyOf(api, own, "admin");
  expect((await api("GET", "/users", { token: key })).status).toBe(200);
  await world.db.run("update users set role = 'member' where id = $1", [own.id]);
  expect((await api("GET", "/users", { token: key })).body.code).toBe("forbidden");
  const { status } = await api("POST", "/schedules", { token: key, body: { name: "Still" } });
  expect(status).toBe(201);
});
