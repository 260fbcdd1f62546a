import { expect, test } from "bun:test";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

test("GET /schedules pages through all of mine, newest first, each once", async () => {
  const { token, scheduleId } = await makeHost(world);
  await makeHost(world);
  const made: string[] = [scheduleId];
  for (let i = 0; i < 4; i++) {
    const { body } = await api("POST", "/schedules", { token, body: { name: `Number ${i}` } });
    made.push(body.id);
  }
  const seen: string[] = [];
  const sizes: number[] = [];
  let cursor: string | null = null;
  do {
    const page = await api("GET", `/schedules?limit=2${cursor ? `&cursor=${cursor}` : ""}`, {
      token,
    });
    expect(page.status).toBe(200);
    sizes.push(page.body.data.length);
    seen.push(...page.body.data.map(({ id }: { id: string }) => id));
    cursor = page.body.nextCursor;
  } while (cursor !== null);
  expect(sizes).toEqual([2, 2, 1]);
  // The host's first schedule was made by the database's clock, which runs before the test's.
  expect(seen.toSorted()).toEqual(made.toSorted());
  expect(seen.filter((id) => id !== scheduleId)).toEqual(made.slice(1).toReversed());
});

test("a page holds 20 unless told, and the last one has no cursor", async () => {
  const { token } = await makeHost(world);
  for (let i = 0; i < 20; i++) await api("POST", "/schedules", { token, body: { name: "x" } });
  const { body } = await api("GET", "/schedules", { token });
  expect(body.data).toHaveLength(20);
  const { body: all } = await api("GET", "/schedules?limit=100&unknown=passes", { token });
  expect(all.data).toHaveLength(21);
  expect(all.nextCursor).toBeNull();
});

test("a cursor that was tampered with is refused", async () => {
  const { token } = await makeHost(world);
  await api("POST", "/schedules", { token, body: { name: "x" } });
  const { body } = await api("GET", "/schedules?limit=1", { token });
  const good: string = body.nextCursor;
  const forged = Buffer.from('{"at":"2026-11-22T10:00:00Z","id":"x"}').toString("base64url");
  for (const cursor of [
    `${good.slice(0, -3)}AAA`,
    good.slice(1),
    forged,
    "x",
    "%00",
    "",
    "x".repeat(301),
  ]) {
    const answer = await api("GET", `/schedules?cursor=${cursor}`, { token });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "invalid", errors: [{ path: "cursor" }] },
    });
  }
});

test.each(["0", "101", "-1", "1.5", "ten", "", "1e1"])(
  "a limit of %p is refused",
  async (limit) => {
    const { token } = await makeHost(world);
    const answer = await api("GET", `/schedules?limit=${limit}`, { token });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "limit" }] } });
  },
);
