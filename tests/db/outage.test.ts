// What becomes of a statement, and of the next one, when the database or the way to it fails.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { connect, type Db } from "../../src/db/sql.ts";
import { Problem } from "../../src/problem.ts";
import { startApi } from "../support/api-process.ts";
import { eventually } from "../support/eventually.ts";
import { sender } from "../support/http.ts";
import { makeHost } from "../support/make.ts";
import { testDatabaseUrl } from "../support/postgres.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { testWorld } from "../support/world.ts";

const DEADLINE_MS = 300;
let url: string;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  url = await testDatabaseUrl();
});
afterAll(async () => {
  // A pool with a statement that hangs takes its five seconds to close; nobody needs to wait.
  await Promise.all(open.map((close) => Promise.race([close(), Bun.sleep(200)])));
});

async function throughProxy(
  poolSize = 2,
  deadlineMs = DEADLINE_MS,
): Promise<{ db: Db; proxy: TcpProxy }> {
  const proxy = await tcpProxy(url);
  const db = connect({
    url: proxy.url,
    poolSize,
    prepare: true,
    setTimeouts: true,
    checkRows: true,
    deadlineMs,
  });
  open.push(
    () => db.close().catch(() => {}),
    () => proxy.close(),
  );
  await eventually(() => db.warm());
  return { db, proxy };
}

const one = (db: Db) => db.run("select 1 as one", []);
/** A statement that needs a new connection: to open one may take longer than the deadline on a busy machine. */
const oneAnew = (db: Db) => eventually(() => one(db));
const outcome = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "answered",
    (error: unknown) =>
      error instanceof Problem ? error.problem : (error as { code?: unknown }).code,
  );

describe("a connection that hangs", () => {
  test("is given up at the deadline of its statement", async () => {
    const { db, proxy } = await throughProxy();
    proxy.freeze();
    const began = performance.now();
    expect(await outcome(one(db))).toBe("unavailable");
    expect(performance.now() - began).toBeGreaterThan(DEADLINE_MS - 20);
  });

  test("is given up with its whole pool after three statements", async () => {
    const { db, proxy } = await throughProxy();
    proxy.freezeThoseOpen();
    for (let i = 0; i < 3; i += 1) expect(await outcome(one(db))).toBe("unavailable");
    await oneAnew(db);
    for (let i = 0; i < 20; i += 1) expect(await outcome(one(db))).toBe("answered");
  });

  test("is given up too while others answer", async () => {
    const { db, proxy } = await throughProxy(1);
    const second = await throughProxy(1);
    proxy.freezeThoseOpen();
    // The second one finds the only connection taken by what was given up.
    for (let i = 0; i < 2; i += 1) {
      expect(await outcome(one(db))).toBe("unavailable");
      expect(await outcome(one(second.db))).toBe("answered");
    }
    await oneAnew(db);
  });

  test("does not end the process when the database is gone for cancelling too", async () => {
    const { db, proxy } = await throughProxy();
    proxy.freezeThoseOpen();
    const refused = outcome(one(db));
    await proxy.refuseNew();
    expect(await refused).toBe("unavailable");
    await Bun.sleep(200);
  });

  test("takes none of a hundred waiting statements with it for good", async () => {
    const { db, proxy } = await throughProxy();
    proxy.freezeThoseOpen();
    const all = await Promise.all(Array.from({ length: 100 }, () => outcome(one(db))));
    expect(new Set(all)).toEqual(new Set(["unavailable"]));
    await oneAnew(db);
  });
});

test("connections that were slow to come serve the statements after those that were given up", async () => {
  const proxy = await tcpProxy(url);
  // The deadline is the usual one: what is given up here waits for its turn.
  const given = { url: proxy.url, prepare: true, setTimeouts: true, checkRows: true };
  const db = connect({ ...given, poolSize: 2 });
  open.push(
    () => db.close().catch(() => {}),
    () => proxy.close(),
  );
  proxy.slow(4_400);
  expect(await Promise.all([outcome(one(db)), outcome(one(db))])).toEqual([
    "unavailable",
    "unavailable",
  ]);
  proxy.slow(0);
  await Bun.sleep(800);
  expect(await Promise.all([outcome(one(db)), outcome(one(db))])).toEqual(["answered", "answered"]);
});

