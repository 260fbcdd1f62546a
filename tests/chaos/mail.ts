// The world's mail providers, one entry each: how Kalends is told to use it, and what it has seen. Each answers as it is
// told to: refuses for now, fails, hangs, or takes a mail and cuts the connection before it says so.
import { type AddressInfo, createServer, type Socket } from "node:net";

export type Mood = "well" | "429" | "500" | "hang" | "cut";
export const MOODS: readonly Mood[] = ["429", "500", "hang", "cut"];

/** A mail that the provider took: it will reach its reader. */
export interface Taken {
  /** What a repeat is told by: the id of its promise. */
  readonly key: string;
  readonly to: string;
  readonly at: number;
}

export interface Provider {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether a repeat under the same key reaches nobody: then none may. */
  readonly knowsRepeats: boolean;
  mood: Mood;
  taken(sql: (text: string) => Promise<readonly Record<string, unknown>[]>): Promise<Taken[]>;
  stop(): Promise<void>;
}

export const PROVIDERS: Readonly<Record<string, () => Promise<Provider>>> = {
  /** The development mailbox, in the database: it knows no mood. */
  mock: async () => ({
    name: "mock",
    env: { EMAIL_PROVIDER: "mock" },
    knowsRepeats: true,
    mood: "well",
    taken: async (sql) =>
      (
        await sql(
          "select id::text as key, recipient, extract(epoch from created_at) * 1000 as at from mailbox",
        )
      ).map(({ key, recipient, at }) => ({ key: `${key}`, to: `${recipient}`, at: Number(at) })),
    stop: async () => {},
  }),
  resend,
  smtp,
};

const HANG_MS = 30_000;

/** Resend as documented: the same Idempotency-Key is answered as it was the first time. */
async function resend(): Promise<Provider> {
  const all: Taken[] = [];
  const known = new Map<string, string>();
  const fail = (status: number, name: string, headers = {}) =>
    Response.json({ statusCode: status, name, message: name }, { status, headers });
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    async fetch(request, self) {
      const { mood } = provider;
      const key = request.headers.get("idempotency-key") ?? "";
      const mail = (await request.json()) as { to: string | string[] };
      if (mood === "429") return fail(429, "rate_limit_exceeded", { "retry-after": "1" });
      if (mood === "500") return fail(500, "application_error");
      const id = known.get(key) ?? crypto.randomUUID();
      if (!known.has(key))
        all.push({ key, to: addressIn(`${[mail.to].flat()[0]}`), at: Date.now() });
      known.set(key, id);
      if (mood === "hang") await Bun.sleep(HANG_MS);
      // Nothing more is said, and the connection breaks.
      if (mood === "cut") self.timeout(request, 1);
      if (mood === "cut") await Bun.sleep(5_000);
      return Response.json({ id });
    },
  });
  const provider: Provider = {
    name: "resend",
    env: {
      EMAIL_PROVIDER: "resend",
      RESEND_API_KEY: "re_chaos",
      RESEND_BASE_URL: `http://127.0.0.1:${server.port}`,
      EMAIL_FROM: "Kalends <kalends@example.com>",
    },
    knowsRepeats: true,
    mood: "well",
    taken: async () => all,
    stop: () => server.stop(true),
  };
  return provider;
}

/** A mail server without a memory: what is sent twice arrives twice, under the same Message-ID. */
async function smtp(): Promise<Provider> {
  const all: Taken[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let buffered = "";
    let data: string | null = null;
    let to = "";
    const say = (line: string) => socket.write(`${line}\r\n`);
    const take = (text: string) => {
      const key = /^Message-ID:\s*<([\da-f-]{36})/im.exec(text)?.[1] ?? "?";
      all.push({ key, to, at: Date.now() });
      if (provider.mood === "cut") socket.destroy();
      else if (provider.mood === "hang") setTimeout(() => socket.destroy(), HANG_MS).unref();
      else say("250 2.0.0 taken");
    };
    const hear = (line: string) => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "EHLO" || verb === "HELO") say("250 chaos");
      else if (verb === "MAIL" && provider.mood === "429") say("421 4.7.0 too many");
      else if (verb === "MAIL" && provider.mood === "500") say("451 4.3.0 not now");
      else if (verb === "RCPT") {
        to = addressIn(line);
        say("250 fine");
      } else if (verb === "DATA") {
        data = "";
        say("354 go on");
      } else if (verb === "QUIT") socket.end("221 bye\r\n");
      else say("250 fine");
    };
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      buffered += chunk.toString("latin1");
      for (let end = buffered.indexOf("\r\n"); end >= 0; end = buffered.indexOf("\r\n")) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        if (data === null) hear(line);
        else if (line !== ".") data += `${line}\r\n`;
        else {
          const text = data;
          data = null;
          take(text);
        }
      }
    });
    say("220 chaos");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const provider: Provider = {
    name: "smtp",
    env: {
      EMAIL_PROVIDER: "smtp",
      SMTP_URL: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      EMAIL_FROM: "Kalends <kalends@example.com>",
    },
    knowsRepeats: false,
    mood: "well",
    taken: async () => all,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return provider;
}

const addressIn = (text: string): string => /<([^>]+)>/.exec(text)?.[1] ?? text;
