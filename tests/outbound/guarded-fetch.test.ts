// A fetch that users can aim: it leads outside, ends, and tells a password to nobody else.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { type Bounds, guardedFetch, TooLarge } from "../../src/outbound/guarded-fetch.ts";
import { TargetRefused } from "../../src/outbound/target.ts";
import type { World } from "../../src/world.ts";
import { testWorld } from "../support/world.ts";

const open = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
const guarded = await testWorld();
const BOUNDS: Bounds = { timeoutMs: 5000, maxBytes: 10_000 };

let server: Server;
let url: string;
let heard: IncomingMessage[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeAll(async () => {
  server = createServer((request, response) => {
    heard.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  heard = [];
});

const redirectTo =
  (location: (path: string) => string | null, status = 307) =>
  (request: IncomingMessage, response: ServerResponse) => {
    const to = location(request.url ?? "");
    response
      .writeHead(to === null ? 200 : status, to === null ? {} : { location: to })
      .end("there");
  };

test("sends method, headers and body, and answers as fetch does", async () => {
  answer = (request, response) => {
    request.on("data", (chunk) => response.write(chunk));
    request.on("end", () => response.end());
    response.writeHead(207, { "content-type": "application/xml", etag: '"1"' });
  };
  const got = await guardedFetch(open, BOUNDS)(`${url}/a`, {
    method: "REPORT",
    headers: { depth: "1" },
    body: "ä",
  });
  expect([got.status, got.ok, got.url, got.headers.get("etag")]).toEqual([
    207,
    true,
    `${url}/a`,
    '"1"',
  ]);
  expect(await got.text()).toBe("ä");
  expect([heard[0]?.method, heard[0]?.headers["depth"]]).toEqual(["REPORT", "1"]);
});

describe("a redirect", () => {
  test("is followed with method and body", async () => {
    answer = redirectTo((path) => (path === "/a" ? "/b" : null), 301);
    const got = await guardedFetch(open, BOUNDS)(`${url}/a`, { method: "PROPFIND", body: "x" });
    expect([got.status, got.url]).toEqual([200, `${url}/b`]);
    expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "PROPFIND /a",
      "PROPFIND /b",
    ]);
  });

  test("is not followed where that is asked for", async () => {
    answer = redirectTo(() => "/b");
    const got = await guardedFetch(open, BOUNDS)(`${url}/a`, { redirect: "manual" });
    expect([got.status, heard.length]).toEqual([307, 1]);
  });

  test("that goes on and on is given up", async () => {
    answer = redirectTo((path) => `${path}a`);
    await expect(guardedFetch(open, BOUNDS)(`${url}/a`)).rejects.toThrow("too often");
    expect(heard.length).toBe(6);
  });

  test.each([
    "127.0.0.1",
    "localhost",
    "[::1]",
    "169.254.169.254",
    "10.0.0.1",
    "inside.example.com",
  ])("to %s does not lead inside", async (host) => {
    answer = redirectTo((path) => (path === "/a" ? `http://${host}:8080/b` : null));
    // The first request is let through, as if its server were outside.
    const config = Object.defineProperty({ ...guarded.config }, "OUTBOUND_ALLOW_PRIVATE", {
      get: () => heard.length === 0,
    });
    const world: World = { ...guarded, config, resolve: async () => ["127.0.0.1"] };
    await expect(guardedFetch(world, BOUNDS)(`${url}/a`)).rejects.toThrow(TargetRefused);
    expect(heard.length).toBe(1);
  });

  test.each([
    [true, "Basic eDp5"],
    [false, undefined],
  ])("to another host is told the password only if it is trusted (%p)", async (isTrusted, told) => {
    const { port } = new URL(url);
    answer = redirectTo((path) => (path === "/a" ? `http://other.example.com:${port}/b` : null));
    const world = { ...open, resolve: async () => ["127.0.0.1"] };
    const headers = { authorization: "Basic eDp5" };
    await guardedFetch(world, { ...BOUNDS, trusts: () => isTrusted })(`${url}/a`, { headers });
    expect(heard.map((each) => each.headers["authorization"])).toEqual(["Basic eDp5", told]);
  });
});

test("a port that is not of the web is refused, unless it is named", async () => {
  const world = { ...guarded, resolve: async () => ["127.0.0.1"] };
  await expect(guardedFetch(world, BOUNDS)("https://dav.example.com:5232/")).rejects.toThrow(
    "must name port 443, 80, 8443, 8080, or none",
  );
  await expect(
    guardedFetch(world, { ...BOUNDS, ports: ["5232"] })("https://dav.example.com:5232/"),
  ).rejects.toThrow("must lead to a public address");
});

describe("an answer", () => {
  test("that is longer than the bound is none", async () => {
    answer = (_, response) => response.end("x".repeat(10_001));
    await expect(guardedFetch(open, BOUNDS)(url)).rejects.toThrow(TooLarge);
  });

  test("that is packed is unpacked", async () => {
    answer = (_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello"));
    const got = await guardedFetch(open, BOUNDS)(url);
    expect([await got.text(), got.headers.get("content-encoding")]).toEqual(["hello", null]);
  });

  test("that unpacks to more than the bound is stopped there", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    answer = (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    expect(bomb.length).toBeLessThan(100_000);
    await expect(guardedFetch(open, { ...BOUNDS, maxBytes: 200_000 })(url)).rejects.toThrow(
      TooLarge,
    );
  });

  test("that is not what it says it is packed as is an error", async () => {
    answer = (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("plain");
    await expect(guardedFetch(open, BOUNDS)(url)).rejects.toThrow();
  });

  test("that trickles is cut when its time is up", async () => {
    answer = (_, response) => {
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(timer));
    };
    await expect(guardedFetch(open, { ...BOUNDS, timeoutMs: 300 })(url)).rejects.toThrow(
      "No answer within 0.3 s",
    );
  });

  test("that breaks off is an error, not a shorter answer", async () => {
    answer = (request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half of it");
      setTimeout(() => request.socket.destroy(), 20);
    };
    await expect(guardedFetch(open, BOUNDS)(url)).rejects.toThrow();
  });
});
