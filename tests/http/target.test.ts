import { describe, expect, test } from "bun:test";
import { targetOf } from "../../src/http/target.ts";
import { json, type Send, sender } from "../support/http.ts";
import { testWorld } from "../support/world.ts";

describe("targetOf()", () => {
  test("leaves a plain request as it is", () => {
    const request = new Request("http://kalends.test/api/v1/users/me?a=1");
    expect(targetOf(request)).toEqual({ request, path: "/api/v1/users/me" });
  });
  test("keeps method, headers, query and body of one that is rewritten", async () => {
    const given = new Request("http://x/a/b?c=d", {
      method: "POST",
      body: "e",
      headers: { f: "g" },
    });
    const { request, path } = targetOf(given)!;
    expect(path).toBe("/a/b");
    expect(request.url).toBe("http://localhost/a/b?c=d");
    expect([request.method, request.headers.get("f"), await request.text()]).toEqual([
      "POST",
      "g",
      "e",
    ]);
  });
});

test("JSON may be 32 deep, brackets in strings not counted", async () => {
  const send: Send = sender(await testWorld());
  const login = async (body: string) => (await send("/api/v1/auth/login", json(body))).status;
  expect(await login(`${"[".repeat(32)}${"]".repeat(32)}`)).toBe(422);
  expect(await login(`${"[".repeat(33)}${"]".repeat(33)}`)).toBe(400);
  expect(await login(`{"a":${'{"b":'.repeat(32)}1${"}".repeat(33)}`)).toBe(400);
  expect(await login(JSON.stringify({ email: `\\"${"[{".repeat(1000)}`, password: "x" }))).toBe(
    422,
  );
});
