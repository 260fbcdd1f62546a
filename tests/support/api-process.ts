// The real HTTP process, started as production starts it.
import { connect } from "node:net";
import { testDatabaseUrl } from "./postgres.ts";

export interface ApiProcess {
  readonly url: string;
  readonly child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** What it has written so far. */
  written(): string;
  /** Sends bytes as they are and gives back what comes until the server closes; `isCut`: and hangs up after them. */
  raw(text: string, isCut?: boolean): Promise<string>;
}

export async function startApi(env: Record<string, string> = {}): Promise<ApiProcess> {
  const child = Bun.spawn([process.execPath, "src/main.ts"], {
    env: {
      PATH: process.env["PATH"] ?? "",
      NODE_ENV: "test",
      HOST: "127.0.0.1",
      PORT: "0",
      DATABASE_URL: env["DATABASE_URL"] ?? (await testDatabaseUrl()),
      DATABASE_POOL_SIZE: "2",
      JWT_SECRET: "a secret for tests that is long enough",
      RATE_LIMIT_PER_MINUTE: "0",
      CLIENT_BOOKINGS_PER_DAY: "0",
      GUEST_BOOKINGS_PER_DAY: "0",
      GUEST_OPEN_BOOKINGS: "0",
      ...env,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let text = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  };
  void collect(child.stdout);
  void collect(child.stderr);
  const until = performance.now() + 60_000;
  let port: string | undefined;
  while (port === undefined) {
    if (child.exitCode !== null || performance.now() > until)
      throw new Error(`The API did not start:\n${text}`);
    await Bun.sleep(20);
    port = /"port":(\d+)/.exec(text)?.[1];
  }
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    written: () => text,
    raw: (bytes, isCut = false) => rawAnswer(Number(port), bytes, isCut),
  };
}

const rawAnswer = (port: number, bytes: string, isCut: boolean): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    const done = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("close", done);
    socket.on("error", done);
    if (isCut) socket.end(bytes, "latin1");
    else socket.write(bytes, "latin1");
  });
