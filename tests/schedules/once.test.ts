import { expect, test } from "bun:test";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

const post = (token: string, key: string, name = "Once") =>
  api("POST", "/schedules", {
    token,
    body: { name, isDefault: true },
    headers: { "idempotency-key": key },
  });

test("a POST that is repeated with its key makes nothing new and answers the same", async () => {
  const { token } = await makeHost(world);
  const first = await post(token, "a");
  const again = await post(token, "a");
  expect(first.headers.get("idempotency-replayed")).toBeNull();
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.headers.get("etag")).toBe('"v1"');
  expect([again.status, again.body]).toEqual([201, first.body]);
  const list = await api("GET", "/schedules", { token });
  expect(list.body.data.filter((each: { id: string }) => each.id === first.body.id)).toHaveLength(
    1,
  );
});

test("twins at the same time make one", async () => {
  const { token } = await makeHost(world);
  const answers = await Promise.all(Array.from({ length: 4 }, () => post(token, "a")));
  expect(answers.map(({ status }) => status)).toEqual(Array(4).fill(201));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  const replayed = answers.filter(({ headers }) => headers.get("idempotency-replayed") === "true");
  expect(replayed).toHaveLength(3);
});

test("a key is refused for another request, and means nothing to others", async () => {
  const { token } = await makeHost(world);
  const other = await makeHost(world);
  const { body } = await post(token, "a");
  const refused = await post(token, "a", "Twice");
  expect(refused).toMatchObject({ status: 422, body: { code: "idempotency_mismatch" } });
  expect((await post(other.token, "a")).body.id).not.toBe(body.id);
});

test("a key is good for 24 hours, and does not bring back what was deleted", async () => {
  const { token } = await makeHost(world);
  const { body } = await post(token, "a");
  await api("POST", "/schedules", { token, body: { name: "Other", isDefault: true } });
  expect((await api("DELETE", `/schedules/${body.id}`, { token })).status).toBe(200);
  expect((await post(token, "a")).status).toBe(404);
  world.setNow("2026-11-23T10:00:01Z");
  const anew = await post(token, "a");
  expect(anew.status).toBe(201);
  expect(anew.body.id).not.toBe(body.id);
});

test("the order of the fields does not make another request", async () => {
  const { token } = await makeHost(world);
  const headers = { "idempotency-key": "order" };
  const post = (body: object) => api("POST", "/schedules", { token, headers, body });
  const first = await post({ name: "Mornings", timeZone: "UTC" });
  const again = await post({ timeZone: "UTC", name: "Mornings" });
  expect(again.status).toBe(201);
  expect(again.body.id).toBe(first.body.id);
});
