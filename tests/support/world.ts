import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { edge } from "../../src/http/edge.ts";
import { makeWorld, type World } from "../../src/world.ts";
import { testDatabaseUrl } from "./postgres.ts";

/** A Sunday, so that the whole working week lies ahead. */
export const NOW = Temporal.Instant.from("2026-11-22T10:00:00Z");

export interface TestWorld extends World {
  /** Moves the clock. */
  setNow(instant: string): void;
}

/** A world of its own database, whose clock stands still at NOW until it is set. */
export async function testWorld(env: Record<string, string> = {}): Promise<TestWorld> {
  let now = NOW;
  const config = parseConfig({
    NODE_ENV: "test",
    DATABASE_URL: await testDatabaseUrl(),
    DATABASE_POOL_SIZE: "4",
    JWT_SECRET: "a secret for tests that is long enough",
    ENCRYPTION_KEY: "a-key-of-tests-that-seals-what-is-read",
    PUBLIC_URL: "http://kalends.test",
    RATE_LIMIT_PER_MINUTE: "0",
    CLIENT_BOOKINGS_PER_DAY: "0",
    GUEST_BOOKINGS_PER_DAY: "0",
    GUEST_OPEN_BOOKINGS: "0",
    LOG_LEVEL: "silent",
    ...env,
  });
  const world = makeWorld(config, { now: () => now, widget: null });
  return {
    ...world,
    setNow: (instant) => {
      now = Temporal.Instant.from(instant);
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface Ask {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Api = (method: string, path: string, ask?: Ask) => Promise<Answer>;

/** Asks the app of this world as a client would; paths without /api/v1 are of the API. */
export function client(world: World, peer = "192.0.2.1"): Api {
  const handle = edge(world, createApp(world).fetch);
  return async (method, path, { token, body, headers } = {}) => {
    const isRoot =
      /^\/(api|health|metrics|swagger|dev|b|assets|verify|reset|undo-email|demo|problems)(\/|$|\?)/.test(
        path,
      );
    const response = await handle(
      new Request(`${world.config.PUBLIC_URL}${isRoot ? path : `/api/v1${path}`}`, {
        method,
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
      peer,
    );
    const text = await response.text();
    const isJson = text !== "" && /json/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : text,
    };
  };
}
