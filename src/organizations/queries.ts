import { type Static, Type } from "@sinclair/typebox";
import createOrganizationText from "#sql/organizations/create_organization.sql" with {
  type: "text",
};
import deleteOrganizationText from "#sql/organizations/delete_organization.sql" with {
  type: "text",
};
import findOrganizationText from "#sql/organizations/find_organization.sql" with { type: "text" };
import findStandingText from "#sql/organizations/find_standing.sql" with { type: "text" };
import listOrganizationsText from "#sql/organizations/list_organizations.sql" with { type: "text" };
import noteGoneHostsText from "#sql/organizations/note_gone_hosts.sql" with { type: "text" };
import passTypesText from "#sql/organizations/pass_types.sql" with { type: "text" };
import renameOrganizationText from "#sql/organizations/rename_organization.sql" with {
  type: "text",
};
import transferOrganizationText from "#sql/organizations/transfer_organization.sql" with {
  type: "text",
};
import { LimitByPlanT } from "../accounts/plans.ts";
import { Notices } from "../bookings/change-queries.ts";
import { many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { Claim } from "../http/idempotency.ts";
import { Nullable, OneOf } from "../schema.ts";

export const RoleT = OneOfT("admin", "member");

const Organization = {
  id: IdT,
  name: TextT,
  ownerId: IdT,
  version: IntT,
  createdAt: InstantT,
  updatedAt: InstantT,
  /** The asker's. */
  role: RoleT,
};
const OrganizationSchema = Type.Object(Organization);
export type OrganizationRow = Static<typeof OrganizationSchema>;

const Members = Type.Array(
  Type.Object({
    id: Type.String(),
    userId: Type.String(),
    firstName: Type.String(),
    lastName: Nullable(Type.String()),
    email: Type.String(),
    emailVerified: Type.Boolean(),
    role: OneOf("admin", "member"),
    canHost: Type.Boolean(),
    version: Type.Integer(),
    /** Epoch milliseconds. */
    joinedAt: Type.Number(),
  }),
);

const Found = { ...Organization, memberCount: IntT, members: JsonT(Members) };
const FoundSchema = Type.Object(Found);
export type FoundOrganization = Static<typeof FoundSchema>;

export const createOrganization = maybe(
  createOrganizationText,
  {
    id: IdT,
    ...Claim,
    ownerId: IdT,
    name: TextT,
    memberId: IdT,
    now: InstantT,
    limits: LimitByPlanT,
  },
  { id: IdT },
);

export const findOrganization = maybe(
  findOrganizationText,
  { id: IdT, userId: IdT, membersLimit: IntT },
  Found,
);

export const findStanding = maybe(
  findStandingText,
  { organizationId: IdT, userId: IdT },
  { role: RoleT },
);

export const listOrganizations = many(
  listOrganizationsText,
  { userId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Organization,
);

export const renameOrganization = maybe(
  renameOrganizationText,
  { id: IdT, actorId: IdT, version: IntT, name: TextT, now: InstantT },
  { isOwner: BoolT, isDone: BoolT },
);

export const transferOrganization = maybe(
  transferOrganizationText,
  { id: IdT, actorId: IdT, version: IntT, userId: IdT, notices: Notices, now: InstantT },
  { isOwner: BoolT, hasTarget: BoolT, isDone: BoolT },
);

export const deleteOrganization = maybe(
  deleteOrganizationText,
  { id: IdT, actorId: IdT, force: BoolT, now: InstantT },
  { isOwner: BoolT, isDone: BoolT },
);

const Batch = { now: InstantT, limit: IntT };
export const passTypes = many(passTypesText, Batch, { id: IdT });
export const noteGoneHosts = many(noteGoneHostsText, Batch, { meetingTypeId: IdT, hostId: IdT });
