// What administrators see and change, and what it does at once.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { changeUser } from "../../src/accounts/admin/change-user.ts";
import { guestOf } from "../bookings/support/guest.ts";
import { startApi } from "../support/api-process.ts";
import { listenTo } from "../support/event-stream.ts";
import { sender } from "../support/http.ts";
import { book, type Host, makeHost, makeMeetingType, PASSWORD } from "../support/make.ts";
import { type Api, client, type TestWorld, testWorld } from "../support/world.ts";
import { makeKeyOf } from "./support/keys.ts";

let world: TestWorld;
let api: Api;
let admin: Host;
beforeAll(async () => {
  world = await testWorld();
  api = client(world);
  admin = await makeHost(world, { role: "admin", name: "Root Admin" });
});
const children: { kill(signal: "SIGKILL"): unknown }[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

const list = (query = "") => api("GET", `/users${query}`, { token: admin.token });
const patch = (id: string, body: object, token = admin.token) =>
  api("PATCH", `/users/${id}`, { token, body });
const idsOf = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id);
const me = async (token: string) => (await api("GET", "/users/me", { token })).status;
const login = (host: Host) =>
  api("POST", "/auth/login", { body: { email: host.email, password: PASSWORD } });
const auditOf = (id: string) =>
  world.db.run(
    "select action, actor_id, metadata from audit_log where subject_id = $1 order by created_at, action",
    [id],
  );

