// When a replica is read, told by the positions that it and its primary say, and by a clock that is set.
import { afterEach, expect, test } from "bun:test";
import pino from "pino";
import { makeReplica, type Replica } from "../../src/db/replica.ts";
import type { Db } from "../../src/db/sql.ts";
import { eventually } from "../support/eventually.ts";

const LOOK_MS = 2;
let open: Replica | null = null;
afterEach(() => open?.close());

/** A server whose position is set: what runs on it says its name. */
function server(name: string, of: () => string | null) {
  const it = { asked: 0, isAway: false };
  const run: Db["run"] = async (text) => {
    if (it.isAway) throw new Error("away");
    if (!text.includes("system_identifier")) return [{ name }];
    it.asked += 1;
    return [{ position: of(), identity: "1/1" }];
  };
  const db = { checkRows: true, run, parameter: (_: string, value: unknown) => value };
  const all = { ...db, apart: () => db, warm: async () => {}, close: async () => {} };
  return { it, db: all as unknown as Db };
}

function setUp() {
  const at = { now: 0, written: 100, shown: 100 as number | null };
  const text = (position: number | null) => (position === null ? null : `${position}`);
  const primary = server("primary", () => text(at.written));
  const copy = server("replica", () => text(at.shown));
  const said: string[] = [];
  const log = pino({ base: null }, { write: (line) => said.push(JSON.parse(line).msg) });
  const replica = makeReplica(
    { primary: primary.db, replica: copy.db, log },
    { maxLagMs: 1_000, lookMs: LOOK_MS, soonMs: 1, restMs: 3_000, now: () => at.now },
  );
  open = replica;
  const asked = async () => (await replica.run("select", []))[0]?.["name"];
  /** Two whole looks later. */
  const looked = async () => {
    const until = copy.it.asked + 3;
    await eventually(() => expect(copy.it.asked).toBeGreaterThanOrEqual(until));
  };
  return { at, replica, primary: primary.it, copy: copy.it, asked, looked, said };
}

test("nobody looks before somebody reads, and the primary answers until it is known how far behind it is", async () => {
  const { copy, asked, looked } = setUp();
  await Bun.sleep(5 * LOOK_MS);
  expect(copy.asked).toBe(0);
  expect(await asked()).toBe("primary");
  await looked();
  expect(await asked()).toBe("replica");
});

test("one that is always a little behind is read; how far it is behind is known", async () => {
  const { at, replica, asked, looked } = setUp();
  await asked();
  for (let second = 1; second <= 20; second += 1) {
    at.now += 300;
    at.shown = at.written;
    at.written += 50;
    await looked();
  }
  expect(await asked()).toBe("replica");
  expect(replica.state().behindSeconds).toBeLessThanOrEqual(0.3);
});

test("one that stands still is read no more once it is too far behind, also where it says that it lacks nothing", async () => {
  const { at, asked, looked, said } = setUp();
  await asked();
  await looked();
  at.written += 1;
  at.now += 999;
  await looked();
  expect(await asked()).toBe("replica");
  at.now += 1;
  await looked();
  expect(await asked()).toBe("primary");
  at.shown = at.written;
  await looked();
  expect(await asked()).toBe("replica");
  expect(said).toEqual([
    "The replica is close behind: free times are read there",
    "The replica is not read for now: the primary answers",
    "The replica is close behind: free times are read there",
  ]);
});

test("what was told while the primary answered is never unread again", async () => {
  const { at, replica, asked, looked } = setUp();
  await asked();
  await looked();
  at.written = 200;
  at.now += 2_000;
  await looked();
  // At 2000 it was written up to 200; this is told at 2500, when 300 are written.
  at.now += 500;
  at.written = 300;
  await replica.caughtUp();
  await looked();
  // It shows what was there at 2000: not long ago, but before what was told.
  at.shown = 200;
  await looked();
  expect(replica.state().behindSeconds).toBe(0.5);
  expect(await asked()).toBe("primary");
  at.shown = 300;
  await looked();
  expect(await asked()).toBe("replica");
});

test("who waits is let go once it is shown, or once the primary answers instead", async () => {
  const { at, replica, copy, asked, looked } = setUp();
  await asked();
  await looked();
  const waiting = async () => {
    at.now += 10;
    at.written += 1;
    let isThrough = false;
    void replica.caughtUp().then(() => {
      isThrough = true;
    });
    await looked();
    expect(isThrough).toBe(false);
    return () => eventually(() => expect(isThrough).toBe(true));
  };
  const shown = await waiting();
  at.shown = at.written;
  await shown();
  const late = await waiting();
  at.now += 1_000;
  await late();
  at.shown = at.written;
  await looked();
  const broken = await waiting();
  copy.isAway = true;
  await broken();
  expect(await asked()).toBe("primary");
  copy.isAway = false;
  at.shown = at.written;
  await looked();
  const closed = await waiting();
  await replica.close();
  await closed();
});

test("one that failed a statement is left alone for a while; a statement that fails everywhere says nothing of it", async () => {
  const { at, replica, primary, copy, asked, looked } = setUp();
  await asked();
  await looked();
  primary.isAway = true;
  copy.isAway = true;
  expect(replica.run("select", [])).rejects.toThrow("away");
  await eventually(() => expect(replica.state().isTrusted).toBe(false));
  primary.isAway = false;
  copy.isAway = false;
  await looked();
  expect(await asked()).toBe("replica");
  copy.isAway = true;
  expect(await asked()).toBe("primary");
  copy.isAway = false;
  await looked();
  expect(await asked()).toBe("primary");
  at.now += 3_000;
  await looked();
  expect(await asked()).toBe("replica");
});

test("what can be written to is no replica", async () => {
  const { at, asked, looked } = setUp();
  at.shown = null;
  await asked();
  await looked();
  expect(await asked()).toBe("primary");
});
