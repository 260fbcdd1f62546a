import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../http/answers.ts";
import { Problem } from "../problem.ts";
import { Instant, Nullable, OneOf } from "../schema.ts";
import type { World } from "../world.ts";
import { ping } from "./queries.ts";
import { readiness } from "./readiness.ts";

const tags = ["Operations"];

const Health = Type.Object({
  status: Type.Literal("OK"),
  uptime: Type.Number({ description: "Seconds since this process started" }),
  timestamp: Instant,
  environment: Type.String({ examples: ["production"] }),
});

const Readiness = Type.Object({
  status: OneOf("OK", "UNAVAILABLE"),
  database: Type.Object({ ok: Type.Boolean(), version: Nullable(Type.String()) }),
  queue: Type.Object({
    ok: Type.Boolean({
      description: "False when promises wait longer than two minutes: is a worker running?",
    }),
    backend: OneOf("postgres", "redis"),
    duePromises: Nullable(Type.Integer()),
    lagSeconds: Nullable(Type.Number()),
  }),
  tzdata: Type.Object({
    ok: Type.Boolean(),
    version: Type.String({ examples: ["2026f"] }),
    canaries: Type.Array(
      Type.Object({
        zone: Type.String(),
        local: Type.String(),
        utc: Type.String(),
        ok: Type.Boolean(),
      }),
    ),
  }),
  email: Type.Object({ provider: Type.String() }),
});

export const operations = (world: World) =>
  new Elysia({ name: "operations", normalize: false })
    .get(
      "/health",
      async () => {
        await ping(world.db.apart(), {}).catch(() => {
          throw new Problem("unavailable", "The database does not answer.", {
            headers: { "retry-after": "1" },
          });
        });
        return {
          status: "OK" as const,
          uptime: Math.round(performance.now() / 1000),
          timestamp: world.now().toString(),
          environment: world.config.NODE_ENV,
        };
      },
      {
        response: answers({ 200: Health }),
        detail: { tags, summary: "Is this process alive, and its database?" },
      },
    )
    .get(
      "/health/ready",
      async ({ status }) => {
        const state = await readiness(world);
        return state.status === "OK" ? state : status(503, state);
      },
      {
        response: { ...answers({ 200: Readiness }), 503: Readiness },
        detail: { tags, summary: "Can it do its work? Database, queue, zone data" },
      },
    );
