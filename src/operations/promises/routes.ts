// What was promised and did not work, for administrators.
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { Paging, Query } from "../../http/paging.ts";
import { Id, Page } from "../../schema.ts";
import type { World } from "../../world.ts";
import { list } from "./list.ts";
import { retry } from "./retry.ts";
import { PromiseFilter, promiseOf, TroubledPromise } from "./schema.ts";

const Administration = { tags: ["Operations"], security: [{ bearer: ["admin"] }] };

export const promises = (world: World) =>
  new Elysia({ name: "promises", normalize: false })
    .use(auth(world))
    .get("/operations/promises", ({ query }) => list(world, query), {
      asAdmin: true,
      query: Query({ ...Paging, ...PromiseFilter }),
      response: answers({ 200: Page(TroubledPromise) }, "unauthorized", "forbidden"),
      detail: {
        ...Administration,
        summary: "Promises that failed, newest first",
        description: "For good (`failed`) or for now (`retrying`), of every queue.",
      },
    })
    .post(
      "/operations/promises/:id/retry",
      async ({ caller, params }) =>
        promiseOf(await retry(world, { actorId: caller.user.id, outboxId: params.id })),
      {
        asAdmin: true,
        params: Type.Object({ id: Id }),
        response: answers(
          { 200: TroubledPromise },
          "unauthorized",
          "forbidden",
          "not_found",
          "promise_stands",
        ),
        detail: {
          ...Administration,
          summary: "Try a promise that failed or was put off again, now",
          description:
            "What is due within two minutes may be in hand, and stands. It stays the same promise under the same id, for 24 hours from now. What it would say is found out when it is sent.",
        },
      },
    );
