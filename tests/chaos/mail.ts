// The world's mail providers, one entry each: how Kalends is told to use it, and what it has seen.
import { createHash } from "node:crypto";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { HANG_MS, type Provider, type Taken } from "./provider.ts";

export const PROVIDERS: Readonly<Record<string, () => Promise<Provider>>> = {
  /** The development mailbox, in the database: it knows no mood. */
  mock: async () => ({
    name: "mock",
    queue: "emails",
    env: { EMAIL_PROVIDER: "mock" },
    knowsRepeats: true,
    mood: "well",
    refused: [],
    complaints: [],
    taken: async (sql) =>
      (
        await sql(
          "select id::text as key, recipient, extract(epoch from created_at) * 1000 as at from mailbox where sender <> 'SMS'",
        )
      ).map(({ key, recipient, at }) => ({
        key: `${key}`,
        to: `${recipient}`,
        at: Number(at),
        isAnswered: true,
      })),
    stop: async () => {},
  }),
  resend,
  smtp,
};

/** Resend as documented: the same Idempotency-Key is answered as it was the first time, or refused with another mail. */
async function resend(): Promise<Provider> {
  const all: Taken[] = [];
  const refused: { key: string; at: number }[] = [];
  const known = new Map<string, { id: string; hash: string }>();
  const fail = (status: number, name: string, headers = {}) =>
    Response.json({ statusCode: status, name, message: name }, { status, headers });
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    async fetch(request, self) {
      const { mood } = provider;
      const key = request.headers.get("idempotency-key") ?? "";
      const text = await request.text();
      if (mood === "429" || mood === "500") refused.push({ key, at: Date.now() });
      if (mood === "429") return fail(429, "rate_limit_exceeded", { "retry-after": "1" });
      if (mood === "500") return fail(500, "application_error");
      const hash = createHash("sha256").update(text).digest("hex");
      const before = known.get(key);
      if (before && before.hash !== hash) return fail(409, "invalid_idempotent_request");
      const id = before?.id ?? crypto.randomUUID();
      if (!before) {
        const { to } = JSON.parse(text) as { to: string | string[] };
        const isAnswered = mood === "well";
        all.push({ key, to: addressIn(`${[to].flat()[0]}`), at: Date.now(), isAnswered });
      }
      known.set(key, { id, hash });
      if (mood === "hang") await Bun.sleep(HANG_MS);
      // Nothing more is said, and the connection breaks.
      if (mood === "cut") self.timeout(request, 1);
      if (mood === "cut") await Bun.sleep(5_000);
      return Response.json({ id });
    },
  });
  const provider: Provider = {
    name: "resend",
    queue: "emails",
    env: {
      EMAIL_PROVIDER: "resend",
      RESEND_API_KEY: "re_chaos",
      RESEND_BASE_URL: `http://127.0.0.1:${server.port}`,
      EMAIL_FROM: "Kalends <kalends@example.com>",
    },
    knowsRepeats: true,
    mood: "well",
    taken: async () => all,
    refused,
    complaints: [],
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
      const isAnswered = provider.mood !== "cut" && provider.mood !== "hang";
      all.push({ key, to, at: Date.now(), isAnswered });
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
    queue: "emails",
    env: {
      EMAIL_PROVIDER: "smtp",
      SMTP_URL: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      EMAIL_FROM: "Kalends <kalends@example.com>",
    },
    knowsRepeats: false,
    mood: "well",
    taken: async () => all,
    // A mail has no name before it is taken.
    refused: [],
    complaints: [],
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return provider;
}

const addressIn = (text: string): string => /<([^>]+)>/.exec(text)?.[1] ?? text;
