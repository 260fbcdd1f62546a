// A receiver of webhooks on loopback, which answers as it is told.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly json: any;
}

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** What it does with a request; "hang": takes it and never answers. */
export type Behaviour = (received: Received, count: number) => Reply | "hang";

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** Connections that were opened, whatever came over them. */
  connections(): number;
  behave(behaviour: Behaviour): void;
}

/** Listens, on a port of its own unless said; answers 204 until it is told otherwise. */
export async function startReceiver(host = "127.0.0.1", wanted = 0): Promise<Receiver> {
  const received: Received[] = [];
  let behaviour: Behaviour = () => ({ status: 204 });
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const one = { headers: plain(request.headers), body, json: JSON.parse(body) };
      received.push(one);
      answer(response, behaviour(one, received.length));
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(wanted, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}/hooks`,
    received,
    connections: () => connections,
    behave: (next) => {
      behaviour = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(response: ServerResponse, reply: Reply | "hang"): void {
  if (reply === "hang") return;
  response.writeHead(reply.status ?? 200, reply.headers);
  response.end(reply.body);
}

const plain = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
