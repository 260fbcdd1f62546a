// Bodies that trickle in, or never come: each connection is cut in time, and nobody else notices.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { type ApiProcess, startApi } from "../support/api-process.ts";

const CROWD = 100;
let api: ApiProcess;
beforeAll(async () => {
  api = await startApi({ REQUEST_TIMEOUT_SECONDS: "1" });
});
afterAll(() => api.child.kill("SIGKILL"));

/** Begins a request whose body comes a byte at a time, or not at all, and never ends; gives what is answered until it is cut. */
function begin(everyMs: number | null): {
  socket: Socket;
  /** Settles when the beginning is on its way. */
  begun: Promise<void>;
  answer: Promise<string>;
} {
  const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
  const { promise: answer, resolve } = Promise.withResolvers<string>();
  const { promise: begun, resolve: wrote } = Promise.withResolvers<void>();
  const trickle = everyMs === null ? undefined : setInterval(() => socket.write(" "), everyMs);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    clearInterval(trickle);
    resolve(text);
  });
  socket.write(
    "POST /api/v1/auth/login HTTP/1.1\r\nHost: k.test\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n{",
    () => wrote(),
  );
  return { socket, begun, answer };
}

test("a crowd of them is refused and cut, while others are answered", async () => {
  const crowd = Array.from({ length: CROWD }, (_, i) => begin(i % 2 === 0 ? 50 : null));
  const login = await fetch(`${api.url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect(login.status).toBe(422);
  for (const [i, { answer }] of crowd.entries()) {
    const text = await answer;
    // A byte that comes just as the connection is cut resets it, and what was answered is lost on the way.
    if (i % 2 === 0 && text === "") continue;
    expect(text).toStartWith("HTTP/1.1 408");
    expect(text).toContain('"code":"timed_out"');
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  }
  expect((await fetch(`${api.url}/health`)).status).toBe(200);
});

test("what its client gives up leaves nothing behind", async () => {
  const crowd = Array.from({ length: CROWD }, () => begin(50));
  // Else nothing would have come of them, not even a connection.
  await Promise.all(crowd.map(({ begun }) => begun));
  for (const { socket } of crowd) socket.destroy();
  await Promise.all(crowd.map(({ answer }) => answer));
  expect((await fetch(`${api.url}/health`)).status).toBe(200);
  expect(api.written()).not.toContain("Unhandled");
});
