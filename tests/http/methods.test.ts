// Every route by the methods that are not its own: HEAD as GET without a body, OPTIONS, and what is not offered.
import { describe, expect, test } from "bun:test";
import { MATRIX, OF_DEVELOPMENT, OF_NOTHING } from "../authorization/matrix.ts";
import type { Actor } from "../authorization/support/actors.ts";
import { requestOf, rowsOf } from "../authorization/support/judge.ts";
import { makeStage } from "../authorization/support/stage.ts";
import { sender } from "../support/http.ts";
import { hashCheaply } from "../support/passwords.ts";
import { testWorld } from "../support/world.ts";

hashCheaply();
const stage = await makeStage();
const send = sender(await testWorld());
const WHO: readonly Actor[] = ["nobody", "owner", "admin", "guest"];

describe("HEAD is answered as GET, without a body, and changes nothing:", () => {
  const names = Object.keys(MATRIX).filter((name) => name.startsWith("GET "));
  test.each(names)("%s", async (name) => {
    for (const row of rowsOf(name))
      for (const actor of WHO) {
        const asked = requestOf(stage, name, row, actor);
        const get = await stage.ask(actor, asked);
        const head = await stage.ask(actor, { ...asked, method: "HEAD" });
        const text = get.text === "a stream" ? get.text : "";
        expect([actor, head]).toEqual([actor, { ...get, text }]);
      }
  });
});

const paths = Map.groupBy(
  stage.routes
    .map((name) => name.split(" ") as [method: string, path: string])
    .filter(([method, path]) => method !== "OPTIONS" && !path.includes("*")),
  ([, path]) => path.replaceAll(/:(\w+)/g, "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e"),
);
/** Another pattern may know the path too, as /users/:user knows /users/me. */
const known = (allow: string | null, methods: readonly string[]) =>
  methods.every((method) => allow?.split(", ").includes(method));

describe("a path names its methods:", () => {
  test.each([...paths])("%s", async (path, routes) => {
    const methods = routes.flatMap(([method]) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    const response = await send(path, { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    const allow = response.headers.get("allow");
    expect([allow, known(allow, [...methods, "OPTIONS"])]).toEqual([allow, true]);
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]) {
      if (allow?.split(", ").includes(method)) continue;
      const refused = await send(path, { method });
      expect([method, refused.status, refused.headers.get("allow")]).toEqual([method, 405, allow]);
      const text = await refused.text();
      expect(method === "HEAD" || JSON.parse(text).code === "method_not_allowed").toBe(true);
    }
  });
});

test("OPTIONS of what is not there is a 404", async () => {
  for (const path of ["/api/v1/none", "/none/of/these", "/api/v1/users/a/b/c"])
    expect([path, (await send(path, { method: "OPTIONS" })).status]).toEqual([path, 404]);
});

test("a preflight is answered for any path, which it tells nothing of", async () => {
  const headers = { origin: "https://a.example", "access-control-request-method": "GET" };
  const told = await Promise.all(
    ["/api/v1/users/me", "/api/v1/none"].map((path) => send(path, { method: "OPTIONS", headers })),
  );
  expect(told.map(({ status }) => status)).toEqual([204, 204]);
  expect(told.map((each) => each.headers.has("allow"))).toEqual([false, false]);
});

test("the routes that this looks at are all but those of nothing and of development", () => {
  const looked = stage.routes.filter(
    (name) => !OF_NOTHING.test(name) && !OF_DEVELOPMENT.test(name),
  );
  expect(looked.filter((name) => name.startsWith("GET ")).length).toBeGreaterThan(50);
});
