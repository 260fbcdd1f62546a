// A new key: everything is sealed anew with it while all goes on, and the older ones may go.
import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../src/db/id.ts";
import { rotateKeys } from "../../src/operations/rotate-keys.ts";
import { keyIdIn, keyIdsOf, open, type Place, seal } from "../../src/secret-box.ts";
import type { World } from "../../src/world.ts";
import { makeHost } from "../support/make.ts";
import { type TestWorld, testWorld } from "../support/world.ts";

const OLD = "the-old-key-that-sealed-everything-so-far";
const OLDER = "an-even-older-key-of-which-some-is-left";
const NEW = "the-new-key-that-seals-from-today-onwards";

const withKeys = <W extends World>(world: W, ...keys: string[]): W => ({
  ...world,
  config: { ...world.config, ENCRYPTION_KEY: keys.join(",") },
});

const SEALED = [
  ["webhook_endpoints", "secret", "webhook_endpoints", "secret"],
  ["webhook_endpoints", "previous_secret", "webhook_endpoints", "secret"],
  ["calendar_connections", "credentials", "calendar_connections", "credentials"],
  ["calendar_revocations", "credentials", "calendar_connections", "credentials"],
  ["calendar_attempts", "sealed_verifier", "calendar_attempts", "sealed_verifier"],
  ["calendar_attempts", "sealed_nonce", "calendar_attempts", "sealed_nonce"],
  ["calendar_attempts", "sealed_answer", "calendar_attempts", "sealed_answer"],
  ["sign_in_attempts", "sealed_verifier", "sign_in_attempts", "sealed_verifier"],
  ["sign_in_attempts", "sealed_nonce", "sign_in_attempts", "sealed_nonce"],
] as const;

/** A row of everything that holds something sealed; its id. */
async function fill(world: TestWorld, keys: string[]): Promise<string> {
  const sealing = withKeys(world, ...keys);
  const id = newId();
  const { id: userId } = await makeHost(world);
  const value = (table: string, column: string) =>
    seal(sealing, { table, column, id }, `${table}.${column}`);
  await world.db.run(
    `with w as (insert into webhook_endpoints (id, owner_id, url, events, secret, previous_secret, previous_secret_until)
         values ($1, $2, 'https://203.0.114.7/', '[]', $3, $3, '2027-01-01')),
       c as (insert into calendar_connections (id, user_id, provider, account_id, account, credentials)
         values ($1, $2, 'google', $1, 'a', $4)),
       r as (insert into calendar_revocations (id, provider, account_id, credentials, channels) values ($1, 'google', 'x', $4, '[]')),
       a as (insert into calendar_attempts (id, user_id, provider, state_hash, browser_hash, sealed_verifier, sealed_nonce,
           code_hash, sealed_answer, expires_at)
         values ($1, $2, 'google', $1, $1, $5, $6, $1, $7, '2027-01-01'))
     insert into sign_in_attempts (id, provider, state_hash, browser_hash, sealed_verifier, sealed_nonce, expires_at)
     values ($1, 'google', $1, $1, $8, $9, '2027-01-01')`,
    [
      id,
      userId,
      value("webhook_endpoints", "secret"),
      value("calendar_connections", "credentials"),
      value("calendar_attempts", "sealed_verifier"),
      value("calendar_attempts", "sealed_nonce"),
      value("calendar_attempts", "sealed_answer"),
      value("sign_in_attempts", "sealed_verifier"),
      value("sign_in_attempts", "sealed_nonce"),
    ],
  );
  return id;
}

/** Every sealed value of a row: by which key, and what is in it. */
async function valuesOf(world: World, id: string) {
  const all: { keyId: string; isRight: boolean }[] = [];
  for (const [table, column, ofTable, ofColumn] of SEALED) {
    const [row] = await world.db.run(`select ${column} as sealed from ${table} where id = $1`, [
      id,
    ]);
    const sealed = row?.["sealed"] as string;
    const place: Place = { table: ofTable, column: ofColumn, id };
    all.push({
      keyId: keyIdIn(sealed),
      isRight: open(world, place, sealed) === `${ofTable}.${ofColumn}`,
    });
  }
  return all;
}

test("every sealed column of the database is known", async () => {
  const world = await testWorld();
  await fill(world, [OLD]);
  const columns = await world.db.run(
    `select c.table_name as t, c.column_name as c from information_schema.columns c
     join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and data_type = 'text'`,
    [],
  );
  const found: string[] = [];
  for (const { t, c } of columns) {
    const rows = await world.db.run(
      `select 1 from ${t} where ${c} ~ '^1\\.[\\w-]{8}\\.[\\w-]{38,}$' limit 1`,
      [],
    );
    if (rows.length > 0) found.push(`${t}.${c}`);
  }
  expect(found.sort()).toEqual(SEALED.map(([table, column]) => `${table}.${column}`).sort());
  // A column that is made to hold something sealed says so by its name or is known above.
  const named = columns.filter(({ c }) => /^sealed_|credentials|secret/.test(`${c}`));
  expect(named.map(({ t, c }) => `${t}.${c}`).sort()).toEqual(found);
});

