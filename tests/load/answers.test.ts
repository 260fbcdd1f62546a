// The load test is worth as much as what it sees.
import { expect, test } from "bun:test";
import { makeBalancer } from "./balancer.ts";
import { faultsOf } from "./excuses.ts";
import { type Answered, makeTally } from "./tally.ts";

const KILL = { name: "API 1 is killed", isCrash: false, from: 60_000, to: 70_000 };
const answered = (status: number, at: number): Answered => ({ kind: "slots", status, ms: 1, at });

test("a kill explains 503 and broken connections until its process is back, and nothing else", () => {
  for (const status of [0, 503]) {
    expect(faultsOf([answered(status, 60_000)], [KILL])).toEqual([]);
    expect(faultsOf([answered(status, 72_000)], [KILL])).toEqual([]);
    expect(faultsOf([answered(status, 59_999)], [KILL])).toHaveLength(1);
    expect(faultsOf([answered(status, 80_000)], [KILL])).toHaveLength(1);
    expect(faultsOf([answered(status, 65_000)], [])).toHaveLength(1);
  }
  for (const status of [500, 502, 404, 429])
    expect(faultsOf([answered(status, 65_000)], [KILL])).toEqual([
      `slots was answered ${status} 1 times, from 1970-01-01T00:01:05Z to 1970-01-01T00:01:05Z`,
    ]);
});

test("what is not answered as its kind should be is odd, and all is counted", () => {
  const tally = makeTally({ slots: [200, 304], card: [200] });
  for (const [kind, status, ms] of [
    ["slots", 200, 10],
    ["slots", 304, 2],
    ["slots", 0, 9_000],
    ["card", 304, 4],
  ] as const)
    tally.note({ kind, status, ms, at: 0 });
  expect(tally.odd.map(({ kind, status }) => `${kind} ${status}`)).toEqual(["slots 0", "card 304"]);
  expect(tally.count()).toBe(4);
  expect(tally.rows()).toEqual([
    {
      kind: "slots",
      requests: 3,
      statuses: "broken: 1, 200: 1, 304: 1",
      "p50 ms": 2,
      "p99 ms": 10,
    },
    { kind: "card", requests: 1, statuses: "304: 1", "p50 ms": 4, "p99 ms": 4 },
  ]);
  expect(() => tally.note({ kind: "page", status: 200, ms: 1, at: 0 })).toThrow("Nobody knows");
});

test("whoever's connection breaks is asked anew elsewhere, and is left alone for a while", async () => {
  const asked: string[] = [];
  const serve = (name: string) =>
    Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => {
        asked.push(`${name} ${request.headers.get("x-forwarded-for")}`);
        return new Response(name);
      },
    });
  const [one, other] = [serve("one"), serve("other")];
  const tally = makeTally({ page: [200] });
  const urls = [one, other].map(({ port }) => `http://127.0.0.1:${port}`);
  const balancer = makeBalancer(urls, tally);
  const read = async () =>
    (await balancer.read({ kind: "page", path: "/", from: "10.0.0.1" })).text;
  try {
    expect([await read(), await read()].toSorted()).toEqual(["one", "other"]);
    expect(asked[0]).toEndWith(" 10.0.0.1");
    await other.stop(true);
    expect([await read(), await read(), await read()]).toEqual(["one", "one", "one"]);
    expect(tally.odd.map(({ status }) => status)).toEqual([0]);
    await one.stop(true);
    await expect(read()).rejects.toThrow("Nobody answered /");
  } finally {
    await Promise.all([one.stop(true), other.stop(true)]);
  }
});
