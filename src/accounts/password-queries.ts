import changePasswordText from "#sql/accounts/change_password.sql" with { type: "text" };
import findCredentialsText from "#sql/accounts/find_credentials.sql" with { type: "text" };
import findPasswordHashText from "#sql/accounts/find_password_hash.sql" with { type: "text" };
import findPasswordStateText from "#sql/accounts/find_password_state.sql" with { type: "text" };
import noteFailedLoginText from "#sql/accounts/note_failed_login.sql" with { type: "text" };
import promisePasswordResetText from "#sql/accounts/promise_password_reset.sql" with {
  type: "text",
};
import resetPasswordText from "#sql/accounts/reset_password.sql" with { type: "text" };
import { many, maybe, one } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, MaybeT, NameT, TextT } from "../db/type.ts";
import { UserColumns } from "./queries.ts";

const { firstName, lastName, timeZone, locale, status } = UserColumns;

export const findCredentials = maybe(
  findCredentialsText,
  { email: NameT, addressMac: MaybeT(TextT) },
  { id: IdT, passwordHash: MaybeT(TextT), status, isKnownOrigin: BoolT },
);

export const noteFailedLogin = many(
  noteFailedLoginText,
  { eventId: IdT, userId: MaybeT(IdT), now: InstantT },
  {},
);

export const findPasswordHash = one(
  findPasswordHashText,
  { userId: IdT },
  { passwordHash: MaybeT(TextT) },
);

export const changePassword = maybe(
  changePasswordText,
  {
    userId: IdT,
    oldHash: MaybeT(TextT),
    newHash: TextT,
    sessionId: IdT,
    signedInFrom: InstantT,
    outboxId: IdT,
    now: InstantT,
  },
  { id: IdT },
);

export const promisePasswordReset = many(
  promisePasswordResetText,
  { email: NameT, outboxId: IdT, now: InstantT },
  {},
);

export const findPasswordState = maybe(
  findPasswordStateText,
  { userId: IdT },
  {
    id: IdT,
    email: NameT,
    passwordVersion: IntT,
    status,
    firstName,
    lastName,
    timeZone,
    locale,
  },
);

export const resetPassword = maybe(
  resetPasswordText,
  {
    userId: IdT,
    version: IntT,
    email: NameT,
    newHash: TextT,
    addressMac: MaybeT(TextT),
    outboxId: IdT,
    now: InstantT,
  },
  { id: IdT },
);