test("everything is sealed with the first key, opens as before, and the older keys may go", async () => {
  const bare = await testWorld();
  const ids: string[] = [];
  for (let i = 0; i < 60; i += 1) ids.push(await fill(bare, i % 2 ? [OLD] : [OLDER]));
  const fresh = await fill(bare, [NEW]);
  const world = withKeys(bare, NEW, OLD, OLDER);
  const told: number[] = [];
  const rotation = await rotateKeys(world, (resealed) => told.push(resealed));
  expect(rotation).toEqual({ resealed: 60 * 9, idleKeys: [2, 3], busyKeys: [], unreadable: [] });
  expect([told.length > 1, told.at(-1)]).toEqual([true, 60 * 9]);
  const alone = withKeys(bare, NEW);
  for (const id of [...ids.slice(0, 3), fresh])
    expect(await valuesOf(alone, id)).toEqual(
      SEALED.map(() => ({ keyId: keyIdsOf(alone)[0]!, isRight: true })),
    );
  expect(await rotateKeys(world)).toMatchObject({ resealed: 0, idleKeys: [2, 3] });
});

test("what was broken off is gone on with, and several at once do no harm", async () => {
  const bare = await testWorld();
  const ids: string[] = [];
  for (let i = 0; i < 40; i += 1) ids.push(await fill(bare, [OLD]));
  const world = withKeys(bare, NEW, OLD);
  const broken = rotateKeys(world, () => {
    throw new Error("killed");
  });
  expect(broken).rejects.toThrow("killed");
  await broken.catch(() => {});
  const both = await Promise.all([rotateKeys(world), rotateKeys(world)]);
  // The killed one had done its first batch.
  expect(both.reduce((sum, { resealed }) => sum + resealed, 200)).toBe(40 * 9);
  for (const id of ids.slice(0, 3))
    expect((await valuesOf(withKeys(bare, NEW), id)).every(({ isRight }) => isRight)).toBe(true);
});

test("what changes meanwhile is not overwritten", async () => {
  const bare = await testWorld();
  const id = await fill(bare, [OLD]);
  const world = withKeys(bare, NEW, OLD);
  const place = { table: "calendar_connections", column: "credentials", id };
  const late = seal(withKeys(bare, OLD), place, "renewed meanwhile");
  let isRenewed = false;
  // Between looking and putting: the connection's tokens are renewed by a process that still has the old order.
  const slow = {
    ...world,
    db: {
      ...world.db,
      run: async (...given: Parameters<typeof world.db.run>) => {
        if (!isRenewed && given[0].includes("reseal(")) {
          isRenewed = true;
          await world.db.run("update calendar_connections set credentials = $2 where id = $1", [
            id,
            late,
          ]);
        }
        return world.db.run(...given);
      },
    },
  } as typeof world;
  expect(await rotateKeys(slow)).toMatchObject({ resealed: 9, busyKeys: [] });
  const [row] = await world.db.run("select credentials from calendar_connections where id = $1", [
    id,
  ]);
  expect(open(withKeys(bare, NEW), place, row?.["credentials"] as string)).toBe(
    "renewed meanwhile",
  );
});

test("what no key opens is named, and keeps the key that it names", async () => {
  const bare = await testWorld();
  const id = await fill(bare, [OLD]);
  const other = await fill(bare, [OLD]);
  await bare.db.run(
    "update webhook_endpoints set secret = (select secret from webhook_endpoints where id = $2) where id = $1",
    [id, other],
  );
  const gone = await fill(bare, [OLDER]);
  const rotation = await rotateKeys(withKeys(bare, NEW, OLD));
  expect(rotation).toMatchObject({ resealed: 17, idleKeys: [], busyKeys: [2] });
  expect(rotation.unreadable).toContain(`webhook_endpoints.secret of ${id}`);
  expect(rotation.unreadable.filter((each) => each.endsWith(gone))).toHaveLength(9);
});

test("bun run keys:rotate says what it has done and which keys may be removed", async () => {
  const bare = await testWorld();
  await fill(bare, [OLD]);
  const run = (keys: string) =>
    spawnSync(process.execPath, [join(import.meta.dir, "../../scripts/keys-rotate.ts")], {
      env: {
        ...process.env,
        NODE_ENV: "development",
        DATABASE_URL: bare.config.DATABASE_URL,
        ENCRYPTION_KEY: keys,
      },
      encoding: "utf8",
    });
  const done = run(`${NEW},${OLD}`);
  expect([done.status, done.stderr]).toEqual([0, ""]);
  expect(done.stdout).toContain("9 sealed anew …");
  expect(done.stdout).toContain("Nothing is sealed with key 2 any more");
  expect(`${done.stdout}${done.stderr}`).not.toContain(NEW);
  const lost = run(OLDER);
  expect([lost.status, lost.stderr]).toEqual([1, expect.stringContaining("No key opens")]);
});

test("bun run keys:rotate takes the database and the keys from files", async () => {
  const bare = await testWorld();
  await fill(bare, [OLD]);
  const folder = mkdtempSync(join(tmpdir(), "kalends-keys-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dir, "../../scripts/keys-rotate.ts")],
    {
      env: {
        PATH: process.env["PATH"],
        NODE_ENV: "development",
        DATA_DIR: folder,
        DATABASE_URL_FILE: file("url", bare.config.DATABASE_URL),
        ENCRYPTION_KEY_FILE: file("keys", `${NEW},${OLD}`),
      },
      encoding: "utf8",
    },
  );
  rmSync(folder, { recursive: true });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("9 sealed anew …");
});
