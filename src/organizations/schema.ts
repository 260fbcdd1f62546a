import { type Static, Type } from "@sinclair/typebox";
import { nameOf } from "../accounts/schema.ts";
import { Body, Email, Id, Instant, Line, OneOf } from "../schema.ts";
import { ExpectedVersion } from "../version.ts";
import type { InvitationRow } from "./invitation-queries.ts";
import type { MemberRow } from "./member-queries.ts";
import type { FoundOrganization, OrganizationRow } from "./queries.ts";

const Name = Line(200, "Analytical Engines");
const Role = OneOf("admin", "member");

export const NewOrganization = Body({ name: Name });
export const OrganizationPatch = Body({ name: Type.Optional(Name), version: ExpectedVersion });
export const Transfer = Body({
  userId: { ...Id, description: "A member" },
  version: ExpectedVersion,
});
export const NewMember = Body({
  email: Email,
  role: Type.Optional(
    Type.Unsafe<"admin" | "member">({ ...Role, default: "member", examples: ["member"] }),
  ),
});
export type NewMember = Static<typeof NewMember>;
export const MemberPatch = Body(
  {
    role: Type.Optional(Type.Unsafe<"admin" | "member">({ ...Role, description: "By an admin" })),
    canHost: Type.Optional(
      Type.Boolean({
        description: "By himself: whether he can be named as a host. false takes it back",
      }),
    ),
    version: ExpectedVersion,
  },
  { examples: [{ canHost: true }] },
);
export type MemberPatch = Omit<Static<typeof MemberPatch>, "version">;

export const Member = Type.Object({
  userId: Id,
  name: Type.String({ examples: ["Ada Lovelace"] }),
  email: Type.String({ examples: ["ada@example.com"] }),
  emailVerified: Type.Boolean({ description: "Whether he has proven that the address is his" }),
  role: Role,
  canHost: Type.Boolean({ description: "Whether he has agreed to be named as a host" }),
  joinedAt: Instant,
  version: Type.Integer(),
});
export type Member = Static<typeof Member>;

export const Organization = Type.Object({
  id: Id,
  name: Type.String({ examples: ["Analytical Engines"] }),
  ownerId: Id,
  role: Type.Unsafe<"admin" | "member">({ ...Role, description: "Mine" }),
  version: Type.Integer(),
  createdAt: Instant,
  updatedAt: Instant,
});

/** How many members an organization shows of itself; the rest is paged. */
export const MEMBERS_SHOWN = 100;

export const OrganizationWithMembers = Type.Composite([
  Organization,
  Type.Object({
    memberCount: Type.Integer({ examples: [3] }),
    members: Type.Array(Member, {
      description: `Those of the longest standing, at most ${MEMBERS_SHOWN}; all are at /organizations/{id}/members`,
    }),
  }),
]);
export type OrganizationWithMembers = Static<typeof OrganizationWithMembers>;

export const Invitation = Type.Object({
  id: Id,
  email: Type.String({ examples: ["grace@example.com"] }),
  role: Role,
  expiresAt: Instant,
  createdAt: Instant,
  updatedAt: Instant,
});
export type Invitation = Static<typeof Invitation>;

export const Added = Type.Object({ message: Type.Literal("Member added"), member: Member });
export const Invited = Type.Object({
  message: Type.Literal("Invitation sent"),
  invitation: Invitation,
});
export const Joined = Type.Object({
  message: Type.Literal("Invitation accepted"),
  organizationId: Id,
  member: Member,
});

type Person = Omit<MemberRow, "id" | "createdAt">;
const memberWith = (row: Person, joinedAt: string): Member => ({
  userId: row.userId,
  name: nameOf(row),
  email: row.email,
  emailVerified: row.emailVerified,
  role: row.role,
  canHost: row.canHost,
  joinedAt,
  version: row.version,
});

/** A member as the wire shows him. */
export const memberOf = (row: MemberRow): Member => memberWith(row, row.createdAt.toString());

/** An organization as the wire shows it to one of its members. */
export const organizationOf = (row: OrganizationRow): Static<typeof Organization> => ({
  id: row.id,
  name: row.name,
  ownerId: row.ownerId,
  role: row.role,
  version: row.version,
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});

export const organizationWithMembersOf = (row: FoundOrganization): OrganizationWithMembers => ({
  ...organizationOf(row),
  memberCount: row.memberCount,
  members: row.members.map((member) =>
    memberWith(member, Temporal.Instant.fromEpochMilliseconds(member.joinedAt).toString()),
  ),
});

export const invitationOf = ({ id, email, role, ...times }: InvitationRow): Invitation => ({
  id,
  email,
  role,
  expiresAt: times.expiresAt.toString(),
  createdAt: times.createdAt.toString(),
  updatedAt: times.updatedAt.toString(),
});
