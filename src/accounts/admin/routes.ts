import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { Paging, Query } from "../../http/paging.ts";
import { Id, Page } from "../../schema.ts";
import type { World } from "../../world.ts";
import { User, userOf } from "../schema.ts";
import { changeUser } from "./change-user.ts";
import { listUsers } from "./list-users.ts";
import { UserChange, UserFilter } from "./schema.ts";

const Administration = { tags: ["Administration"], security: [{ bearer: ["admin"] }] };

export const administration = (world: World) =>
  new Elysia({ name: "administration", normalize: false })
    .use(auth(world))
    .get("/users", ({ query }) => listUsers(world, query), {
      asAdmin: true,
      query: Query({ ...Paging, ...UserFilter }),
      response: answers({ 200: Page(User) }, "unauthorized", "forbidden"),
      detail: { ...Administration, summary: "All users, newest first" },
    })
    .patch(
      "/users/:user",
      async ({ caller, params, body }) =>
        userOf(await changeUser(world, caller.user.id, params.user, body)),
      {
        asAdmin: true,
        params: Type.Object({ user: Id }),
        body: UserChange,
        response: answers({ 200: User }, "unauthorized", "forbidden", "not_found", "last_admin"),
        detail: {
          ...Administration,
          summary: "Change a user's role, plan or status",
          description:
            "By id. A user who is not ACTIVE is out at once: his sessions and API keys end for good, his pages and free times are gone until he is ACTIVE again. An administrator who becomes a member loses his keys of the scope admin. The last active administrator stays one.",
        },
      },
    );
