// An API key that proved right has a limit of its own; whatever else calls itself one counts by its address.
import { describe, expect, test } from "bun:test";
import { makeKey } from "../../src/http/api-key.ts";
import { makeKeyOf } from "../accounts/support/keys.ts";
import { counting } from "../support/counting.ts";
import { json, type Send, sender } from "../support/http.ts";
import { makeHost } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";

const PATH = "/api/v1/schedules";
const MOST = 10;

/** A host's key and an edge that takes so many requests a minute. */
async function setUp() {
  const world = await testWorld({ RATE_LIMIT_PER_MINUTE: String(MOST) });
  const { world: counted, statements } = counting<TestWorld>(world);
  const unlimited = client({ ...world, config: { ...world.config, RATE_LIMIT_PER_MINUTE: 0 } });
  const host = await makeHost(world);
  const made = await makeKeyOf(unlimited, host);
  return { send: sender(counted), statements, unlimited, host, ...made };
}

const asked = async (send: Send, key: string, times: number, peer = "192.0.2.1", path = PATH) => {
  const all: number[] = [];
  for (let i = 0; i < times; i += 1)
    all.push((await send(path, { headers: { authorization: `Bearer ${key}` } }, peer)).status);
  return all;
};

describe("a key that proved right", () => {
  test("is counted by itself, from whatever address it comes", async () => {
    const { send, key } = await setUp();
    expect(await asked(send, key, 1)).toEqual([200]);
    const peers = Array.from({ length: MOST + 1 }, (_, i) => `198.51.100.${i}`);
    const all: number[] = [];
    for (const peer of peers) all.push(...(await asked(send, key, 1, peer)));
    expect(all).toEqual([...Array(MOST).fill(200), 429]);
  });

  test("leaves its address what is the address's", async () => {
    const { send, key, host } = await setUp();
    await asked(send, key, 1);
    await asked(send, key, MOST + 1);
    expect(await asked(send, host.token, 1)).toEqual([200]);
  });

  test("does not multiply the attempts to sign in", async () => {
    const { send, key } = await setUp();
    await asked(send, key, 1);
    const login = json({ email: "a@b.co", password: "x" }, { authorization: `Bearer ${key}` });
    const all: number[] = [];
    for (let i = 0; i < 3; i += 1) all.push((await send("/api/v1/auth/login", login)).status);
    expect(all).toEqual([401, 401, 429]);
  });

  test("is an unknown one again when it was revoked", async () => {
    const { send, key, id, unlimited, host } = await setUp();
    await asked(send, key, 2);
    await unlimited("DELETE", `/users/me/api-keys/${id}`, { token: host.token });
    expect(await asked(send, key, 1)).toEqual([401]);
    expect(await asked(send, key, MOST, "203.0.113.1")).toEqual(Array(MOST).fill(401));
    expect(await asked(send, key, 1, "203.0.113.1")).toEqual([429]);
  });
});

test("a right key is not held to its address's bookings of a day; a wrong one is", async () => {
  const world = await testWorld({ CLIENT_BOOKINGS_PER_DAY: "2" });
  const host = await makeHost(world);
  const { key } = await makeKeyOf(client(world), host);
  const send = sender(world);
  const book = async (authorization: string) =>
    (await send("/api/v1/bookings", json({}, { authorization: `Bearer ${authorization}` }))).status;
  await asked(send, key, 1);
  const all: number[] = [];
  for (let i = 0; i < 4; i += 1) all.push(await book(key));
  expect(all).toEqual([422, 422, 422, 422]);
  const wrong: number[] = [];
  for (let i = 0; i < 3; i += 1) wrong.push(await book(makeKey().text));
  expect(wrong.at(-1)).toBe(429);
});

describe("a wrong key", () => {
  test("counts by its address, however many somebody makes up, and so do its queries", async () => {
    const { send, statements } = await setUp();
    const all: number[] = [];
    for (let i = 0; i < MOST * 3; i += 1) all.push(...(await asked(send, makeKey().text, 1)));
    expect(all.filter((status) => status === 401)).toHaveLength(MOST);
    expect(all.slice(MOST)).toEqual(Array(MOST * 2).fill(429));
    expect(statements.filter((text) => text.includes("from api_keys"))).toHaveLength(MOST);
  });

  test("that borrows the beginning of a right one spends the other's count nowhere", async () => {
    const { send, key } = await setUp();
    await asked(send, key, 2);
    await asked(send, key.slice(0, -1), MOST + 1, "203.0.113.9");
    expect(await asked(send, key, 1)).toEqual([200]);
  });
});

test("a route that asks for nobody does not make a key known", async () => {
  const { send, key } = await setUp();
  await asked(send, key, MOST, "192.0.2.1", "/api/v1/users/nobody");
  expect(await asked(send, key, 1)).toEqual([429]);
});
