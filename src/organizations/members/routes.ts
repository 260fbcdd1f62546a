import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../../cursor.ts";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { IdempotencyKey } from "../../http/idempotency.ts";
import { Paging, Query } from "../../http/paging.ts";
import { etagOf, expectationOf, IfMatch } from "../../http/version.ts";
import { Id, Message, Page } from "../../schema.ts";
import type { World } from "../../world.ts";
import { addMember } from "../add-member.ts";
import { listMembers } from "../member-queries.ts";
import { removeMember } from "../remove-member.ts";
import { Added, Invited, Member, MemberPatch, memberOf, NewMember } from "../schema.ts";
import { standingOf } from "../standing.ts";
import { updateMember } from "../update-member.ts";

const Ours = { tags: ["Organizations"], security: [{ bearer: [] }] };
const OfOrganization = Type.Object({ id: Id });
const OfMember = Type.Object({ id: Id, userId: Id });

export const members = (world: World) =>
  new Elysia({ name: "members", normalize: false })
    .use(auth(world))
    .get(
      "/organizations/:id/members",
      async ({ caller, params, query }) => {
        await standingOf(world, params.id, caller.user.id);
        const limit = limitOf(query);
        const rows = await listMembers(world.db, {
          organizationId: params.id,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, memberOf, newestCursor);
      },
      {
        signedIn: true,
        params: OfOrganization,
        query: Query(Paging),
        response: answers({ 200: Page(Member) }, "unauthorized", "not_found"),
        detail: { ...Ours, summary: "The members of an organization of mine, newest first" },
      },
    )
    .post(
      "/organizations/:id/members",
      async ({ caller, params, body, headers, set, status }) => {
        const key = headers["idempotency-key"];
        const { isReplay, ...made } = await addMember(world, params.id, caller.user, body, key);
        if (isReplay) set.headers["idempotency-replayed"] = "true";
        return "member" in made
          ? status(201, { message: "Member added" as const, member: made.member })
          : status(202, { message: "Invitation sent" as const, invitation: made.invitation });
      },
      {
        signedIn: true,
        params: OfOrganization,
        headers: IdempotencyKey,
        body: NewMember,
        response: answers(
          { 201: Added, 202: Invited },
          "unauthorized",
          "forbidden",
          "plan_limit",
          "not_found",
          "already_member",
          "idempotency_mismatch",
        ),
        detail: {
          ...Ours,
          summary: "Add somebody to an organization",
          description:
            "Admins may. Who has an account is a member at once, and can be named as a host when he has agreed; he gets a mail and a notification. Any other address gets a mail with a link to join, good for 14 days; asking again renews it. At most 100 people are asked in 24 hours.",
        },
      },
    )
    .patch(
      "/organizations/:id/members/:userId",
      async ({ caller, params, headers, body: { version, ...patch }, set }) => {
        const at = { organizationId: params.id, userId: params.userId };
        const expected = expectationOf(headers, version);
        const changed = await updateMember(world, at, caller.user, patch, expected);
        set.headers.etag = etagOf(changed);
        return changed;
      },
      {
        signedIn: true,
        params: OfMember,
        headers: IfMatch,
        body: MemberPatch,
        response: answers(
          { 200: Member },
          "unauthorized",
          "forbidden",
          "not_found",
          "owner_stays",
          "version_conflict",
          "precondition_failed",
        ),
        detail: {
          ...Ours,
          summary: "Change a member",
          description:
            "His role: admins may. Whether he can be named as a host: he himself, once his mail address is confirmed. Taking that back is leaving as a host: he is offered no more, and his coming meetings of the organization go to other hosts or are cancelled.",
        },
      },
    )
    .delete(
      "/organizations/:id/members/:userId",
      async ({ caller, params }) => {
        const at = { organizationId: params.id, userId: params.userId };
        const { hasLeft } = await removeMember(world, at, caller.user.id);
        return { message: hasLeft ? "You have left the organization" : "Member removed" };
      },
      {
        signedIn: true,
        params: OfMember,
        response: answers(
          { 200: Message },
          "unauthorized",
          "forbidden",
          "not_found",
          "owner_stays",
        ),
        detail: {
          ...Ours,
          summary: "Remove a member, or leave",
          description:
            "Admins remove; anybody but the owner leaves. Coming meetings of the organization that he hosts go to other hosts or are cancelled; meeting types of it that he owns pass to its owner.",
        },
      },
    );
