import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { openapi } from "@elysiajs/openapi";
import { Elysia } from "elysia";
import { describeWebhooks } from "../webhooks/event-schema.ts";
import { tidy } from "./document.ts";

/** Swagger UI at /swagger from our own files, and the document it shows at /swagger/json. */
export const documentation = () =>
  new Elysia({ name: "documentation" })
    .onAfterHandle(({ path, response }) =>
      path === "/swagger/json"
        ? tidy({ ...(response as Record<string, unknown>), webhooks: describeWebhooks() })
        : undefined,
    )
    .use(
      openapi({
        path: "/swagger",
        specPath: "/swagger/json",
        provider: null,
        exclude: { paths: [/^\/(?!api\/v1\/|health(\/|$)|metrics$)/], staticFile: false },
        documentation: {
          info: {
            title: "Kalends",
            version: "1.0.0",
            description: INTRODUCTION,
            license: { name: "ISC", identifier: "ISC" },
          },
          servers: [{ url: "/", description: "This server" }],
          components: {
            securitySchemes: {
              bearer: {
                type: "http",
                scheme: "bearer",
                description:
                  "The `token` of POST /auth/login, or an API key of POST /users/me/api-keys. A key of the scope `read` may GET; `write` may the rest, but for operations that name `session` or `admin` here.",
              },
              metrics: { type: "http", scheme: "bearer", description: "METRICS_TOKEN" },
              guest: {
                type: "apiKey",
                in: "header",
                name: "X-Booking-Token",
                description: "The `token` of a guest's link",
              },
              signature: {
                type: "apiKey",
                in: "header",
                name: "svix-signature",
                description:
                  "What a provider signs its callbacks with; each operation says by which headers",
              },
            },
          },
        },
      }),
    )
    .get("/swagger", () => file(PAGE, "text/html; charset=utf-8"), { detail: { hide: true } })
    .get(
      "/swagger/assets/bundle.js",
      () => library("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
      {
        detail: { hide: true },
      },
    )
    .get("/swagger/assets/style.css", () => library("swagger-ui.css", "text/css; charset=utf-8"), {
      detail: { hide: true },
    })
    .get("/swagger/assets/start.js", () => file(START, "text/javascript; charset=utf-8"), {
      detail: { hide: true },
    });

const INTRODUCTION = `Hosts publish meeting types, guests see the free times and book one, and everybody concerned is told.

To try it: **POST /auth/register**, copy the \`token\` of the answer, press **Authorize** and paste it.
Errors are problem documents (RFC 9457) with a stable \`code\`.`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kalends API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/swagger/assets/style.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/swagger/assets/bundle.js"></script>
<script src="/swagger/assets/start.js"></script>
</body>
</html>`;

const START = `SwaggerUIBundle({
  url: "/swagger/json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});`;

const UI = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

// A megabyte and a half that most processes are never asked for.
const library = async (name: string, type: string) =>
  file(await readFile(join(UI, name), "utf8"), type);

const file = (text: string, type: string) =>
  new Response(text, {
    headers: { "content-type": type, "cache-control": "public, max-age=3600" },
  });
