// What a request may be at most, and how long it may take.
import { describe, expect, test } from "bun:test";
import { readable } from "../../src/http/body.ts";
import type { Problem } from "../../src/problem.ts";

const PATH = "/api/v1/bookings";
const LONG = 60_000;
const post = (body: BodyInit, path = PATH) =>
  new Request(`http://kalends.test${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
const refusal = (request: Request, withinMs = LONG): Promise<string> =>
  readable(request, PATH, withinMs).then(
    () => "taken",
    (error: Problem) => error.problem,
  );

describe("a body", () => {
  test("that comes in pieces is put together", async () => {
    const pieces = new ReadableStream({
      async pull(controller) {
        for (const piece of ['{"a"', ":", "1}"]) controller.enqueue(Buffer.from(piece));
        controller.close();
      },
    });
    const request = await readable(post(pieces), PATH, LONG);
    expect(await request.json()).toEqual({ a: 1 });
  });
  test("that never ends is given up, and its sender told so", async () => {
    let isCancelled = false;
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from("{")),
      cancel: () => {
        isCancelled = true;
      },
    });
    expect(await refusal(post(endless), 10)).toBe("timed_out");
    expect(isCancelled).toBe(true);
  });
  test("that trickles has no longer for it", async () => {
    const trickle = new ReadableStream({
      async pull(controller) {
        await Bun.sleep(1);
        controller.enqueue(Buffer.from(" "));
      },
    });
    expect(await refusal(post(trickle), 30)).toBe("timed_out");
  });
  test("that breaks off is unreadable", async () => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new Error("reset")),
    });
    expect(await refusal(post(broken))).toBe("unreadable");
  });
  test("that a GET says it brings is held to the same bound, though no route would see it", async () => {
    const headers = { "content-length": `${100 * 1024 + 1}` };
    expect(await refusal(new Request(`http://kalends.test${PATH}`, { headers }))).toBe("too_large");
  });
  test("of 100 kB is taken, one more byte is not", async () => {
    const size = 100 * 1024;
    expect(await refusal(post(`"${"x".repeat(size - 2)}"`))).toBe("taken");
    expect(await refusal(post(`"${"x".repeat(size - 1)}"`))).toBe("too_large");
  });
  test("nested 32 deep is taken, 33 deep is not; brackets in text do not count", async () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(await refusal(post(nested(32)))).toBe("taken");
    expect(await refusal(post(nested(33)))).toBe("unreadable");
    expect(await refusal(post(`{"a":"${"[".repeat(100)}\\"${"{".repeat(100)}"}`))).toBe("taken");
  });
});

test("an address of 8 kB is taken, a longer one is not, whatever the method", async () => {
  const url = (length: number) => {
    const begin = `http://kalends.test${PATH}?q=`;
    return begin + "x".repeat(length - begin.length);
  };
  for (const method of ["GET", "POST", "DELETE"]) {
    expect(await refusal(new Request(url(8192), { method }))).toBe("taken");
    expect(await refusal(new Request(url(8193), { method }))).toBe("url_too_long");
  }
});
