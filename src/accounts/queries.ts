import { type Static, Type } from "@sinclair/typebox";
import findCardStateText from "#sql/accounts/find_card_state.sql" with { type: "text" };
import findMovedMeetingTypeText from "#sql/accounts/find_moved_meeting_type.sql" with {
  type: "text",
};
import findMovedUserText from "#sql/accounts/find_moved_user.sql" with { type: "text" };
import findOwnOriginsText from "#sql/accounts/find_own_origins.sql" with { type: "text" };
import findPublicMeetingTypeText from "#sql/accounts/find_public_meeting_type.sql" with {
  type: "text",
};
import findPublicUserText from "#sql/accounts/find_public_user.sql" with { type: "text" };
import findSessionText from "#sql/accounts/find_session.sql" with { type: "text" };
import findUseText from "#sql/accounts/find_use.sql" with { type: "text" };
import openSessionText from "#sql/accounts/open_session.sql" with { type: "text" };
import registerUserText from "#sql/accounts/register_user.sql" with { type: "text" };
import revokeSessionText from "#sql/accounts/revoke_session.sql" with { type: "text" };
import updateUserText from "#sql/accounts/update_user.sql" with { type: "text" };
import { gathered, many, maybe, one } from "../db/query.ts";
import {
  BoolT,
  IdT,
  InstantT,
  IntsT,
  IntT,
  JsonT,
  MaybeT,
  NameT,
  OneOfT,
  TextT,
} from "../db/type.ts";
import { Settings } from "../meeting-types/settings.ts";
import { Wishes } from "../notifications/preferences.ts";
import { Origins } from "../schema.ts";

export const UserColumns = {
  id: IdT,
  email: NameT,
  emailVerifiedAt: MaybeT(InstantT),
  username: NameT,
  firstName: TextT,
  lastName: MaybeT(TextT),
  role: OneOfT("member", "admin"),
  plan: OneOfT("FREE", "PRO", "ENTERPRISE"),
  status: OneOfT("ACTIVE", "INACTIVE", "SUSPENDED"),
  timeZone: TextT,
  locale: TextT,
  phone: MaybeT(TextT),
  notificationPreferences: JsonT(Wishes),
  createdAt: InstantT,
  updatedAt: InstantT,
};
const UserRowSchema = Type.Object(UserColumns);
export type UserRow = Static<typeof UserRowSchema>;

export const registerUser = one(
  registerUserText,
  {
    id: IdT,
    email: NameT,
    username: NameT,
    passwordHash: TextT,
    firstName: TextT,
    lastName: MaybeT(TextT),
    timeZone: TextT,
    scheduleId: IdT,
    sessionId: IdT,
    userAgent: MaybeT(TextT),
    expiresAt: InstantT,
    outboxId: IdT,
    notificationId: IdT,
    eventId: IdT,
    addressMac: MaybeT(TextT),
    now: InstantT,
  },
  UserColumns,
);

export const openSession = maybe(
  openSessionText,
  {
    sessionId: IdT,
    userId: IdT,
    userAgent: MaybeT(TextT),
    addressMac: MaybeT(TextT),
    expiresAt: InstantT,
    eventId: IdT,
    now: InstantT,
  },
  UserColumns,
);

export const findSession = maybe(
  findSessionText,
  { sessionId: IdT, generation: IntT, now: InstantT },
  UserColumns,
);

export const revokeSession = many(revokeSessionText, { sessionId: IdT, now: InstantT }, {});

export const updateUser = one(
  updateUserText,
  {
    userId: IdT,
    patch: JsonT(Type.Record(Type.String(), Type.Unknown())),
    outboxId: IdT,
    changeId: IdT,
    now: InstantT,
  },
  UserColumns,
);

const PublicHosts = Type.Array(
  Type.Object({
    id: Type.String(),
    firstName: Type.String(),
    lastName: Type.Union([Type.String(), Type.Null()]),
  }),
);

const PublicTypes = Type.Array(
  Type.Object({
    id: Type.String(),
    title: Type.String(),
    slug: Type.String(),
    description: Type.Union([Type.String(), Type.Null()]),
    durationMinutes: Type.Integer(),
  }),
);

export const findCardState = gathered(
  findCardStateText,
  { username: NameT },
  { id: IdT, state: TextT },
);

export const findPublicUser = maybe(
  findPublicUserText,
  { username: NameT },
  {
    id: IdT,
    /** As findCardState says it. */
    state: TextT,
    username: NameT,
    firstName: TextT,
    lastName: MaybeT(TextT),
    timeZone: TextT,
    meetingTypes: JsonT(PublicTypes),
  },
);

export const findPublicMeetingType = maybe(
  findPublicMeetingTypeText,
  { username: NameT, slug: NameT },
  {
    ownerId: IdT,
    /** Of its owner's cards, as findCardState says it. */
    state: TextT,
    id: IdT,
    title: TextT,
    slug: NameT,
    description: MaybeT(TextT),
    durationMinutes: IntT,
    durationOptions: IntsT,
    locationType: TextT,
    minimumNoticeMinutes: IntT,
    horizon: JsonT(Type.Unknown()),
    questions: JsonT(Settings.questions),
    capacity: IntT,
    requiresConfirmation: BoolT,
    offersSms: BoolT,
    visibility: OneOfT("public", "secret"),
    /** Beside the server's own; null is any. */
    allowedOrigins: MaybeT(JsonT(Origins)),
    username: NameT,
    firstName: TextT,
    lastName: MaybeT(TextT),
    timeZone: TextT,
    /** Who can be met by it. */
    hosts: JsonT(PublicHosts),
  },
);

export const findOwnOrigins = one(
  findOwnOriginsText,
  { userId: IdT },
  { allowedOrigins: MaybeT(JsonT(Origins)) },
);

export const findUse = one(
  findUseText,
  { userId: IdT },
  {
    meetingTypes: IntT,
    schedules: IntT,
    apiKeys: IntT,
    linksPerMeetingType: IntT,
    webhooks: IntT,
    organizations: IntT,
    organizationMembers: IntT,
  },
);

export const findMovedUser = maybe(
  findMovedUserText,
  { username: NameT, now: InstantT },
  { username: NameT },
);

export const findMovedMeetingType = maybe(
  findMovedMeetingTypeText,
  { username: NameT, slug: NameT, now: InstantT },
  { username: NameT, slug: NameT },
);
