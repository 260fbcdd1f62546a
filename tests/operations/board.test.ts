import { afterAll, describe, expect, test } from "bun:test";
import { createApp } from "../../src/app.ts";
import { edge } from "../../src/http/edge.ts";
import { backend as makeBackend } from "../../worker/queue.ts";
import { rhythmOf } from "../../worker/rhythm.ts";
import { makeHost } from "../support/make.ts";
import { client, type TestWorld } from "../support/world.ts";
import { onEachBackend } from "../worker/support/backends.ts";
import { openHouse } from "../worker/support/house.ts";

const cookieIn = (header: string | null): string => (header ?? "").split(";")[0] ?? "";

/** An administrator, and what his browser asks for. */
async function visitor(world: TestWorld) {
  const admin = await makeHost(world, { role: "admin" });
  const api = client(world);
  const opened = await api("POST", "/auth/admin-session", { token: admin.token });
  const handle = edge(world, createApp(world).fetch);
  const cookie = cookieIn(opened.headers.get("set-cookie"));
  const ask = (path: string, { method = "GET", ...headers }: Record<string, string> = {}) =>
    handle(
      new Request(`${world.config.PUBLIC_URL}/admin/queues${path}`, {
        method,
        headers: { cookie, accept: "application/json", ...headers },
      }),
      "192.0.2.1",
    );
  return { admin, api, opened, ask };
}
const OURS = { origin: "http://kalends.test" };

onEachBackend("the board", (backend) => {
  test("shows an administrator the queues and their jobs, and changes them from its own page only", async () => {
    await using house = await openHouse(backend);
    const { world } = house;
    const make = makeBackend(world, rhythmOf(world.config), 1);
    const emails = make.queue("emails");
    await emails.addBulk([{ name: "emails", data: { outboxId: "x", attempt: 1 } }]);
    const { ask, admin } = await visitor(world);

    const page = await ask("/queue/emails", { accept: "text/html" });
    expect(page.status).toBe(200);
    const markup = await page.text();
    expect(markup).toContain('<base href="/admin/queues/"');
    expect(markup).not.toMatch(/<%|googleapis|src="http/);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
    for (const [, file] of markup.matchAll(/(?:src|href)="(static\/[^"]+)"/g))
      expect((await ask(`/${file}`, { cookie: "" })).status).toBe(200);

    const shown = await (await ask("/api/queues?activeQueue=emails&status=waiting")).json();
    const queue = shown.queues.find(({ name }: { name: string }) => name === "emails");
    expect(shown.queues).toHaveLength(5);
    expect(queue.counts.waiting).toBe(1);
    expect(queue.jobs[0].data).toEqual({ outboxId: "x", attempt: 1 });

    const empty = "/api/queues/emails/empty";
    const waiting = async () => (await emails.getJobCounts("waiting"))["waiting"];
    for (const headers of [
      {},
      { origin: "http://evil.test" },
      { origin: "null" },
      { ...OURS, "sec-fetch-site": "cross-site" },
      { ...OURS, "sec-fetch-site": "same-site" },
    ])
      expect((await ask(empty, { method: "PUT", ...headers })).status).toBe(403);
    expect((await ask(empty, { method: "PUT", ...OURS, cookie: "" })).status).toBe(401);
    expect(await waiting()).toBe(1);
    expect((await ask(empty, { method: "PUT", ...OURS })).status).toBe(200);
    expect(await waiting()).toBe(0);
    const noted = await world.db.run(
      "select actor_id, metadata from audit_log where action = 'QUEUE_CHANGED'",
      [],
    );
    expect(noted).toEqual([
      { actorId: admin.id, metadata: { method: "PUT", path: "/api/queues/emails/empty" } },
    ]);
    await Promise.all([emails.close(), world.queues.close()]);
    await make.close();
  });
});

describe("the cookie", async () => {
  const { testWorld } = await import("../support/world.ts");
  const world = await testWorld({ PUBLIC_URL: "https://kalends.test" });
  afterAll(() => world.queues.close());

  test("is only for administrators in a session, and is kept from scripts and other sites", async () => {
    const { admin, api, opened } = await visitor(world);
    expect(opened.status).toBe(200);
    expect(opened.body).toEqual({
      url: "https://kalends.test/admin/queues",
      expiresAt: "2026-11-22T10:15:00Z",
    });
    const attributes = (opened.headers.get("set-cookie") ?? "").split("; ").slice(1);
    expect(attributes.sort()).toEqual(
      ["HttpOnly", "Max-Age=900", "Path=/", "SameSite=Strict", "Secure"].sort(),
    );
    const member = await makeHost(world);
    const refused = await api("POST", "/auth/admin-session", { token: member.token });
    expect([refused.status, refused.headers.get("set-cookie")]).toEqual([403, null]);
    expect((await api("POST", "/auth/admin-session")).status).toBe(401);
    const noted = await world.db.run("select action from audit_log where actor_id = any ($1)", [
      world.db.parameter("uuid[]", [admin.id, member.id] as never),
    ]);
    expect(noted).toEqual([{ action: "ADMIN_SESSION_OPENED" }]);
  });

  test("no longer counts after a quarter of an hour, nor without its session or the office", async () => {
    const isIn = async ({ ask }: Awaited<ReturnType<typeof visitor>>) =>
      (await ask("", { accept: "text/html" })).status === 200;
    const demoted = await visitor(world);
    expect(await isIn(demoted)).toBe(true);
    await world.db.run("update users set role = 'member' where id = $1", [demoted.admin.id]);
    expect(await isIn(demoted)).toBe(false);

    const gone = await visitor(world);
    await gone.api("POST", "/auth/logout", { token: gone.admin.token });
    expect(await isIn(gone)).toBe(false);

    const late = await visitor(world);
    world.setNow("2026-11-22T10:14:59Z");
    expect(await isIn(late)).toBe(true);
    world.setNow("2026-11-22T10:15:00Z");
    expect(await isIn(late)).toBe(false);
    const page = await late.ask("", { accept: "text/html" });
    expect([page.status, await page.text()]).toEqual([
      401,
      expect.stringContaining("admin-session"),
    ]);
    world.setNow("2026-11-22T10:00:00Z");
    const forged = await late.ask("", { cookie: "__Host-kalends-admin=AAAA.BBBB.CCCC" });
    expect(forged.status).toBe(401);
    const bearer = await late.ask("", {
      cookie: "",
      authorization: `Bearer ${late.admin.token}`,
    });
    expect(bearer.status).toBe(401);
  });
});
