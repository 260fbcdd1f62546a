import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { IdempotencyKey } from "../http/idempotency.ts";
import { Paging, Query } from "../http/paging.ts";
import { etagOf, expectationOf, IfMatch } from "../http/version.ts";
import { Id, Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { createOrganization } from "./create.ts";
import { getOrganization } from "./find.ts";
import { listOrganizations } from "./queries.ts";
import { removeOrganization } from "./remove.ts";
import { renameOrganization } from "./rename.ts";
import {
  NewOrganization,
  Organization,
  OrganizationPatch,
  OrganizationWithMembers,
  organizationOf,
  Transfer,
} from "./schema.ts";
import { transfer } from "./transfer.ts";

const Ours = { tags: ["Organizations"], security: [{ bearer: [] }] };
/** What a leaked key must not do to everybody else. */
const InSession = { ...Ours, security: [{ bearer: ["session"] }] };
const ById = Type.Object({ id: Id });
const Conflicts = [
  "unauthorized",
  "forbidden",
  "not_found",
  "version_conflict",
  "precondition_failed",
] as const;

export const organizations = (world: World) =>
  new Elysia({ name: "organizations", normalize: false })
    .use(auth(world))
    .get(
      "/organizations",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const rows = await listOrganizations(world.db, {
          userId: caller.user.id,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, organizationOf, newestCursor);
      },
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Page(Organization) }, "unauthorized"),
        detail: { ...Ours, summary: "The organizations that I own or belong to, newest first" },
      },
    )
    .post(
      "/organizations",
      async ({ caller, body, headers, set, status }) => {
        const key = headers["idempotency-key"];
        const made = await createOrganization(world, caller.user.id, body, key);
        if (made.isReplay) set.headers["idempotency-replayed"] = "true";
        set.headers.etag = etagOf(made.organization);
        return status(201, made.organization);
      },
      {
        signedIn: true,
        headers: IdempotencyKey,
        body: NewOrganization,
        response: answers(
          { 201: OrganizationWithMembers },
          "unauthorized",
          "account_inactive",
          "plan_limit",
          "not_found",
          "idempotency_mismatch",
        ),
        detail: {
          ...Ours,
          summary: "Make an organization",
          description: "Its maker is its owner and an admin member, and can be named as a host.",
        },
      },
    )
    .get(
      "/organizations/:id",
      async ({ caller, params, set }) => {
        const at = { id: params.id, userId: caller.user.id };
        const found = await getOrganization(world, at);
        set.headers.etag = etagOf(found);
        return found;
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: OrganizationWithMembers }, "unauthorized", "not_found"),
        detail: { ...Ours, summary: "An organization of mine, with its members" },
      },
    )
    .patch(
      "/organizations/:id",
      async ({ caller, params, headers, body, set }) => {
        const at = { id: params.id, userId: caller.user.id };
        const expected = expectationOf(headers, body.version);
        const changed = await renameOrganization(world, at, body.name, expected);
        set.headers.etag = etagOf(changed);
        return changed;
      },
      {
        signedIn: true,
        params: ById,
        headers: IfMatch,
        body: OrganizationPatch,
        response: answers({ 200: OrganizationWithMembers }, ...Conflicts),
        detail: { ...Ours, summary: "Rename an organization", description: "Its owner may." },
      },
    )
    .delete(
      "/organizations/:id",
      async ({ caller, params, query }) => {
        const at = { id: params.id, userId: caller.user.id };
        await removeOrganization(world, at, /^true$/i.test(query.force ?? ""));
        return { message: "Organization deleted" };
      },
      {
        inSession: true,
        params: ById,
        query: Query({
          force: Type.Optional(
            Type.String({
              pattern: "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$",
              description: "`true`: although meetings lie ahead, which are cancelled then",
              examples: ["true"],
            }),
          ),
        }),
        response: answers(
          { 200: Message },
          "unauthorized",
          "forbidden",
          "not_found",
          "organization_in_use",
        ),
        detail: {
          ...InSession,
          summary: "Delete an organization",
          description:
            "Its owner may. It is gone at once for everybody, its members are free and its meeting types archived. Coming meetings stand in the way unless `force=true`: then they are cancelled a moment later, and everybody concerned is told.",
        },
      },
    )
    .post(
      "/organizations/:id/transfer",
      async ({ caller, params, headers, body, set }) => {
        const at = { id: params.id, userId: caller.user.id };
        const expected = expectationOf(headers, body.version);
        const changed = await transfer(world, at, body.userId, expected);
        set.headers.etag = etagOf(changed);
        return changed;
      },
      {
        inSession: true,
        params: ById,
        headers: IfMatch,
        body: Transfer,
        response: answers({ 200: OrganizationWithMembers }, ...Conflicts),
        detail: {
          ...InSession,
          summary: "Hand an organization over to a member",
          description: "Its owner may, and stays an admin. Who takes it becomes one.",
        },
      },
    );