describe("the list of users", () => {
  test("is for administrators", async () => {
    const member = await makeHost(world);
    expect((await api("GET", "/users", { token: member.token })).body.code).toBe("forbidden");
    expect((await api("GET", "/users")).status).toBe(401);
    expect((await patch(member.id, { role: "admin" }, member.token)).body.code).toBe("forbidden");
    expect((await api("GET", "/users/me", { token: member.token })).body.role).toBe("member");
  });

  test("shows what each sees of himself, and no secret", async () => {
    const host = await makeHost(world);
    const { body, text } = await list(`?q=${host.username}`);
    const { body: me } = await api("GET", "/users/me", { token: host.token });
    const { limits: _, allowedOrigins: _origins, ...own } = me;
    expect(body).toEqual({ data: [own], nextCursor: null });
    expect(text).not.toContain("$2b$");
  });

  test("goes page by page, newest first, each once, also while others register", async () => {
    const before = await Promise.all(Array.from({ length: 5 }, () => makeHost(world)));
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { body } = await list(`?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...idsOf(body));
      cursor = body.nextCursor;
      await makeHost(world);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
  });

  test("is searched by part of a name, address or username, in any case, with no wildcards", async () => {
    const host = await makeHost(world, { name: "Zoë Quixote-100%" });
    for (const q of ["zoë quix", "QUIXOTE-100%", host.email.slice(3).toUpperCase(), host.username])
      expect(idsOf((await list(`?q=${encodeURIComponent(q)}`)).body)).toEqual([host.id]);
    for (const q of ["z%e", "z_ë", "quixote\nhost"])
      expect((await list(`?q=${encodeURIComponent(q)}`)).body.data).toEqual([]);
  });

  test("is filtered by role, plan and status, in any case", async () => {
    const host = await makeHost(world);
    await patch(host.id, { plan: "PRO", status: "INACTIVE" });
    const all = `?q=${host.username}&role=MEMBER&plan=pro&status=inactive`;
    expect(idsOf((await list(all)).body)).toEqual([host.id]);
    for (const other of ["role=admin", "plan=FREE", "status=Active"])
      expect((await list(`?q=${host.username}&${other}`)).body.data).toEqual([]);
    for (const [name, word] of [
      ["role", "owner"],
      ["plan", "GOLD"],
      ["status", "GONE"],
    ]) {
      const { status, body } = await list(`?${name}=${word}`);
      expect([status, body.errors[0].path]).toEqual([422, name]);
    }
  });
});

describe("a change", () => {
  test("is answered with the user, and is in the audit log with before and after", async () => {
    const host = await makeHost(world);
    const { status, body } = await patch(host.id, { role: "admin", plan: "PRO" });
    expect([status, body.id, body.role, body.plan]).toEqual([200, host.id, "admin", "PRO"]);
    expect(await auditOf(host.id)).toEqual([
      {
        action: "USER_PLAN_CHANGED",
        actorId: admin.id,
        metadata: { before: "FREE", after: "PRO" },
      },
      {
        action: "USER_ROLE_CHANGED",
        actorId: admin.id,
        metadata: { before: "member", after: "admin" },
      },
    ]);
  });

  test("that changes nothing leaves no trace and ends nothing", async () => {
    const host = await makeHost(world);
    const same = { role: "member", plan: "FREE", status: "ACTIVE" };
    expect((await patch(host.id, same)).status).toBe(200);
    expect((await patch(host.id, {})).status).toBe(200);
    expect(await auditOf(host.id)).toEqual([]);
    expect(await me(host.token)).toBe(200);
  });

  test("of nobody is 404, of somebody else's things 422", async () => {
    expect((await patch("0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e", { plan: "PRO" })).status).toBe(404);
    const host = await makeHost(world);
    for (const body of [
      { email: "a@b.co" },
      { passwordHash: "x" },
      { role: "owner" },
      { plan: null },
    ])
      expect((await patch(host.id, body)).status).toBe(422);
  });

  test("of a role holds for the next request of a token that was given before", async () => {
    const host = await makeHost(world);
    const sees = async () => (await api("GET", "/users", { token: host.token })).status;
    expect(await sees()).toBe(403);
    await patch(host.id, { role: "admin" });
    expect(await sees()).toBe(200);
    await patch(host.id, { role: "member" });
    expect(await sees()).toBe(403);
  });

  test("to member ends the keys of the scope admin, and no others", async () => {
    const host = await makeHost(world, { role: "admin" });
    const [keeper, writer] = [
      await makeKeyOf(api, host, "admin"),
      await makeKeyOf(api, host, "write"),
    ];
    await patch(host.id, { role: "member" });
    expect([await me(keeper.key), await me(writer.key), await me(host.token)]).toEqual([
      401, 200, 200,
    ]);
    await patch(host.id, { role: "admin" });
    expect(await me(keeper.key)).toBe(401);
  });
});

describe.each(["SUSPENDED", "INACTIVE"])("a user who becomes %s", (status) => {
  test("is out at once: sessions and keys end, and signing in is refused by name", async () => {
    const host = await makeHost(world);
    const { key } = await makeKeyOf(api, host);
    const second = (await login(host)).body.token;
    await patch(host.id, { status });
    expect([await me(host.token), await me(second), await me(key)]).toEqual([401, 401, 401]);
    const refused = await login(host);
    expect([refused.status, refused.body.code]).toEqual([403, "account_inactive"]);
  });

  test("is gone from where guests look; his pages come back with him, his sessions and keys do not", async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const { key } = await makeKeyOf(api, host);
    const start = "2026-11-23T09:00:00Z";
    const looks = async () => {
      const link = await api("GET", `/users/${host.username}/${type.slug}`);
      const slots = await api(
        "GET",
        `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-11-23`,
      );
      return [
        (await api("GET", `/users/${host.username}`)).status,
        link.status,
        slots.status,
        (await client(world)("GET", `/api/v1/meeting-types/${type.id}/slots/events`)).status,
      ];
    };
    const etag = (await api("GET", `/meeting-types/${type.id}/slots`)).headers.get("etag") ?? "";
    await patch(host.id, { status });
    expect(await looks()).toEqual([404, 404, 404, 404]);
    const booked = await book(api, type, start);
    expect([booked.status, booked.body.code]).toEqual([404, "not_found"]);
    const hold = await api("POST", `/meeting-types/${type.id}/holds`, { body: { start } });
    expect(hold.status).toBe(404);
    const headers = { "if-none-match": etag };
    expect((await api("GET", `/meeting-types/${type.id}/slots`, { headers })).status).toBe(404);
    await patch(host.id, { status: "ACTIVE" });
    expect((await api("GET", `/users/${host.username}`)).status).toBe(200);
    expect((await book(api, type, start)).status).toBe(201);
    expect([await me(host.token), await me(key)]).toEqual([401, 401]);
    expect(await me((await login(host)).body.token)).toBe(200);
  });

  test("leaves guests their bookings: they may look and cancel, and move nowhere", async () => {
    const host = await makeHost(world);
    const booked = await book(api, await makeMeetingType(world, host), "2026-11-25T09:00:00Z");
    const guest = guestOf(api, booked);
    await patch(host.id, { status });
    expect((await guest.get()).status).toBe(200);
    const moved = await guest.move("2026-11-25T10:00:00Z");
    expect([moved.status, moved.body.code]).toEqual([409, "type_inactive"]);
    expect((await guest.cancel()).status).toBe(200);
    expect((await guest.get()).body.status).toBe("CANCELLED");
  });

  test("has no pages", async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const send = sender(world);
    const pages = async () => [
      (await send(`/${host.username}`)).status,
      (await send(`/${host.username}/${type.slug}`)).status,
    ];
    expect(await pages()).toEqual([200, 200]);
    await patch(host.id, { status });
    expect(await pages()).toEqual([404, 404]);
  });

  test("is offered by no team, whose other hosts go on", async () => {
    const [owner, other] = [await makeHost(world), await makeHost(world)];
    const type = await makeMeetingType(world, owner, {
      groups: [{ hosts: [owner, other], required: 1 }],
    });
    await patch(other.id, { status });
    const start = "2026-11-24T09:00:00Z";
    const first = await book(api, type, start);
    expect([first.status, first.body.booking.hosts[0].id]).toEqual([201, owner.id]);
    expect((await book(api, type, start)).body.code).toBe("slot_taken");
  });
});

test("a session that was opened while its user was being suspended does not come back with him", async () => {
  const host = await makeHost(world);
  await patch(host.id, { status: "SUSPENDED" });
  // What a sign-in leaves that read "ACTIVE" a moment before.
  await world.db.run("update sessions set revoked_at = null where user_id = $1", [host.id]);
  await patch(host.id, { status: "ACTIVE" });
  expect(await me(host.token)).toBe(401);
});

test("a key of an administrator that was made while he was being demoted does not come back with his role", async () => {
  const host = await makeHost(world, { role: "admin" });
  const { id, key } = await makeKeyOf(api, host, "admin");
  await patch(host.id, { role: "member" });
  await world.db.run("update api_keys set revoked_at = null where id = $1", [id]);
  await patch(host.id, { role: "admin" });
  expect(await me(key)).toBe(401);
});

test("keys that end with a status are in the audit log, by who ended them", async () => {
  const host = await makeHost(world);
  const { id } = await makeKeyOf(api, host);
  await patch(host.id, { status: "SUSPENDED" });
  expect((await auditOf(id)).map(({ action, actorId }) => [action, actorId])).toEqual([
    ["API_KEY_CREATED", host.id],
    ["API_KEY_REVOKED", admin.id],
  ]);
});

test("streams of a user's free times end at every process when he is suspended", async () => {
  const apis = await Promise.all(
    [1, 2].map(() => startApi({ DATABASE_URL: world.config.DATABASE_URL })),
  );
  children.push(...apis.map(({ child }) => child));
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const urls = apis.map(({ url }) => `${url}/api/v1/meeting-types/${type.id}/slots/events`);
  const streams = await Promise.all(urls.map((url) => listenTo(url)));
  await patch(host.id, { status: "SUSPENDED" });
  await Promise.all(streams.map(({ ended }) => ended));
  for (const url of urls) expect((await listenTo(url)).response.status).toBe(404);
});

describe("the last active administrator", () => {
  const alone = async () => {
    const own = await testWorld();
    const ask = client(own);
    const last = await makeHost(own, { role: "admin" });
    const asking = (id: string, body: object, token = last.token) =>
      ask("PATCH", `/users/${id}`, { token, body });
    return { own, last, asking };
  };

  test.each([{ role: "member" }, { status: "SUSPENDED" }, { status: "INACTIVE" }])(
    "does not make himself %j",
    async (body) => {
      const { last, asking } = await alone();
      const { status, body: said } = await asking(last.id, body);
      expect([status, said.code]).toEqual([409, "last_admin"]);
      expect((await asking(last.id, { plan: "PRO", role: "admin" })).status).toBe(200);
    },
  );

  test("does not count suspended administrators and members", async () => {
    const { own, last, asking } = await alone();
    const suspended = await makeHost(own, { role: "admin" });
    await makeHost(own);
    await asking(suspended.id, { status: "SUSPENDED" });
    expect((await asking(last.id, { role: "member" })).body.code).toBe("last_admin");
    await asking(suspended.id, { status: "ACTIVE" });
    expect((await asking(last.id, { role: "member" })).status).toBe(200);
  });

  test("stays also for who keeps the machine", async () => {
    const { own, last } = await alone();
    expect(changeUser(own, null, last.id, { role: "member" })).rejects.toThrow("administrator");
  });
});

describe.each([1, 2, 3])("administrators at once (round %i)", () => {
  const many = async (count: number) => {
    const own = await testWorld({ DATABASE_POOL_SIZE: "12" });
    const admins = await Promise.all(
      Array.from({ length: count }, () => makeHost(own, { role: "admin" })),
    );
    const left = () =>
      own.db.run("select id from users where role = 'admin' and status = 'ACTIVE'", []);
    return { ask: client(own), admins, left };
  };

  test("who each step down leave one", async () => {
    const { ask, admins, left } = await many(6);
    const said = await Promise.all(
      admins.map(({ id, token }, i) =>
        ask("PATCH", `/users/${id}`, {
          token,
          body: i % 2 ? { role: "member" } : { status: "INACTIVE" },
        }),
      ),
    );
    expect(said.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(said.find(({ status }) => status !== 200)?.body.code).toBe("last_admin");
    expect(await left()).toHaveLength(1);
  });

  test("who demote one another leave one, since who was demoted no longer demotes", async () => {
    const { ask, admins, left } = await many(2);
    const [one, two] = admins as [Host, Host];
    const demote = (by: Host, whom: Host) =>
      ask("PATCH", `/users/${whom.id}`, { token: by.token, body: { role: "member" } });
    const said = await Promise.all([demote(one, two), demote(two, one)]);
    expect(said.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(await left()).toHaveLength(1);
  });

  test("who change different things of one user lose neither", async () => {
    const { ask, admins } = await many(2);
    const host = admins[0]!;
    const change = (body: object) =>
      ask("PATCH", `/users/${host.id}`, { token: admins[1]!.token, body });
    await Promise.all([change({ plan: "ENTERPRISE" }), change({ role: "member" })]);
    const { body } = await ask("GET", "/users/me", { token: host.token });
    expect([body.plan, body.role]).toEqual(["ENTERPRISE", "member"]);
  });
});
