import type { IncomingMessage } from "node:http";
import type { World } from "../world.ts";
import { exchange } from "./exchange.ts";
import { targetOf } from "./target.ts";

export interface Posted {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** What came back, up to the bound; the rest is not read. */
  readonly body: string;
}

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole: name, connection, answer. */
  readonly timeoutMs: number;
  /** Of the answer's body. */
  readonly maxBytes: number;
}

/**
 * Posts to an address that a user gave, if it leads to a public one (exchange.ts). Redirects are answers like any
 * other, never followed. Throws TargetRefused where it must not lead, else an Error.
 */
export const post = async (
  world: World,
  { url, headers, body, timeoutMs, maxBytes }: Post,
): Promise<Posted> =>
  exchange(
    world,
    targetOf(world, url),
    { method: "POST", headers, body, timeoutMs },
    async (answer) => ({
      status: answer.statusCode ?? 0,
      headers: answer.headers,
      body: await readUpTo(answer, maxBytes),
    }),
  );

async function readUpTo(answer: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}
