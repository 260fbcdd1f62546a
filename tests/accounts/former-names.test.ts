// A name that was given up leads on, and is nobody else's for 90 days.
import { beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { browser } from "../pages/browser.ts";
import { type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { hashCheaply } from "../support/passwords.ts";
import { type Api, client, NOW, type TestWorld, testWorld } from "../support/world.ts";

hashCheaply();

let world: TestWorld;
let api: Api;
let web: ReturnType<typeof browser>;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
  web = browser(world);
});

const name = () => `n-${newId().slice(-12)}`;
const rename = (host: Host, username: string) =>
  api("PATCH", "/users/me", { token: host.token, body: { username } });
const reslug = (host: Host, id: string, slug: string) =>
  api("PATCH", `/meeting-types/${id}`, { token: host.token, body: { slug } });
const register = (username: string) =>
  api("POST", "/auth/register", {
    body: { name: "X", email: `${name()}@example.com`, password: "correct horse", username },
  });
const seen = async (path: string) => {
  const { status, headers, body } = await api("GET", `/users/${path}`);
  return [status, headers.get("location") ?? body.code];
};

describe("a former username", () => {
  test("leads to the present one, over the API and on pages, also after several changes", async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const [second, third] = [name(), name()];
    await rename(host, second);
    await rename(host, third);
    for (const former of [host.username, second.toUpperCase()]) {
      expect(await seen(former)).toEqual([308, `/api/v1/users/${third}`]);
      const to = `/api/v1/users/${third}/${type.slug}`;
      expect(await seen(`${former}/${type.slug}`)).toEqual([308, to]);
      const card = await web.get(`/${former}`);
      expect([card.status, card.location]).toEqual([308, `/${third}`]);
      const page = await web.get(`/${former}/${type.slug}?month=2026-12&link=a%26b`);
      expect(page.location).toBe(`/${third}/${type.slug}?month=2026-12&link=a%26b`);
      expect(page.headers.get("cache-control")).toBe("no-store");
      const form = await web.post(`/${former}/${type.slug}`, { name: "Grace" });
      expect([form.status, form.location]).toEqual([308, `/${third}/${type.slug}`]);
    }
    expect((await api("GET", `/users/${third}`)).status).toBe(200);
  });

  test("is taken for others, and may be taken up again by who had it", async () => {
    const [host, other] = [await makeHost(world), await makeHost(world)];
    const next = name();
    await rename(host, next);
    const refused = [await register(host.username), await rename(other, host.username)];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
      [409, "username_taken"],
      [409, "username_taken"],
    ]);
    expect((await rename(host, host.username)).status).toBe(200);
    expect((await api("GET", `/users/${host.username}`)).status).toBe(200);
    expect(await seen(next)).toEqual([308, `/api/v1/users/${host.username}`]);
  });

  test("is passed over where one is derived from a name", async () => {
    const host = await makeHost(world);
    const base = `quentin-${newId().slice(-6)}`;
    await rename(host, base);
    await rename(host, name());
    const { status, body } = await api("POST", "/auth/register", {
      body: { name: base, email: `${name()}@example.com`, password: "correct horse" },
    });
    expect([status, body.user.username.startsWith(`${base}-`)]).toEqual([201, true]);
  });

  test("is free after 90 days, and then leads nowhere", async () => {
    const host = await makeHost(world);
    await rename(host, name());
    await world.db.run(
      "update former_usernames set held_until = $2 where username::text = $1::text",
      [host.username, NOW as never],
    );
    expect(await seen(host.username)).toEqual([404, "not_found"]);
    expect((await register(host.username)).status).toBe(201);
    expect((await api("GET", `/users/${host.username}`)).status).toBe(200);
  });

  test("of somebody who is not active leads nowhere, and is held all the same", async () => {
    const host = await makeHost(world);
    await rename(host, name());
    await world.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
    expect(await seen(host.username)).toEqual([404, "not_found"]);
    expect((await register(host.username)).status).toBe(409);
  });

  test("wanted by others the moment it is given up is nobody's", async () => {
    for (let i = 0; i < 5; i += 1) {
      const host = await makeHost(world);
      const [renamed, ...wanted] = await Promise.all([
        rename(host, name()),
        ...Array.from({ length: 4 }, () => register(host.username)),
      ]);
      expect(renamed?.status).toBe(200);
      expect(wanted.map(({ status }) => status)).toEqual([409, 409, 409, 409]);
    }
  });

  test("is one of ten that are held, so that nobody hoards them", async () => {
    const host = await makeHost(world);
    for (let i = 0; i < 12; i += 1) await rename(host, name());
    const held = await world.db.run("select username from former_usernames where user_id = $1", [
      host.id,
    ]);
    expect(held).toHaveLength(10);
  });
});

describe("a former slug", () => {
  test("leads to the present one, under former usernames too", async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const [slug, username] = [name(), name()];
    expect((await reslug(host, type.id, slug)).status).toBe(200);
    expect(await seen(`${host.username}/${type.slug}`)).toEqual([
      308,
      `/api/v1/users/${host.username}/${slug}`,
    ]);
    await rename(host, username);
    const page = await web.get(`/${host.username}/${type.slug}`);
    expect([page.status, page.location]).toEqual([308, `/${username}/${slug}`]);
    await world.db.run("update meeting_types set is_active = false where id = $1", [type.id]);
    expect(await seen(`${host.username}/${type.slug}`)).toEqual([404, "not_found"]);
  });

  test("is not given to another type of the owner, but may be taken up again, and is others' own matter", async () => {
    const [host, other] = [await makeHost(world), await makeHost(world)];
    const [one, two] = [await makeMeetingType(world, host), await makeMeetingType(world, host)];
    await reslug(host, one.id, name());
    const create = (who: Host, slug?: string) =>
      api("POST", "/meeting-types", {
        token: who.token,
        body: { title: one.slug, durationMinutes: 30, ...(slug && { slug }) },
      });
    const refused = [await reslug(host, two.id, one.slug), await create(host, one.slug)];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
      [409, "slug_taken"],
      [409, "slug_taken"],
    ]);
    expect((await create(host)).body.slug).toBe(`${one.slug}-2`);
    expect((await create(other, one.slug)).status).toBe(201);
    expect((await reslug(host, one.id, one.slug)).status).toBe(200);
  });

  test("of a type that is gone is free", async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    await reslug(host, type.id, name());
    await api("DELETE", `/meeting-types/${type.id}`, { token: host.token });
    const another = await makeMeetingType(world, host, { slug: type.slug });
    expect(await seen(`${host.username}/${another.slug}`)).toEqual([200, undefined as never]);
  });
});
