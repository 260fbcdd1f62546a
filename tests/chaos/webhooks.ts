// The receiver of every host's webhooks, which checks signatures by the library that receivers use.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { HANG_MS, type Provider, type Taken } from "./provider.ts";

export interface Receivers extends Provider {
  /** Where an endpoint of that name is reached. */
  urlOf(name: string): string;
  /** By which secret what goes there is signed. */
  know(url: string, secret: string): void;
}

export async function webhooks(): Promise<Receivers> {
  const all: Taken[] = [];
  const refused: { key: string; at: number }[] = [];
  const complaints: string[] = [];
  const secrets = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    hear(request, Buffer.concat(chunks).toString(), response);
  });

  function hear(request: IncomingMessage, body: string, response: ServerResponse): void {
    const { mood } = receivers;
    const at = Date.now();
    const to = `${base}${request.url}`;
    const key = `${request.headers["webhook-id"]}`;
    if (mood === "429" || mood === "500") {
      refused.push({ key, at });
      response.writeHead(Number(mood), mood === "429" ? { "retry-after": "1" } : {}).end();
      return;
    }
    try {
      new Webhook(secrets.get(to) ?? "").verify(body, request.headers as Record<string, string>);
    } catch (error) {
      complaints.push(`${key} to ${to} is not signed: ${error}`);
    }
    const { type, data } = JSON.parse(body);
    const event = { type, bookingId: data.booking.id, version: data.version };
    all.push({ key, to, at, isAnswered: mood === "well", event });
    if (mood === "well") response.writeHead(204).end();
    else if (mood === "cut") request.socket.destroy();
    else setTimeout(() => request.socket.destroy(), HANG_MS).unref();
  }

  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receivers: Receivers = {
    name: "webhooks",
    queue: "webhooks",
    env: { OUTBOUND_ALLOW_PRIVATE: "true" },
    knowsRepeats: false,
    mood: "well",
    urlOf: (name) => `${base}/${name}`,
    know: (url, secret) => secrets.set(url, secret),
    taken: async () => all,
    refused,
    complaints,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return receivers;
}
