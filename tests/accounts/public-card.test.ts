import { beforeAll, describe, expect, test } from "bun:test";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { type Api, client, type TestWorld, testWorld } from "../support/world.ts";

let world: TestWorld;
let api: Api;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
});

describe("GET /users/:username", () => {
  test("shows name, zone and the types anyone may see, and nothing else", async () => {
    const host = await makeHost(world, { zone: "Europe/Berlin" });
    const open = await makeMeetingType(world, host, { title: "Intro" });
    const secret = await makeMeetingType(world, host);
    await world.db.run("update meeting_types set visibility = 'secret' where id = $1", [secret.id]);
    await makeMeetingType(world, host, { isActive: false });
    await makeMeetingType(world, host, { archivedAt: "2026-01-01T00:00:00Z" });
    const { status, body, text } = await api("GET", `/users/${host.username.toUpperCase()}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      username: host.username,
      name: "Ada Lovelace",
      timeZone: "Europe/Berlin",
      meetingTypes: [
        { id: open.id, title: "Intro", slug: open.slug, description: null, durationMinutes: 30 },
      ],
    });
    expect(text).not.toContain(host.email);
  });
  test("is 404 for nobody, and for one who is not active", async () => {
    const host = await makeHost(world);
    await world.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
    for (const name of [host.username, "nobody-here"])
      expect((await api("GET", `/users/${name}`)).status).toBe(404);
  });
});

describe("GET /users/:username/:slug", () => {
  test("shows one type as its booking page needs it, a secret one too", async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host, { title: "Intro", minutes: 45 });
    await world.db.run("update meeting_types set visibility = 'secret' where id = $1", [type.id]);
    const { status, body, text } = await api("GET", `/users/${host.username}/${type.slug}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: type.id,
      title: "Intro",
      durationMinutes: 45,
      host: { username: host.username, name: "Ada Lovelace", timeZone: "UTC" },
    });
    expect(text).not.toContain(host.email);
  });
  test("is 404 for a type that is off, archived, another's, or of a host who is not active", async () => {
    const [host, other] = [await makeHost(world), await makeHost(world)];
    const off = await makeMeetingType(world, host, { isActive: false });
    const gone = await makeMeetingType(world, host, { archivedAt: "2026-01-01T00:00:00Z" });
    const theirs = await makeMeetingType(world, other);
    for (const { slug } of [off, gone, theirs, { slug: "no-such-type" }])
      expect((await api("GET", `/users/${host.username}/${slug}`)).status).toBe(404);
    await world.db.run("update users set status = 'INACTIVE' where id = $1", [other.id]);
    expect((await api("GET", `/users/${other.username}/${theirs.slug}`)).status).toBe(404);
  });
});
