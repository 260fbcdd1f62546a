// Real API processes, as `bun start` would run them.
import { join } from "node:path";
import type { Answer } from "../../support/world.ts";

const MAIN = join(import.meta.dir, "../../../src/main.ts");
const START_WITHIN_MS = 60_000;

export interface ApiProcess {
  readonly url: string;
  /** SIGKILL: no goodbye, as when the machine loses power. */
  kill(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number>;
}

/** An API process of its own port on this database; it listens when the promise settles. */
export async function startApi(databaseUrl: string): Promise<ApiProcess> {
  const child = Bun.spawn([process.execPath, MAIN], {
    env: {
      PATH: process.env["PATH"] ?? "",
      NODE_ENV: "test",
      PORT: "0",
      HOST: "127.0.0.1",
      DATABASE_URL: databaseUrl,
      DATABASE_POOL_SIZE: "8",
      JWT_SECRET: "a secret for tests that is long enough",
      PUBLIC_URL: "http://kalends.test",
      RATE_LIMIT_PER_MINUTE: "0",
      CLIENT_BOOKINGS_PER_DAY: "0",
      GUEST_BOOKINGS_PER_DAY: "0",
      GUEST_OPEN_BOOKINGS: "0",
      LOG_LEVEL: "info",
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), START_WITHIN_MS);
  const { port, rest } = await portOf(child.stdout);
  clearTimeout(timer);
  // A full pipe would make it wait for us.
  void rest();
  return {
    url: `http://127.0.0.1:${port}/api/v1`,
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
    stop: () => {
      child.kill("SIGTERM");
      return child.exited;
    },
  };
}

async function portOf(stdout: ReadableStream<Uint8Array>) {
  const reader = stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The API did not start: ${text}`);
    text += decoder.decode(value, { stream: true });
    const port = /"port":(\d+)/.exec(text)?.[1];
    if (port !== undefined) return { port, rest: () => drain(reader) };
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

/** Posts JSON over HTTP. */
export const post = (url: string, body: object, headers: Record<string, string> = {}) =>
  send("POST", url, body, headers);

/**
 * Sends JSON over HTTP. Whoever is told that the database does not answer comes again, as he is told to: of many at once
 * a slow machine lets some wait too long.
 */
export async function send(
  method: "POST" | "PATCH",
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  for (;;) {
    const response = await fetch(url, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: JSON.parse(text),
    };
    const seconds = Number(response.headers.get("retry-after"));
    if (answer.body.code !== "unavailable" || !(seconds > 0)) return answer;
    await Bun.sleep(seconds * 1000);
  }
}
