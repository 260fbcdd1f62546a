import { describe, expect, test } from "bun:test";
import { makeGather } from "../../src/db/gather.ts";
import { Problem } from "../../src/problem.ts";

/** A run that is told when to answer, and remembers what went together. */
function slowRun() {
  const runs: { items: readonly number[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const run = (items: readonly number[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      runs.push({ items, answer: () => resolve(items.map(String)), fail: reject });
    });
  return { run, runs };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe("calls that go together", () => {
  test("those of one turn go together, those that come meanwhile with the next ones", async () => {
    const gather = makeGather();
    const { run, runs } = slowRun();
    const calls = [1, 2].map((item) => gather("same", item, run));
    await turn();
    expect(runs.map(({ items }) => items)).toEqual([[1, 2]]);
    calls.push(gather("same", 3, run), gather("same", 4, run));
    runs[0]!.answer();
    await turn();
    expect(runs.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    runs[1]!.answer();
    expect(await Promise.all(calls)).toEqual(["1", "2", "3", "4"]);
  });

  test("a call that follows the answer of the last one is not left waiting", async () => {
    const gather = makeGather();
    const run = async (items: readonly number[]) => items.map(String);
    for (const item of [1, 2, 3, 4]) expect(await gather("same", item, run)).toBe(`${item}`);
  });

  test("those of another name do not wait for them", async () => {
    const gather = makeGather();
    const { run, runs } = slowRun();
    gather("one", 1, run);
    gather("other", 2, run);
    await turn();
    expect(runs.map(({ items }) => items)).toEqual([[1], [2]]);
  });

  test("no more than a hundred go together", async () => {
    const gather = makeGather();
    const { run, runs } = slowRun();
    for (let item = 0; item < 150; item += 1) gather("same", item, run);
    await turn();
    runs[0]!.answer();
    await turn();
    expect(runs.map(({ items }) => items.length)).toEqual([100, 50]);
  });

  test("one that cannot be done takes none of the others along", async () => {
    const gather = makeGather();
    const run = async (items: readonly number[]) => {
      await turn();
      if (items.includes(3)) throw new Error("not this one");
      return items.map(String);
    };
    const ends = await Promise.allSettled([1, 2, 3, 4].map((item) => gather("same", item, run)));
    expect(ends.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });

  test("a database that does not answer is not asked for each of them again", async () => {
    const gather = makeGather();
    const { run, runs } = slowRun();
    const ends = Promise.allSettled([1, 2, 3].map((item) => gather("same", item, run)));
    await turn();
    runs[0]!.fail(new Problem("unavailable"));
    expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(runs.length).toBe(1);
  });
});
