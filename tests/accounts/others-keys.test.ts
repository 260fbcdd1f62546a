// Whoever knows the id of somebody else's API key can do nothing with it: by every operation that takes one.
import { expect, test } from "bun:test";
import { createApp } from "../../src/app.ts";
import { documentOf } from "../architecture/operations.ts";
import { concrete } from "../support/bad-cases.ts";
import { sender } from "../support/http.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { makeKeyOf } from "./support/keys.ts";

const world = await testWorld();
const api = client(world);
const send = sender(world, createApp(world).fetch);
const operations = (await documentOf(send)).filter(({ path }) => path.includes("/api-keys/{"));

test("there are operations to look at", () => {
  expect(operations.map(({ method }) => method).sort()).toEqual(["delete", "get"]);
});

test.each(["member", "admin"] as const)(
  "an other %s gets 404 and changes nothing",
  async (role) => {
    const [owner, other] = [await makeHost(world), await makeHost(world, { role })];
    const { id, key } = await makeKeyOf(api, owner, "write");
    const mine = await makeKeyOf(api, other, role === "admin" ? "admin" : "write");
    const row = () => world.db.run("select * from api_keys where id = $1", [id]);
    const before = await row();
    for (const { name, method, path } of operations)
      for (const token of [other.token, mine.key]) {
        const answer = await send(concrete(path, { "api-keys": id }), {
          method: method.toUpperCase(),
          headers: { authorization: `Bearer ${token}` },
        });
        const said = await answer.text();
        expect([name, answer.status]).toEqual([
          name,
          token === mine.key && method !== "get" ? 403 : 404,
        ]);
        expect(said).not.toContain(key.slice(0, 16));
      }
    expect(await row()).toEqual(before);
  },
);
