// However a request goes wrong, and whoever finds out, the answer is one problem document.
import { beforeAll, describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { createApp } from "../../src/app.ts";
import { PROBLEMS, Problem, type ProblemCode } from "../../src/problem.ts";
import { bareApp, json, listening, type Send, sender } from "../support/http.ts";
import { makeHost } from "../support/make.ts";
import { type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let send: Send;

beforeAll(async () => {
  world = await testWorld();
  send = sender(world);
});

async function expectProblem(response: Response, code: ProblemCode, path: string) {
  const body = await response.json();
  const [status, title] = PROBLEMS[code];
  expect(body).toMatchObject({ type: `/problems/${code}`, title, status, code, instance: path });
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(body.detail).toBeString();
  expect(body.error).toBe(body.detail);
  expect(body.requestId).toBe(response.headers.get("x-request-id"));
  return body;
}

const LOGIN = "/api/v1/auth/login";

describe("the framework's own refusals look like ours:", () => {
  test("400 for what is no JSON", async () => {
    await expectProblem(await send(LOGIN, json("{")), "unreadable", LOGIN);
  });
  test("401 without a token, before the body is looked at", async () => {
    const path = "/api/v1/users/me";
    const response = await send(path, { ...json({ nonsense: 1 }), method: "PATCH" });
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    await expectProblem(response, "unauthorized", path);
  });
  test("404 for an unknown path", async () => {
    await expectProblem(await send("/api/v1/no/such/path"), "not_found", "/api/v1/no/such/path");
  });
  test("413 for a body too large", async () => {
    const response = await send(LOGIN, json({ email: "x".repeat(120_000) }));
    await expectProblem(response, "too_large", LOGIN);
  });
  test("415 for a form", async () => {
    const response = await send(LOGIN, { method: "POST", body: new URLSearchParams({ a: "b" }) });
    await expectProblem(response, "unsupported_media_type", LOGIN);
  });
  test("415 for a relative of JSON", async () => {
    const type = { "content-type": "application/json-patch+json" };
    await expectProblem(await send(LOGIN, json({}, type)), "unsupported_media_type", LOGIN);
  });
  test("422 names every wrong field, each once", async () => {
    const response = await send(LOGIN, json({ email: 5, pasword: "typo" }));
    const { errors, detail } = await expectProblem(response, "invalid", LOGIN);
    expect(errors).toContainEqual({ path: "pasword", message: "is not known here" });
    expect(errors).toContainEqual({ path: "password", message: "is missing" });
    expect(errors.map(({ path }: { path: string }) => path).toSorted()).toEqual([
      "email",
      "password",
      "pasword",
    ]);
    expect(detail).toBe(`${errors[0].path}: ${errors[0].message}`);
  });
  test("422 shows no value that was sent", async () => {
    const response = await send(LOGIN, json({ email: "s3cret-email", password: { a: "s3cret" } }));
    expect(await response.text()).not.toContain("s3cret");
  });
});

describe("405 for a method that a path does not take", () => {
  test("names those that it takes", async () => {
    const response = await send("/api/v1/users/profile", { method: "DELETE" });
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS, PATCH");
    await expectProblem(response, "method_not_allowed", "/api/v1/users/profile");
  });
  test("also for a method that nobody takes", async () => {
    const response = await send("/api/v1/auth/login", { method: "PUT" });
    expect(response.headers.get("allow")).toBe("OPTIONS, POST");
    await expectProblem(response, "method_not_allowed", LOGIN);
  });
  test("with parameters and a slash at the end", async () => {
    const response = await send("/api/v1/users/ada/", { method: "PUT" });
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS, PATCH");
  });
  test("but 404 for what a route itself does not find", async () => {
    const response = await send("/api/v1/users/nobody-at-all");
    await expectProblem(response, "not_found", "/api/v1/users/nobody-at-all");
  });
});

describe("what only the server can have caused", () => {
  const broken = () => {
    const heard = listening(world);
    const app = bareApp(heard.world)
      .get("/api/v1/boom", () => {
        throw new Error("the secret dsn postgres://user:hunter2@db/x");
      })
      .get("/api/v1/text", () => {
        throw "a bare string";
      })
      .get("/api/v1/lie", () => ({ name: 5, email: "canary@example.com" }) as never, {
        response: { 200: Type.Object({ name: Type.String() }) },
      })
      .get("/api/v1/sqlstate/:code", ({ params }) => {
        throw Object.assign(new Error("as the driver says it"), { code: params.code });
      })
      .get("/api/v1/later", () => {
        throw new Problem("unavailable", undefined, { headers: { "retry-after": "1" } });
      });
    return { send: sender(heard.world, app.fetch), written: heard.written };
  };

  test("is a bare 500, and the cause is in the log under the same id", async () => {
    const { send, written } = broken();
    const response = await send("/api/v1/boom");
    const text = await response.clone().text();
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("stack");
    const { requestId } = await expectProblem(response, "internal", "/api/v1/boom");
    const logged = written()
      .split("\n")
      .find((line) => line.includes("Unexpected error"));
    expect(logged).toContain(requestId);
    expect(logged).toContain("secret dsn");
  });
  test("also when no Error was thrown", async () => {
    await expectProblem(await broken().send("/api/v1/text"), "internal", "/api/v1/text");
  });
  test("is 500 too for an answer that breaks its own schema", async () => {
    const { send, written } = broken();
    await expectProblem(await send("/api/v1/lie"), "internal", "/api/v1/lie");
    expect(written()).toContain("name must be string");
    expect(written()).not.toContain("canary@example.com");
  });
  const PASSING = [
    ...["57P01", "57P02", "57P03", "53100", "53200", "53300", "25006"],
    ...["55P03", "57014", "40P01", "40001", "CONNECTION_CLOSED", "ECONNREFUSED"],
  ];
  test.each(PASSING)("is 503 with Retry-After when the database says %s", async (code) => {
    const response = await broken().send(`/api/v1/sqlstate/${code}`);
    expect(response.headers.get("retry-after")).toBe("1");
    await expectProblem(response, "unavailable", `/api/v1/sqlstate/${code}`);
  });
  test.each(["22021", "22P05", "22008", "22003", "22007"])(
    "is 422 when the database cannot store a value: %s",
    async (code) => {
      const path = `/api/v1/sqlstate/${code}`;
      await expectProblem(await broken().send(path), "invalid", path);
    },
  );
  test.each(["23514", "42703", "XX000"])("is 500 for our own bad SQL: %s", async (code) => {
    const path = `/api/v1/sqlstate/${code}`;
    await expectProblem(await broken().send(path), "internal", path);
  });
});

test("a suspended user's next request is a 401 problem", async () => {
  const { token, id } = await makeHost(world);
  await world.db.run("update users set status = 'SUSPENDED' where id = $1", [id]);
  const response = await send("/api/v1/users/me", {
    headers: { authorization: `Bearer ${token}` },
  });
  await expectProblem(response, "unauthorized", "/api/v1/users/me");
});

test("the app is a plain fetch handler: it needs neither a server nor the edge", async () => {
  const { fetch } = createApp(world);
  const ask = async (path: string) =>
    (await fetch(new Request(`http://kalends.test${path}`))).status;
  expect(await ask("/api/v1/users/me")).toBe(401);
  expect(await ask("/swagger/json")).toBe(200);
  expect(await ask("/api/v1/no/such/path")).toBe(404);
});
