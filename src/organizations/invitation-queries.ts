import { type Static, Type } from "@sinclair/typebox";
import acceptInvitationText from "#sql/organizations/accept_invitation.sql" with { type: "text" };
import findInvitationText from "#sql/organizations/find_invitation.sql" with { type: "text" };
import listInvitationsText from "#sql/organizations/list_invitations.sql" with { type: "text" };
import resendInvitationText from "#sql/organizations/resend_invitation.sql" with { type: "text" };
import revokeInvitationText from "#sql/organizations/revoke_invitation.sql" with { type: "text" };
import { LimitByPlanT } from "../accounts/plans.ts";
import { many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, MaybeT, NameT, TextT } from "../db/type.ts";
import { RoleT } from "./queries.ts";

const Invitation = {
  id: IdT,
  email: NameT,
  role: RoleT,
  expiresAt: InstantT,
  createdAt: InstantT,
  updatedAt: InstantT,
};
const InvitationSchema = Type.Object(Invitation);
export type InvitationRow = Static<typeof InvitationSchema>;

export const listInvitations = many(
  listInvitationsText,
  { organizationId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Invitation,
);

const Found = {
  ...Invitation,
  organizationId: IdT,
  organizationName: TextT,
  version: IntT,
  acceptedAt: MaybeT(InstantT),
  acceptedBy: MaybeT(IdT),
  /** Null where the inviter is gone. */
  inviterFirstName: MaybeT(TextT),
  inviterLastName: MaybeT(TextT),
  inviterLocale: MaybeT(TextT),
  /** The account that has the address, null like the two below where there is none. */
  userId: MaybeT(IdT),
  emailVerifiedAt: MaybeT(InstantT),
  status: MaybeT(TextT),
};
const FoundSchema = Type.Object(Found);
export type FoundInvitation = Static<typeof FoundSchema>;

export const findInvitation = maybe(findInvitationText, { id: IdT }, Found);

export const resendInvitation = maybe(
  resendInvitationText,
  {
    organizationId: IdT,
    actorId: IdT,
    id: IdT,
    expiresAt: InstantT,
    dailyLimit: IntT,
    outboxId: IdT,
    now: InstantT,
  },
  { role: RoleT, isTooMany: MaybeT(BoolT), isDone: BoolT },
);

export const revokeInvitation = maybe(
  revokeInvitationText,
  { organizationId: IdT, actorId: IdT, id: IdT, now: InstantT },
  { role: RoleT, isDone: BoolT },
);

export const acceptInvitation = maybe(
  acceptInvitationText,
  {
    id: IdT,
    version: IntT,
    userId: IdT,
    memberId: IdT,
    eventId: IdT,
    now: InstantT,
    limits: LimitByPlanT,
  },
  { memberId: IdT, organizationId: IdT },
);
