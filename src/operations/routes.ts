import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../http/answers.ts";
import { bearerOf } from "../http/api-key.ts";
import { auth, type SessionCaller } from "../http/auth.ts";
import { QUEUES } from "../jobs.ts";
import { Problem } from "../problem.ts";
import { Instant, Nullable, OneOf } from "../schema.ts";
import type { World } from "../world.ts";
import { openAdmin } from "./admin-session.ts";
import { isScraper } from "./is-scraper.ts";
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
  isStopping: Type.Boolean({ description: "It has been asked to stop: send it nothing new" }),
  database: Type.Object({ ok: Type.Boolean(), version: Nullable(Type.String()) }),
  queue: Type.Object({
    ok: Type.Boolean({
      description: "False when promises wait longer than two minutes: is a worker running?",
    }),
    backend: OneOf("postgres", "redis"),
    duePromises: Nullable(Type.Integer()),
    lagSeconds: Nullable(Type.Number()),
    queues: Type.Array(
      Type.Object({
        name: OneOf(...QUEUES),
        due: Type.Integer({ description: "Due and in nobody's hands; counted up to 100000" }),
        lagSeconds: Type.Number({ description: "Since when the oldest of them has been due" }),
        retrying: Type.Integer({ description: "Failed for now, and tried again later" }),
        failed: Type.Integer({ description: "Failed for good" }),
        failedToday: Type.Integer({ description: "Of these in the last 24 hours" }),
      }),
    ),
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
    )
    .get(
      "/metrics",
      async ({ request }) => {
        if (!isScraper(world, bearerOf(request)))
          throw new Problem(
            "unauthorized",
            "Send the METRICS_TOKEN: Authorization: Bearer <token>.",
            {
              headers: { "www-authenticate": "Bearer" },
            },
          );
        const { metrics } = await import("./metrics.ts");
        const { contentType, text } = await metrics(world);
        return new Response(text, {
          headers: { "content-type": contentType, "cache-control": "no-store" },
        });
      },
      {
        response: answers(
          { 200: Type.String({ description: "Text format of Prometheus" }) },
          "unauthorized",
          "not_found",
        ),
        detail: {
          tags,
          security: [{ metrics: [] }],
          summary: "What is promised and sent, and how this process is, for Prometheus",
          description: "Only where METRICS_TOKEN is set, and for whoever sends it.",
        },
      },
    );

/** Lets an administrator's browser into what has no token: /admin/queues. */
export const adminSession = (world: World) =>
  new Elysia({ name: "admin-session", normalize: false }).use(auth(world)).post(
    "/auth/admin-session",
    async ({ caller, set }) => {
      const userId = caller.user.id;
      // Never a key: asAdmin alone would take one.
      const sessionId = (caller as SessionCaller).sessionId;
      const { cookie, expiresAt } = await openAdmin(world, { sessionId, userId });
      set.headers["set-cookie"] = cookie;
      return { url: `${world.config.PUBLIC_URL}/admin/queues`, expiresAt: expiresAt.toString() };
    },
    {
      inSession: true,
      asAdmin: true,
      response: answers(
        { 200: Type.Object({ url: Type.String({ format: "uri" }), expiresAt: Instant }) },
        "unauthorized",
        "forbidden",
      ),
      detail: {
        tags,
        security: [{ bearer: ["session", "admin"] }],
        summary: "Open /admin/queues to this browser",
        description:
          "Sets a cookie that is good for 15 minutes, for as long as this session lasts and its user administers.",
      },
    },
  );
