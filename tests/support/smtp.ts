// A mail server on loopback that keeps what it gets.
import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import {
  SMTPServer,
  type SMTPServerAuthentication,
  type SMTPServerOptions,
  type SMTPServerSession,
} from "smtp-server";

export interface Received {
  readonly to: readonly string[];
  readonly isSecure: boolean;
  readonly raw: string;
  readonly mail: ParsedMail;
}

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** What was accepted, whether or not the sender heard so. */
  readonly received: Received[];
  /** What the next mails meet; then all is well again. */
  readonly next: Fault[];
  /** How often somebody connected. */
  connections(): number;
}

/** Where and how a mail fails. A number is the server's reply. */
export type Fault =
  | {
      readonly at: "MAIL FROM" | "RCPT TO" | "DATA";
      readonly reply: number;
      readonly text?: string;
    }
  | { readonly at: "in DATA" | "after DATA"; readonly reply: "cut" }
  | { readonly at: "after DATA"; readonly reply: "hang" }
  | null;

export async function openMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: Received[] = [];
  const next: Fault[] = [];
  let connections = 0;
  let fault: Fault = null;

  const replied = (at: string): Error | null =>
    fault?.at === at && typeof fault.reply === "number"
      ? Object.assign(new Error(fault.text ?? "no"), { responseCode: fault.reply })
      : null;
  const cut = () => {
    for (const connection of server.connections)
      (connection as unknown as { _socket: { destroy(): void } })._socket.destroy();
  };

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: [],
    logger: false,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onAuth(auth: SMTPServerAuthentication, _session, done) {
      if (auth.username === "kalends" && auth.password === "secret")
        done(null, { user: "kalends" });
      else done(Object.assign(new Error("5.7.8 Authentication failed"), { responseCode: 535 }));
    },
    onMailFrom(_address, _session, done) {
      fault = next.shift() ?? null;
      done(replied("MAIL FROM"));
    },
    onRcptTo(_address, _session, done) {
      done(replied("RCPT TO"));
    },
    async onData(stream, session: SMTPServerSession, done) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) {
        if (fault?.at === "in DATA") return cut();
        chunks.push(chunk as Buffer);
      }
      const refused = replied("DATA");
      if (refused) return done(refused);
      const raw = Buffer.concat(chunks);
      received.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        isSecure: session.secure,
        raw: raw.toString("latin1"),
        mail: await simpleParser(raw),
      });
      if (fault?.at === "after DATA") return fault.reply === "cut" ? cut() : undefined;
      done(null, "2.0.0 Ok: queued as 4F2A1");
    },
    ...options,
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    next,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