describe("a connection that breaks", () => {
  test("fails its statement, and the next is answered", async () => {
    // With time enough: it is to fail by the break, not by its deadline.
    const { db, proxy } = await throughProxy(2, 10_000);
    const slow = outcome(db.run("select pg_sleep(5)", []));
    await Bun.sleep(50);
    proxy.cut();
    expect(await slow).toBe("CONNECTION_CLOSED");
    // The other connection of the pool broke as well, and may be found out by a statement.
    const next = [await outcome(one(db)), await outcome(one(db)), await outcome(one(db))];
    expect(next.at(-1)).toBe("answered");
  });

  test("by pg_terminate_backend, again and again under load, hangs nobody", async () => {
    const { db } = await throughProxy(4);
    const admin = postgres(url, { max: 1 });
    open.push(() => admin.end());
    let isOver = false;
    const seen = new Map<unknown, number>();
    const clients = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        const result = await outcome(one(db));
        seen.set(result, (seen.get(result) ?? 0) + 1);
      }
    });
    for (let i = 0; i < 10; i += 1) {
      await admin`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'kalends' and datname = current_database()`;
      await Bun.sleep(50);
    }
    // However slow the machine: they go on being answered.
    await eventually(() => expect(seen.get("answered")).toBeGreaterThan(50));
    isOver = true;
    await Promise.all(clients);
    await oneAnew(db);
  });
});

test("every connection has a limit on statements and on waiting for locks, and speaks UTC", async () => {
  const { db } = await throughProxy();
  const settings = await db.run(
    `select name, setting from pg_settings
     where name in ('statement_timeout', 'lock_timeout', 'TimeZone') order by lower(name)`,
    [],
  );
  expect(settings.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
    "lock_timeout=5000",
    "statement_timeout=8000",
    "TimeZone=UTC",
  ]);
});

describe("over HTTP, a database that is gone", () => {
  test("is a 503 that says when to come back, and then all is well again", async () => {
    const world = await testWorld();
    const host = await makeHost(world);
    const proxy = await tcpProxy(world.config.DATABASE_URL);
    const options = { poolSize: 2, prepare: true, setTimeouts: true, checkRows: true };
    const db = connect({ ...options, url: proxy.url, deadlineMs: DEADLINE_MS });
    open.push(
      () => db.close().catch(() => {}),
      () => proxy.close(),
    );
    const send = sender({ ...world, db });
    const ask = () =>
      send("/api/v1/users/me", { headers: { authorization: `Bearer ${host.token}` } });

    await eventually(async () => expect((await ask()).status).toBe(200));
    await proxy.refuse();
    for (let i = 0; i < 4; i += 1) {
      const gone = await ask();
      expect(gone.status).toBe(503);
      expect(gone.headers.get("retry-after")).toBe("1");
      expect(await gone.json()).toMatchObject({ code: "unavailable" });
    }
    await proxy.heal();
    await eventually(async () => expect((await ask()).status).toBe(200));
    proxy.freezeThoseOpen();
    expect((await ask()).status).toBe(503);
  });
});

test("the process outlives its database", async () => {
  const proxy = await tcpProxy(url);
  const api = await startApi({ DATABASE_URL: proxy.url });
  open.push(
    () => api.child.kill("SIGKILL"),
    () => proxy.close(),
  );
  const login = () =>
    fetch(`${api.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "nobody@example.com", password: "wrong password" }),
    });
  expect((await login()).status).toBe(401);
  await proxy.refuse();
  const gone = await Promise.all([login(), login(), login()]);
  expect(gone.map(({ status }) => status)).toEqual([503, 503, 503]);
  await proxy.heal();
  await eventually(async () => expect((await login()).status).toBe(401));
  expect(api.child.exitCode).toBeNull();
});
