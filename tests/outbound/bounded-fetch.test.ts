// What providers are asked with: nothing without end, in time or in size.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { boundedFetch } from "../../src/outbound/bounded-fetch.ts";

let server: ReturnType<typeof Bun.serve>;
let answer: () => Response;
beforeAll(() => {
  server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => answer() });
});
afterAll(() => server.stop(true));

const ask = (maxBytes: number) => boundedFetch({ deadlineMs: 10_000, maxBytes })(server.url);
const packed = (text: string) => () =>
  new Response(Bun.gzipSync(Buffer.from(text)), {
    headers: { "content-encoding": "gzip", "content-type": "application/json" },
  });

test("an answer that is packed is unpacked once", async () => {
  answer = packed('{"a":1}');
  expect(await (await ask(100)).json()).toEqual({ a: 1 });
});

test("what is small only while it is packed is too large", async () => {
  answer = packed(" ".repeat(1_000_000));
  await expect(ask(100_000)).rejects.toThrow("too large");
});

test("an answer without a body has its status and headers", async () => {
  answer = () => new Response(null, { status: 429, headers: { "retry-after": "7" } });
  const { status, headers } = await ask(100);
  expect([status, headers.get("retry-after")]).toEqual([429, "7"]);
});
