import findEmailChangeText from "#sql/accounts/find_email_change.sql" with { type: "text" };
import findEmailToVerifyText from "#sql/accounts/find_email_to_verify.sql" with { type: "text" };
import promiseVerificationText from "#sql/accounts/promise_verification.sql" with { type: "text" };
import undoEmailChangeText from "#sql/accounts/undo_email_change.sql" with { type: "text" };
import verifyEmailText from "#sql/accounts/verify_email.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, MaybeT, NameT } from "../db/type.ts";
import { UserColumns } from "./queries.ts";

const { firstName, lastName, timeZone, locale } = UserColumns;

export const findEmailToVerify = maybe(
  findEmailToVerifyText,
  { userId: IdT },
  { email: NameT, emailVerifiedAt: MaybeT(InstantT) },
);

export const verifyEmail = maybe(
  verifyEmailText,
  { userId: IdT, email: NameT, now: InstantT },
  { id: IdT },
);

export const promiseVerification = many(
  promiseVerificationText,
  { email: NameT, outboxId: IdT, now: InstantT },
  {},
);

export const findEmailChange = maybe(
  findEmailChangeText,
  { changeId: IdT },
  {
    id: IdT,
    email: NameT,
    wasVerified: BoolT,
    undoneAt: MaybeT(InstantT),
    createdAt: InstantT,
    firstName,
    lastName,
    timeZone,
    locale,
  },
);

export const undoEmailChange = maybe(
  undoEmailChangeText,
  { changeId: IdT, outboxId: IdT, now: InstantT },
  { id: IdT },
);
