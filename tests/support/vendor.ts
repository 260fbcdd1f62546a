// A vendor's HTTP API on loopback, which fails as it is told.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: whatever the client sends
  readonly body: any;
}

/** An answer, or what comes instead of one: after it was taken, or before. One that trickles never ends. */
export type Reply =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  | "hang"
  | "trickle"
  | "cut"
  | "taken, then cut";

export interface Vendor extends AsyncDisposable {
  readonly url: string;
  /** Every request, in order. */
  readonly heard: Heard[];
  /** What it says next, before it works as it should again. */
  readonly next: Reply[];
}

/** Serves what `take` answers to requests that no reply was set for. */
export async function openVendor(
  take: (heard: Heard) => { status: number; body?: unknown; headers?: Record<string, string> },
): Promise<Vendor> {
  const heard: Heard[] = [];
  const next: Reply[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { url = "", method = "", headers } = request;
    const isJson = !/urlencoded/.test(headers["content-type"] ?? "");
    const body = text === "" ? null : isJson ? JSON.parse(text) : text;
    const one = { method, path: url, headers, body };
    heard.push(one);
    const reply = next.shift();
    if (reply === "hang") return;
    if (reply === "trickle") return trickle(response);
    if (reply === "taken, then cut") take(one);
    if (reply === "cut" || reply === "taken, then cut") request.socket.destroy();
    else write(response, reply ?? take(one));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    next,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function trickle(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 20);
  response.on("close", () => clearInterval(timer));
}

function write(response: ServerResponse, { status, body, headers }: Exclude<Reply, string>): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body));
}
