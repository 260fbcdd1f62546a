// One line per request, with its id and nothing that a log must not keep.
import { beforeAll, describe, expect, test } from "bun:test";
import { json, listening, sender } from "../support/http.ts";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let host: Host;

beforeAll(async () => {
  world = await testWorld();
  host = await makeHost(world);
});

const heard = () => {
  const { world: loud, written } = listening(world);
  return {
    send: sender(loud),
    written,
    lines: () =>
      written()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
  };
};

describe("X-Request-Id", () => {
  test("of the caller comes back and is in the log", async () => {
    const { send, lines } = heard();
    const response = await send("/api/v1/nothing", { headers: { "x-request-id": "trace-1.a_B" } });
    expect(response.headers.get("x-request-id")).toBe("trace-1.a_B");
    expect(lines().at(-1).requestId).toBe("trace-1.a_B");
  });
  test.each([["spaces in it"], ["x".repeat(65)], ["<script>"], ['"}{"level":"fake"']])(
    "that is not sane is replaced: %s",
    async (given) => {
      const { send, lines } = heard();
      const response = await send("/api/v1/nothing", { headers: { "x-request-id": given } });
      const id = response.headers.get("x-request-id") ?? "";
      expect(id).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
      expect(lines().at(-1).requestId).toBe(id);
    },
  );
  test("is new for every request that has none", async () => {
    const { send } = heard();
    const [one, two] = await Promise.all([send("/api/v1/a"), send("/api/v1/b")]);
    expect(one?.headers.get("x-request-id")).not.toBe(two?.headers.get("x-request-id"));
  });
});

test("a request is one line: id, method, path, status, time", async () => {
  const { send, lines } = heard();
  await send("/api/v1/users/me?from=here", { headers: { authorization: `Bearer ${host.token}` } });
  expect(lines()).toEqual([
    {
      level: 30,
      time: expect.anything(),
      requestId: expect.any(String),
      method: "GET",
      path: "/api/v1/users/me",
      status: 200,
      ms: expect.any(Number),
      msg: "request",
    },
  ]);
});

describe("the log never shows", () => {
  test("tokens, passwords, addresses or queries, whatever goes wrong", async () => {
    const { send, written } = heard();
    const authorization = `Bearer ${host.token}`;
    const secret = "hunter2-hunter2";
    const link = "AZPzyGpOfBufDj0rGkxdbg.t4cj2k.Rk9SIEVYQU1QTEUgT05MWSwgbm90IGEgcmVhbCB0b2tlbg";
    const email = "grace.canary@example.com";
    await send("/api/v1/auth/login", json({ email, password: secret }));
    await send("/api/v1/auth/login", json({ email: host.email, password: PASSWORD }));
    await send("/api/v1/auth/register", json({ name: "Grace", email, password: secret }));
    await send("/api/v1/auth/register", json({ name: "Grace", email, password: secret }));
    await send("/api/v1/auth/register", json({ email, password: 5, [secret]: 1 }));
    await send("/api/v1/auth/login", json(`{"email":"${email}","password":"${secret}`));
    await send("/api/v1/auth/email/verify", json({ token: link }));
    await send(`/api/v1/users/me?token=${link}`, { headers: { authorization } });
    await send(`/unsubscribe/${link}`);
    await send("/api/v1/users/me", {
      ...json({ email, phone: "+4915112345678" }, { authorization }),
      method: "PATCH",
    });
    const said = written();
    expect(said).toContain('"status":201');
    for (const canary of [host.token, secret, PASSWORD, link, email, host.email, "4915112345678"])
      expect(said).not.toContain(canary);
  });

  test("the parameters of a statement that failed", async () => {
    const { world: loud, written } = listening(world);
    const db = {
      ...world.db,
      run: async () => {
        throw Object.assign(new Error("broken"), {
          parameters: ["grace@example.com"],
          query: "select",
        });
      },
    };
    await sender({ ...loud, db })("/api/v1/auth/login", json({ email: "a@b.co", password: "p" }));
    expect(written()).toContain("broken");
    expect(written()).not.toContain("grace@example.com");
  });
});
