import { type Static, Type } from "@sinclair/typebox";
import { Settings } from "../meeting-types/settings.ts";
import { LOCALES } from "../messages/templates/words.ts";
import { GivenWishes, Wishes } from "../notifications/preferences.ts";
import {
  Body,
  Email,
  Id,
  Instant,
  Line,
  Nullable,
  OneOf,
  Origins,
  Phone,
  Zone,
} from "../schema.ts";
import type { UserRow } from "./queries.ts";

export const User = Type.Object({
  id: Id,
  email: Email,
  emailVerified: Type.Boolean(),
  username: Type.String({ examples: ["ada"] }),
  name: Type.String({ examples: ["Ada Lovelace"] }),
  firstName: Type.String({ examples: ["Ada"] }),
  lastName: Nullable(Type.String({ examples: ["Lovelace"] })),
  role: OneOf("member", "admin"),
  plan: OneOf("FREE", "PRO", "ENTERPRISE"),
  status: OneOf("ACTIVE", "INACTIVE", "SUSPENDED"),
  timeZone: Type.String({ examples: ["Europe/London"] }),
  locale: Type.String({ examples: ["en"] }),
  phone: Nullable(Type.String({ examples: ["+442071838750"] })),
  notificationPreferences: Wishes,
  createdAt: Instant,
  updatedAt: Instant,
});
export type User = Static<typeof User>;

const AllowedOrigins = Nullable({
  ...Origins,
  description:
    "Pages of these origins may show my meeting types, where those name none of their own; null is any, for public ones",
});

const Limit = Type.Object({
  limit: Nullable(Type.Integer({ description: "The most there may be; null is any number" })),
  used: Type.Integer({ description: "How many there are" }),
});

/** A user as he sees himself. */
export const Profile = Type.Object({
  ...User.properties,
  allowedOrigins: AllowedOrigins,
  limits: Type.Object(
    {
      meetingTypes: Limit,
      schedules: Limit,
      apiKeys: Limit,
      linksPerMeetingType: {
        ...Limit,
        description: "Used: by the meeting type that has most",
      },
      webhooks: Limit,
      organizations: { ...Limit, description: "That I own" },
      organizationMembers: {
        ...Limit,
        description: "Of one that I own, me included. Used: by the one that has most",
      },
    },
    { description: "What my plan has room for" },
  ),
});

export const nameOf = (row: { firstName: string; lastName: string | null }): string =>
  row.lastName === null ? row.firstName : `${row.firstName} ${row.lastName}`;

/** A user as the wire shows him. */
export const userOf = ({ emailVerifiedAt, ...row }: UserRow): User => ({
  ...row,
  emailVerified: emailVerifiedAt !== null,
  name: nameOf(row),
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});

const Password = Type.String({ maxLength: 1000, examples: ["correct horse battery"] });
const Username = Type.String({ pattern: "^[a-z0-9-]{3,32}$", examples: ["ada"] });
const FirstName = Line(100, "Ada");
const LastName = Line(100, "Lovelace");

export const Registration = Body(
  {
    name: Type.Optional(Line(200, "Ada Lovelace")),
    firstName: Type.Optional(FirstName),
    lastName: Type.Optional(LastName),
    email: Email,
    password: Password,
    username: Type.Optional(Username),
    timeZone: Type.Optional(Zone),
  },
  {
    examples: [
      {
        name: "Ada Lovelace",
        email: "ada@example.com",
        password: "correct horse battery",
        timeZone: "Europe/London",
      },
    ],
  },
);
export type Registration = Static<typeof Registration>;

export const Credentials = Body({ email: Email, password: Password });
const MailedToken = Type.String({
  minLength: 1,
  maxLength: 200,
  examples: ["AZPzyGpOfBufDj0rGkxdbg.t4cj2k.Rk9SIEVYQU1QTEUgT05MWSwgbm90IGEgcmVhbCB0b2tlbg"],
});
export const EmailVerification = Body({ token: MailedToken });
export const EmailAddress = Body({ email: Email });
export const PasswordReset = Body({ token: MailedToken, password: Password });
export const PasswordChange = Body({
  currentPassword: Type.Optional(Password),
  newPassword: Password,
});

export const Session = Type.Object({
  id: Id,
  userAgent: Nullable(Type.String({ examples: ["Mozilla/5.0 (X11; Linux x86_64)"] })),
  isCurrent: Type.Boolean({ description: "The one that asks" }),
  createdAt: Instant,
  lastUsedAt: Type.String({ ...Instant, description: "To the minute" }),
  expiresAt: Type.String({ ...Instant, description: "Unless it is refreshed" }),
});

export const UserPatch = Body({
  name: Type.Optional(Line(200, "Ada Lovelace")),
  firstName: Type.Optional(FirstName),
  lastName: Type.Optional(Nullable(LastName)),
  email: Type.Optional(Email),
  username: Type.Optional(Username),
  phone: Type.Optional(Nullable(Phone)),
  timeZone: Type.Optional(Zone),
  locale: Type.Optional(OneOf(...LOCALES)),
  notificationPreferences: Type.Optional(GivenWishes),
  allowedOrigins: Type.Optional(AllowedOrigins),
});
export type UserPatch = Static<typeof UserPatch>;

export const SignedIn = Type.Object({ token: Type.String(), user: User });
export const Verified = Type.Object({ valid: Type.Literal(true), user: User, expiresAt: Instant });

const PublicMeetingType = {
  id: Id,
  title: Type.String(),
  slug: Type.String(),
  description: Nullable(Type.String()),
  durationMinutes: Type.Integer(),
};

export const PublicUser = Type.Object({
  username: Type.String(),
  name: Type.String(),
  timeZone: Type.String(),
  meetingTypes: Type.Array(Type.Object(PublicMeetingType)),
});

export const PublicMeetingTypeCard = Type.Object({
  ...PublicMeetingType,
  durationOptions: Type.Array(Type.Integer()),
  locationType: Settings.locationType,
  minimumNoticeMinutes: Type.Integer(),
  horizon: Settings.horizon,
  capacity: Type.Integer(),
  requiresConfirmation: Type.Boolean(),
  offersSms: Type.Boolean({ description: "Whether guests who say `smsOptIn` are told by SMS too" }),
  questions: Settings.questions,
  hosts: Type.Array(Type.Object({ id: Id, name: Type.String({ examples: ["Ada Lovelace"] }) }), {
    description: "Who can be met by it: one, some or all of them",
  }),
  host: Type.Object({ username: Type.String(), name: Type.String(), timeZone: Type.String() }),
});
