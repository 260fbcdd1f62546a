// What a user gives as an address never leads inside: neither by its spelling nor by what its name resolves to.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { post } from "../../src/outbound/post.ts";
import { TargetRefused, targetOf } from "../../src/outbound/target.ts";
import type { World } from "../../src/world.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { makeHook, sendAll } from "../webhooks/support/house.ts";
import { type Receiver, startReceiver } from "../webhooks/support/receiver.ts";

const world = await testWorld();
const open = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
let inside: Receiver;
let inside6: Receiver;
beforeAll(async () => {
  inside = await startWhereWebsAre("127.0.0.1");
  inside6 = await startWhereWebsAre("::1");
});
afterAll(async () => {
  await inside[Symbol.asyncDispose]();
  await inside6[Symbol.asyncDispose]();
});

/** On a port that is allowed, so that nothing but the address is in the way; where none is free, on any. */
const startWhereWebsAre = (host: string): Promise<Receiver> =>
  startReceiver(host, 8443)
    .catch(() => startReceiver(host, 8080))
    .catch(() => startReceiver(host));

const send = (from: World, url: string, maxBytes = 1000) =>
  post(from, {
    url,
    headers: { "content-type": "application/json" },
    body: "{}",
    timeoutMs: 2000,
    maxBytes,
  });

const naming = <T extends World>(from: T, ...answers: string[][]): T & { asked: string[] } => {
  const asked: string[] = [];
  const resolve = async (name: string) => {
    asked.push(name);
    return answers[Math.min(asked.length, answers.length) - 1] ?? [];
  };
  return { ...from, resolve, asked };
};

const SPELLINGS = [
  "http://127.0.0.1/",
  "http://127.1/",
  "http://2130706433/",
  "http://0x7f000001/",
  "http://0177.0.0.1/",
  "http://0x7f.1/",
  "http://①②⑦.⓪.⓪.①/",
  "http://127。0。0。1/",
  "http://0/",
  "http://[::1]/",
  "http://[::]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[64:ff9b::127.0.0.1]/",
  "http://[2002:7f00:1::]/",
  "http://[fe80::1]/",
  "http://[fd00::1]/",
  "http://localhost/",
  "http://localhost./",
  "http://LOCALHOST/",
  "http://a.localhost/",
  "http://printer.local/",
  "http://metadata.google.internal/",
  "http://intranet/",
  "http://169.254.169.254/latest/meta-data/",
  "http://100.100.100.200/",
  "http://10.0.0.1/",
  "http://192.168.0.1/",
  "http://172.16.0.1/",
  "http://example.com:22/",
  "http://example.com:6379/",
  "http://example.com:25/",
  "http://user@example.com/",
  "http://user:word@example.com/",
  "file:///etc/passwd",
  "gopher://example.com/",
  "ftp://example.com/",
  "javascript:alert(1)",
  "//example.com/",
  "http://",
  `http://example.com/${"a".repeat(2000)}`,
];

describe("an address inside", () => {
  test.each(SPELLINGS)("is refused as %s: made, changed and sent to", async (url) => {
    expect(() => targetOf(world, url)).toThrow(TargetRefused);
    await expect(send(world, url)).rejects.toThrow(TargetRefused);
    const host = await makeHost(world);
    const api = client(world);
    const body = { url, events: ["booking.created"] };
    const made = await api("POST", "/webhooks", { token: host.token, body });
    expect([made.status, made.body.errors?.[0]?.path]).toEqual([422, "url"]);
    const hook = await makeHook(api, host, "https://203.0.114.7/");
    const path = `/webhooks/${hook.id}`;
    expect((await api("PATCH", path, { token: host.token, body: { url } })).status).toBe(422);
  });

  test.each([
    [["127.0.0.1"]],
    [["::1"]],
    [["8.8.8.8", "127.0.0.1"]],
    [["10.0.0.7"]],
    [["169.254.169.254"]],
    [["::ffff:7f00:1"]],
  ])(
    "is refused where a name leads to %j, when it is made and when it is sent",
    async (addresses) => {
      const named = naming(world, addresses);
      const host = await makeHost(world);
      const body = { url: "https://rebound.example.com/", events: ["booking.created"] };
      const made = await client(named)("POST", "/webhooks", { token: host.token, body });
      expect([made.status, made.body.errors?.[0]]).toEqual([
        422,
        { path: "url", message: "must lead to a public address" },
      ]);
      await expect(send(named, "http://rebound.example.com/")).rejects.toThrow("public address");
    },
  );

  test("is not reached by a name that changes its mind between the look and the connection", async () => {
    const { port } = new URL(inside.url);
    const rebinding = naming(world, ["203.0.114.7"], ["127.0.0.1"]);
    const host = await makeHost(world);
    const api = client(rebinding);
    const hook = await makeHook(api, host, `http://rebound.example.com:${port}/`, [
      "booking.created",
    ]);
    const type = await makeMeetingType(world, host);
    await book(api, type, "2026-11-23T10:00:00Z");
    await sendAll(rebinding);
    const { body } = await api("GET", `/webhooks/${hook.id}/deliveries`, { token: host.token });
    expect(body.data[0].attempts[0]).toMatchObject({
      status: null,
      error: "must lead to a public address",
    });
    expect(rebinding.asked.length).toBeGreaterThan(1);
    expect(inside.connections()).toBe(0);
  });

  test("sees no connection at all", async () => {
    const at = [inside, inside6].flatMap(({ url }) => {
      const { port } = new URL(url);
      return ["127.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "localhost."].map(
        (host) => `http://${host}:${port}/`,
      );
    });
    for (const url of at) await expect(send(world, url)).rejects.toThrow(TargetRefused);
    for (const port of [inside, inside6].map(({ url }) => new URL(url).port))
      for (const address of ["127.0.0.1", "::1"]) {
        const named = naming(world, [address]);
        await expect(send(named, `http://inside.example.com:${port}/`)).rejects.toThrow();
      }
    expect([inside.connections(), inside6.connections()]).toEqual([0, 0]);
  });
});

test("an installation that allows it reaches its own network, by name too", async () => {
  await using receiver = await startReceiver();
  const { port } = new URL(receiver.url);
  expect((await send(open, receiver.url)).status).toBe(204);
  const named = naming(open, ["127.0.0.1"]);
  expect((await send(named, `http://crm.internal:${port}/`)).status).toBe(204);
  expect(named.asked).toEqual(["crm.internal"]);
  expect(receiver.received[1]?.headers["host"]).toBe(`crm.internal:${port}`);
});

test("in production only https is taken", () => {
  const production = { ...world, config: { ...world.config, NODE_ENV: "production" as const } };
  expect(() => targetOf(production, "http://example.com/")).toThrow("https");
  expect(targetOf(production, "https://example.com:8443/a?b").href).toBe(
    "https://example.com:8443/a?b",
  );
});

test("a name that cannot be looked up is taken, since it may come", async () => {
  const failing = { ...world, resolve: () => Promise.reject(new Error("ENOTFOUND")) };
  const host = await makeHost(world);
  const { id } = await makeHook(client(failing), host, "https://not-yet.example.com/");
  expect(id).toBeString();
  await expect(send(failing, "https://not-yet.example.com/")).rejects.toThrow("ENOTFOUND");
});

test("no more of an answer is read than is wanted", async () => {
  await using receiver = await startReceiver();
  receiver.behave(() => ({ status: 200, body: "x".repeat(5_000_000) }));
  expect((await send(open, receiver.url, 10)).body).toBe("xxxxxxxxxx");
});
