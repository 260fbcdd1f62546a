import { type Static, Type } from "@sinclair/typebox";
import addMemberText from "#sql/organizations/add_member.sql" with { type: "text" };
import agreeToHostText from "#sql/organizations/agree_to_host.sql" with { type: "text" };
import findMemberText from "#sql/organizations/find_member.sql" with { type: "text" };
import findMembershipText from "#sql/organizations/find_membership.sql" with { type: "text" };
import listMembersText from "#sql/organizations/list_members.sql" with { type: "text" };
import removeMemberText from "#sql/organizations/remove_member.sql" with { type: "text" };
import updateMemberText from "#sql/organizations/update_member.sql" with { type: "text" };
import { LimitByPlanT } from "../accounts/plans.ts";
import { many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, MaybeT, NameT, TextT } from "../db/type.ts";
import { Claim } from "../http/idempotency.ts";
import { RoleT } from "./queries.ts";

const Member = {
  id: IdT,
  userId: IdT,
  firstName: TextT,
  lastName: MaybeT(TextT),
  email: NameT,
  emailVerified: BoolT,
  role: RoleT,
  canHost: BoolT,
  version: IntT,
  createdAt: InstantT,
};
const MemberSchema = Type.Object(Member);
export type MemberRow = Static<typeof MemberSchema>;

export const listMembers = many(
  listMembersText,
  { organizationId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Member,
);

export const findMember = maybe(
  findMemberText,
  { organizationId: IdT, userId: MaybeT(IdT), memberId: MaybeT(IdT) },
  Member,
);

const Membership = {
  id: IdT,
  role: RoleT,
  canHost: BoolT,
  consentVersion: IntT,
  organizationId: IdT,
  organizationName: TextT,
  userId: IdT,
  email: NameT,
  firstName: TextT,
  lastName: MaybeT(TextT),
  timeZone: TextT,
  locale: TextT,
  /** Of who added him; null where nobody did, or he is gone. */
  inviterFirstName: MaybeT(TextT),
  inviterLastName: MaybeT(TextT),
};
const MembershipSchema = Type.Object(Membership);
export type MembershipRow = Static<typeof MembershipSchema>;

export const findMembership = maybe(findMembershipText, { memberId: IdT }, Membership);

export const addMember = maybe(
  addMemberText,
  {
    organizationId: IdT,
    actorId: IdT,
    email: NameT,
    role: RoleT,
    id: IdT,
    ...Claim,
    expiresAt: InstantT,
    dailyLimit: IntT,
    outboxId: IdT,
    noticeId: IdT,
    /** The actor's name. */
    by: TextT,
    eventId: IdT,
    now: InstantT,
    limits: LimitByPlanT,
  },
  {
    /** The asker's. */
    role: RoleT,
    /** Null for a plain member, for whom nothing is counted. */
    isTooMany: MaybeT(BoolT),
    memberId: MaybeT(IdT),
    invitationId: MaybeT(IdT),
  },
);

/** The asker's standing, and whether the change was made. */
const Change = { role: RoleT, ownerId: IdT, isDone: BoolT };

export const updateMember = maybe(
  updateMemberText,
  {
    organizationId: IdT,
    actorId: IdT,
    userId: IdT,
    version: IntT,
    role: MaybeT(RoleT),
    canHost: MaybeT(BoolT),
    now: InstantT,
  },
  Change,
);

export const removeMember = maybe(
  removeMemberText,
  { organizationId: IdT, actorId: IdT, userId: IdT, now: InstantT },
  Change,
);

export const agreeToHost = maybe(
  agreeToHostText,
  { memberId: IdT, consentVersion: IntT, now: InstantT },
  { userId: IdT },
);
