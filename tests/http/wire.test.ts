// The real process and bytes that no client of ours would send.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { type ApiProcess, startApi } from "../support/api-process.ts";
import { eventually } from "../support/eventually.ts";
import { testDatabaseUrl } from "../support/postgres.ts";

let api: ApiProcess;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.child.kill("SIGKILL"));

const request = (line: string, headers: string[], body = "") =>
  `${[`${line} HTTP/1.1`, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n${body}`;
const HOST = "Host: kalends.test";
const JSON_TYPE = "Content-Type: application/json";
const LOGIN = "POST /api/v1/auth/login";

interface RawAnswer {
  status: number;
  headers: string;
  body: string;
}
async function ask(text: string): Promise<RawAnswer> {
  const answer = await api.raw(text);
  const [headers = "", ...rest] = answer.split("\r\n\r\n");
  return { status: Number(headers.split(" ")[1]), headers, body: rest.join("\r\n\r\n") };
}

describe("a Host that is none is a 400 and shows nothing of us:", () => {
  test.each([
    ["spaces", ["Host: a b%%"]],
    ["half an address", ["Host: [::1"]],
    ["a query in it", ["Host: x?yyyyyyy"]],
    ["none at all", []],
  ])("%s", async (_what, headers) => {
    const line =
      headers.length > 0 ? "GET /api/v1/users/me HTTP/1.1" : "GET /api/v1/users/me HTTP/1.0";
    const answer = await ask(`${[line, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n`);
    expect(answer.status).toBe(400);
    expect(answer.body.length).toBeLessThan(1000);
    expect(answer.body).not.toContain("/src/");
    expect(answer.headers.toLowerCase()).toContain("content-security-policy");
  });
});

describe("a path is the same for the limits and for the routes:", () => {
  test("with a Host of one letter", async () => {
    const headers = ["Host: x", JSON_TYPE, "Content-Length: 2"];
    expect((await ask(request(LOGIN, headers, "{}"))).status).toBe(422);
  });
  test("with something before it that a short Host would hide", async () => {
    const headers = ["Host: x", "Content-Type: text/plain", "Content-Length: 2"];
    expect((await ask(request("POST /aaaaaaa/api/v1/auth/login", headers, "{}"))).status).toBe(404);
  });
  test("with dots in it", async () => {
    const headers = [HOST, JSON_TYPE, "Content-Length: 2"];
    expect((await ask(request("POST /x/../api/v1/auth/login", headers, "{}"))).status).toBe(422);
  });
  test("with another host in the request line", async () => {
    const line = "GET http://evil.example/api/v1/users/me";
    expect((await ask(request(line, [HOST]))).status).not.toBe(200);
  });
});

describe("a body is read to its limit and no further:", () => {
  const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
  const chunked = [HOST, JSON_TYPE, "Transfer-Encoding: chunked"];
  test("in chunks, small", async () => {
    expect((await ask(request(LOGIN, chunked, "2\r\n{}\r\n0\r\n\r\n"))).status).toBe(422);
  });
  test("in chunks, 101 kB", async () => {
    const answer = await ask(request(LOGIN, chunked, `${chunk.repeat(101)}0\r\n\r\n`));
    expect(answer.status).toBe(413);
    expect(answer.body).toContain("too_large");
  });
  test.each([150_000, 10_000_000])("of said length, %d bytes", async (length) => {
    const response = await fetch(`${api.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "x".repeat(length),
    });
    expect(response.status).toBe(413);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
  test("as a lie of 9 GB", async () => {
    const headers = [HOST, JSON_TYPE, "Content-Length: 9000000000"];
    expect((await ask(request(LOGIN, headers, "{}"))).status).toBe(413);
  });
  test("cut short", async () => {
    const headers = [HOST, JSON_TYPE, "Content-Length: 1000"];
    await api.raw(request(LOGIN, headers, "{}"), true);
    expect((await fetch(`${api.url}/health`)).status).toBe(200);
  });
  test("deep", async () => {
    for (const body of ["[".repeat(100_000), `${"[".repeat(50_000)}${"]".repeat(50_000)}`]) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${api.url}/api/v1/auth/login`, {
        method: "POST",
        headers,
        body,
      });
      expect(response.status).toBe(400);
    }
  });
});

test("two lengths, or a length and chunks, are refused", async () => {
  const both = [HOST, JSON_TYPE, "Content-Length: 2", "Transfer-Encoding: chunked"];
  expect((await ask(request(LOGIN, both, "0\r\n\r\n"))).status).toBe(400);
  const twice = [HOST, JSON_TYPE, "Content-Length: 2", "Content-Length: 3"];
  expect((await ask(request(LOGIN, twice, "{}"))).status).toBe(400);
});

describe("what comes before the body is bounded:", () => {
  test("a URL of 8 kB, by a problem document", async () => {
    const answer = await ask(request(`GET /health?x=${"x".repeat(9000)}`, [HOST]));
    expect(answer.status).toBe(414);
    expect(answer.body).toContain("url_too_long");
  });
  test.each<[string, string[]]>([
    ["16 kB of a URL", []],
    ["16 kB of a header", [`X-Long: ${"x".repeat(17_000)}`]],
    ["200 headers", Array.from({ length: 250 }, (_, i) => `X-${i}: x`)],
  ])("%s", async (_what, headers) => {
    const path = headers.length > 0 ? "/health" : `/health?x=${"x".repeat(17_000)}`;
    expect((await ask(request(`GET ${path}`, [HOST, ...headers]))).status).toBe(431);
  });
});

test.each(["TRACE", "CONNECT", "PROPFIND", "PUT"])("%s is not offered", async (method) => {
  const answer = await ask(request(`${method} /health`, [HOST]));
  expect(answer.status).toBe(405);
  expect(answer.headers.toLowerCase()).toContain("\r\nallow: get, head, options");
  expect(answer.body).toContain("method_not_allowed");
});

test("HEAD has no body on the wire", async () => {
  const answer = await ask(request("HEAD /health", [HOST]));
  expect(answer.status).toBe(200);
  expect(answer.body).toBe("");
});

describe("SIGTERM", () => {
  test("lets a request in flight be answered, then ends with 0", async () => {
    const url = await testDatabaseUrl();
    const own = await startApi({ DATABASE_URL: url });
    const sql = postgres(url, { max: 2, onnotice: () => {} });
    const holder = await sql.reserve();
    await holder`begin`;
    await holder`lock table users in access exclusive mode`;
    const login = fetch(`${own.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "nobody@example.com", password: "wrong password" }),
    });
    await eventually(async () => {
      const waiting = await sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      expect(waiting).toHaveLength(1);
    });
    own.child.kill("SIGTERM");
    await holder`rollback`;
    expect((await login).status).toBe(401);
    expect(await own.child.exited).toBe(0);
    await sql.end({ timeout: 1 });
  });
});

test("a wrong environment is told by names, and the process ends with 78", async () => {
  const child = Bun.spawn([process.execPath, "src/main.ts"], {
    env: { PATH: process.env["PATH"] ?? "", PORT: "none", JWT_SECRET: "short-canary" },
    stdout: "pipe",
    stderr: "pipe",
  });
  const said =
    (await new Response(child.stderr).text()) + (await new Response(child.stdout).text());
  expect(await child.exited).toBe(78);
  for (const name of ["PORT", "JWT_SECRET", "DATABASE_URL"]) expect(said).toContain(name);
  expect(said).not.toContain("short-canary");
});
