// A PostgreSQL that only lets itself be read, as a full disk or a failover leaves it.
import { afterAll, expect, test } from "bun:test";
import { parseConfig } from "../../src/config.ts";
import { makeWorld } from "../../src/world.ts";
import { eventually } from "../support/eventually.ts";
import { book } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { expectWholeBookings, stages, startOf } from "./support/load.ts";
import { ownServer } from "./support/server.ts";

const server = await ownServer();
const env = { NODE_ENV: "test", JWT_SECRET: "a secret for tests that is long enough" };
const world = makeWorld(
  parseConfig({
    ...env,
    DATABASE_URL: server.url,
    // One session, so that what it has heard of holds for every statement.
    DATABASE_POOL_SIZE: "1",
    LOG_LEVEL: "silent",
    RATE_LIMIT_PER_MINUTE: "0",
  }),
);
const api = client(world);
afterAll(async () => {
  await world.db.close();
  await server[Symbol.asyncDispose]();
});

const setReadOnly = async (on: boolean) => {
  await server.sql(
    `alter system ${on ? "set default_transaction_read_only = on" : "reset default_transaction_read_only"}`,
  );
  await server.sql("select pg_reload_conf()");
  // Sessions hear of it a moment later, each for itself.
  await eventually(async () => {
    const [row] = await world.db.run("select current_setting('transaction_read_only') as now", []);
    expect(row).toEqual({ now: on ? "on" : "off" });
  });
};

test("a database that cannot be written refuses bookings plainly, shows free times, and recovers by itself", async () => {
  const [stage] = await stages(world, 1);
  const { type, host } = stage!;
  await setReadOnly(true);
  const refused = await book(api, type, startOf(0));
  expect(refused.status).toBe(503);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(refused.body).toMatchObject({ status: 503, code: "unavailable" });
  const from = startOf(0).slice(0, 10);
  const slots = await api("GET", `/meeting-types/${type.id}/slots?from=${from}&until=${from}`);
  expect(slots.status).toBe(200);
  const block = { title: "Dentist", start: startOf(0), end: startOf(1) };
  expect((await api("POST", "/bookings", { token: host.token, body: block })).status).toBe(503);
  expect((await api("GET", "/health")).status).toBe(200);

  await setReadOnly(false);
  expect((await book(api, type, startOf(2))).status).toBe(201);
  expect(await expectWholeBookings(server.sql, [])).toBe(1);
});

test("a full disk is a 503 that leaves nothing behind, and the next booking works", async () => {
  const full = await testWorld();
  const ask = client(full);
  const [stage] = await stages(full, 1);
  const run = (text: string) => full.db.run(text, []);
  await run(
    `create function fill_disk() returns trigger language plpgsql as
     $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`,
  );
  await run(
    "create trigger full_disk after insert on outbox for each row execute function fill_disk()",
  );
  const refused = await book(ask, stage!.type, startOf(0));
  expect([refused.status, refused.body.code]).toEqual([503, "unavailable"]);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(refused.text).not.toContain("extend");
  await run("drop trigger full_disk on outbox");
  expect(await expectWholeBookings(run, [])).toBe(0);
  expect((await book(ask, stage!.type, startOf(0))).status).toBe(201);
  expect(await expectWholeBookings(run, [])).toBe(1);
});
