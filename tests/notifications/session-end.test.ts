// How long a stream outlives the session that it was opened with.
import { expect, test } from "bun:test";
import { Elysia } from "elysia";
import { auth } from "../../src/http/auth.ts";
import { makeHost } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

const world = await testWorld();
const app = new Elysia().use(auth(world)).get(
  "/still",
  async ({ isStillSignedIn, request }) => {
    await world.db.run(request.headers.get("x-first") ?? "select 1", []);
    return isStillSignedIn().catch(() => false);
  },
  { signedIn: true },
);

const stillAfter = async (token: string, statement: string) =>
  (
    await app.handle(
      new Request("http://kalends.test/still", {
        headers: { authorization: `Bearer ${token}`, "x-first": statement },
      }),
    )
  ).json();

test("the right to listen ends with the session, and while the user is suspended", async () => {
  const host = await makeHost(world);
  const set = (status: string) => `update users set status = '${status}' where id = '${host.id}'`;
  expect(await stillAfter(host.token, "select 1")).toBe(true);
  expect(await stillAfter(host.token, set("SUSPENDED"))).toBe(false);
  await world.db.run(set("ACTIVE"), []);
  const revoke = `update sessions set revoked_at = now() where id = '${host.sessionId}'`;
  expect(await stillAfter(host.token, revoke)).toBe(false);
});
