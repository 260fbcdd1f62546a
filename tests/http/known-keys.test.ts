// Which API keys a process knows to be right.
import { expect, test } from "bun:test";
import { makeKey } from "../../src/http/api-key.ts";
import { knownKeys } from "../../src/http/known-keys.ts";

const bringing = (authorization: string) =>
  new Request("http://kalends.test/", { headers: { authorization } });
const withKey = () => bringing(`Bearer ${makeKey().text}`);

test("a key is known for a minute from its last right use", () => {
  let nowMs = 0;
  const keys = knownKeys(() => nowMs);
  const request = withKey();
  expect(keys.find(request)).toBeNull();
  keys.learn(request, "one");
  nowMs = 59_999;
  expect(keys.find(request)).toBe("one");
  keys.learn(request, "one");
  nowMs = 119_998;
  expect(keys.find(request)).toBe("one");
  nowMs = 119_999;
  expect(keys.find(request)).toBeNull();
});

test("one that proved wrong is unknown at once", () => {
  const keys = knownKeys(() => 0);
  const request = withKey();
  keys.learn(request, "one");
  keys.learn(request, null);
  expect(keys.find(request)).toBeNull();
});

test("ten thousand are known, the ones used last", () => {
  const keys = knownKeys(() => 0);
  const requests = Array.from({ length: 10_002 }, withKey);
  for (const [i, request] of requests.entries()) {
    keys.learn(request, String(i));
    if (i === 9_999) keys.learn(requests[0]!, "0");
  }
  const known = requests.filter((request) => keys.find(request) !== null);
  expect(known).toHaveLength(10_000);
  expect([0, 1, 2, 3].map((i) => keys.find(requests[i]!))).toEqual(["0", null, null, "3"]);
});

test("what is no key of ours is never known", () => {
  const keys = knownKeys(() => 0);
  for (const header of ["", "Bearer", "Bearer a.b.c", "Basic a2FsXw==", "Bearer kal_x_y"]) {
    keys.learn(bringing(header), "one");
    expect(keys.find(bringing(header))).toBeNull();
  }
});
