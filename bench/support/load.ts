// Clients that ask one thing after another over connections that stay open. On bare sockets, so that what is measured is
// the server and not a client that shares its cores.
import { percentile } from "./numbers.ts";

export interface Loaded {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How often each status came. */
  readonly statuses: Readonly<Record<number, number>>;
}

/** Sends every request as soon as one of `connections` is free. What is sent is made beforehand. */
export async function load(
  url: string,
  requests: readonly Uint8Array[],
  connections: number,
): Promise<Loaded> {
  const { hostname, port } = new URL(url);
  const lines = await Promise.all(
    Array.from({ length: connections }, () => openLine(hostname, Number(port))),
  );
  const tookMs: number[] = [];
  const statuses: Record<number, number> = {};
  let next = 0;
  const before = performance.now();
  await Promise.all(
    lines.map(async (line) => {
      while (next < requests.length) {
        const began = performance.now();
        const status = await line.ask(requests[next++]!);
        tookMs.push(performance.now() - began);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    }),
  );
  const seconds = (performance.now() - before) / 1000;
  for (const line of lines) line.close();
  return {
    perSecond: requests.length / seconds,
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    statuses,
  };
}

/** A request as it goes over the wire. */
export function wire(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Uint8Array {
  const all: Record<string, string | number> = { host: "127.0.0.1", ...headers };
  if (body !== undefined) {
    all["content-type"] = "application/json";
    all["content-length"] = Buffer.byteLength(body);
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`);
}

interface Line {
  /** The status of the answer, once all of it is there. */
  ask(request: Uint8Array): Promise<number>;
  close(): void;
}

const NO_BODY = new Set([204, 304]);

async function openLine(hostname: string, port: number): Promise<Line> {
  let answer = Promise.withResolvers<number>();
  let head = "";
  let status = 0;
  /** Bytes of the body that are still to come; Infinity while only its last chunk tells the end. */
  let left = 0;
  let tail = "";

  function read(chunk: Buffer) {
    let body = chunk;
    if (status === 0) {
      head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      body = Buffer.from(head.slice(end + 4), "latin1");
      status = Number(head.slice(9, 12));
      const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))?.[1];
      left = NO_BODY.has(status) ? 0 : length === undefined ? Number.POSITIVE_INFINITY : +length;
      tail = "";
    }
    left -= body.length;
    tail = (tail + body.subarray(-5).toString("latin1")).slice(-5);
    if (left > 0 && !(left === Number.POSITIVE_INFINITY && tail === "0\r\n\r\n")) return;
    const got = status;
    head = "";
    status = 0;
    answer.resolve(got);
  }

  const socket = await Bun.connect({
    hostname,
    port,
    socket: {
      data: (_socket, chunk) => read(chunk),
      close: () => answer.reject(new Error("The server closed the connection")),
      error: (_socket, error) => answer.reject(error),
    },
  });
  return {
    ask: (request) => {
      answer = Promise.withResolvers<number>();
      socket.write(request);
      return answer.promise;
    },
    close: () => {
      // Nobody waits for an answer any more.
      answer.promise.catch(() => {});
      socket.end();
    },
  };
}
