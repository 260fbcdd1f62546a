// Requests as they reach the edge, answered as they leave it.
import { cors } from "@elysiajs/cors";
import { Elysia } from "elysia";
import { createApp } from "../../src/app.ts";
import { corsOptions } from "../../src/http/cors.ts";
import { edge } from "../../src/http/edge.ts";
import { problems, refusals } from "../../src/http/problems.ts";
import { makeLogger, type World } from "../../src/world.ts";

export type Fetch = (request: Request) => Response | Promise<Response>;
export type Send = (path: string, init?: RequestInit, peer?: string) => Promise<Response>;

/** Sends requests through an edge of its own to the app, or to the one given. */
export function sender(world: World, fetch: Fetch = createApp(world).fetch): Send {
  const handle = edge(world, fetch);
  return (path, init, peer = "192.0.2.1") =>
    handle(new Request(`http://kalends.test${path}`, init), peer);
}

/** An app that has everything but features: for routes that only a test would write. */
export const bareApp = (world: World) =>
  new Elysia({ normalize: false })
    .use(problems(world))
    .use(cors(corsOptions(world)))
    .use(refusals);

export const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

/** The world with a log that is kept, as the text that production would write. */
export function listening<T extends World>(world: T): { world: T; written: () => string } {
  const lines: string[] = [];
  const config = { ...world.config, LOG_LEVEL: "trace" as const };
  const log = makeLogger(config, { write: (line) => lines.push(line) });
  return { world: { ...world, log }, written: () => lines.join("") };
}
