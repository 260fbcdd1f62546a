import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../../cursor.ts";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { Paging, Query } from "../../http/paging.ts";
import { Problem } from "../../problem.ts";
import { Id, Message, Page } from "../../schema.ts";
import type { World } from "../../world.ts";
import { findOwnApiKey, listApiKeys, revokeApiKey } from "../api-key-queries.ts";
import { createApiKey } from "./create.ts";
import { ApiKey, apiKeyOf, MadeApiKey, NewApiKey } from "./schema.ts";

const Mine = { tags: ["API keys"], security: [{ bearer: [] }] };
const InSession = { tags: ["API keys"], security: [{ bearer: ["session"] }] };
const ById = Type.Object({ id: Id });

export const apiKeys = (world: World) =>
  new Elysia({ name: "api-keys", normalize: false })
    .use(auth(world))
    .get(
      "/users/me/api-keys",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const rows = await listApiKeys(world.db, {
          userId: caller.user.id,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, apiKeyOf, newestCursor);
      },
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Page(ApiKey) }, "unauthorized"),
        detail: {
          ...Mine,
          summary: "My API keys, newest first",
          description: "Also those that have expired; without those that were revoked.",
        },
      },
    )
    .post(
      "/users/me/api-keys",
      async ({ caller, body, set, status }) => {
        const { row, text } = await createApiKey(world, caller.user.id, body);
        set.headers["cache-control"] = "no-store";
        return status(201, { ...apiKeyOf(row), key: text });
      },
      {
        inSession: true,
        body: NewApiKey,
        response: answers({ 201: MadeApiKey }, "unauthorized", "forbidden", "plan_limit"),
        detail: {
          ...InSession,
          summary: "Make an API key",
          description:
            "Send its `key` as `Authorization: Bearer <key>`. It is shown this once: a request that is repeated makes another. The scope `admin` is for administrators, for as long as they are.",
        },
      },
    )
    .get(
      "/users/me/api-keys/:id",
      async ({ caller, params }) => {
        const row = await findOwnApiKey(world.db, { userId: caller.user.id, id: params.id });
        if (!row) throw new Problem("not_found");
        return apiKeyOf(row);
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: ApiKey }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "One of my API keys" },
      },
    )
    .delete(
      "/users/me/api-keys/:id",
      async ({ caller, params }) => {
        const at = { userId: caller.user.id, id: params.id, now: world.now() };
        if (!(await revokeApiKey(world.db, at))) throw new Problem("not_found");
        return { message: "API key revoked" };
      },
      {
        inSession: true,
        params: ById,
        response: answers({ 200: Message }, "unauthorized", "not_found"),
        detail: { ...InSession, summary: "Revoke an API key", description: "It is dead at once." },
      },
    );
