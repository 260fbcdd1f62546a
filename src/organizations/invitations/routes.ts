import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../../cursor.ts";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { Paging, Query } from "../../http/paging.ts";
import { Id, Message, Page } from "../../schema.ts";
import type { World } from "../../world.ts";
import { accept } from "../invitation.ts";
import { listInvitations } from "../invitation-queries.ts";
import { resendInvitation, revokeInvitation } from "../manage-invitations.ts";
import { Invitation, Invited, invitationOf, Joined } from "../schema.ts";
import { assertAdmin } from "../standing.ts";

const Ours = { tags: ["Organizations"], security: [{ bearer: [] }] };
const OfInvitation = Type.Object({ id: Id, invitationId: Id });

export const invitations = (world: World) =>
  new Elysia({ name: "invitations", normalize: false })
    .use(auth(world))
    .get(
      "/organizations/:id/invitations",
      async ({ caller, params, query }) => {
        await assertAdmin(world, params.id, caller.user.id);
        const limit = limitOf(query);
        const rows = await listInvitations(world.db, {
          organizationId: params.id,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, invitationOf, newestCursor);
      },
      {
        signedIn: true,
        params: Type.Object({ id: Id }),
        query: Query(Paging),
        response: answers({ 200: Page(Invitation) }, "unauthorized", "forbidden", "not_found"),
        detail: {
          ...Ours,
          summary: "Invitations that nobody has accepted yet, newest first",
          description: "Admins may; those that have expired too.",
        },
      },
    )
    .post(
      "/organizations/:id/invitations/:invitationId/resend",
      async ({ caller, params, status }) => {
        const at = { organizationId: params.id, id: params.invitationId };
        const invitation = await resendInvitation(world, at, caller.user.id);
        return status(202, { message: "Invitation sent" as const, invitation });
      },
      {
        signedIn: true,
        params: OfInvitation,
        response: answers({ 202: Invited }, "unauthorized", "forbidden", "not_found"),
        detail: {
          ...Ours,
          summary: "Mail an invitation again",
          description: "Admins may. The new link is good for 14 days, older ones no more.",
        },
      },
    )
    .delete(
      "/organizations/:id/invitations/:invitationId",
      async ({ caller, params }) => {
        const at = { organizationId: params.id, id: params.invitationId };
        await revokeInvitation(world, at, caller.user.id);
        return { message: "Invitation revoked" };
      },
      {
        signedIn: true,
        params: OfInvitation,
        response: answers({ 200: Message }, "unauthorized", "forbidden", "not_found"),
        detail: { ...Ours, summary: "Take an invitation back", description: "Admins may." },
      },
    )
    .post(
      "/invitations/:token/accept",
      async ({ caller, params }) => ({
        message: "Invitation accepted" as const,
        ...(await accept(world, params.token, caller.user)),
      }),
      {
        signedIn: true,
        params: Type.Object({
          token: Type.String({
            minLength: 1,
            maxLength: 200,
            description: "Of the link in the mail",
            examples: [
              "AZPzyGpOfBufDj0rGkxdbg.t4cj2k.Rk9SIEVYQU1QTEUgT05MWSwgbm90IGEgcmVhbCB0b2tlbg",
            ],
          }),
        }),
        response: answers({ 200: Joined }, "unauthorized", "forbidden", "plan_limit", "not_found"),
        detail: {
          ...Ours,
          summary: "Accept an invitation",
          description:
            "By the user whose confirmed mail address was invited. He becomes a member who can be named as a host. Again: 200, unchanged.",
        },
      },
    );
