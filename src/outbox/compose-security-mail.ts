// The mails about the safety of an account, as things are when they leave.
import { findEmailChange } from "../accounts/email-queries.ts";
import { findPasswordState } from "../accounts/password-queries.ts";
import { nameOf } from "../accounts/schema.ts";
import { resetUrl } from "../accounts/sign-in/reset-password.ts";
import { undoUrl } from "../accounts/sign-in/undo-email-change.ts";
import type { Email } from "../messages/email/provider.ts";
import type { Mail, Reader } from "../messages/facts.ts";
import {
  accountErasedMail,
  emailChangedMail,
  passwordChangedMail,
  passwordResetMail,
} from "../messages/templates/security.ts";
import { isNobodys } from "../privacy/nobody.ts";
import type { World } from "../world.ts";
import type { PromiseToKeep } from "./queries.ts";

/** The mail of a promise that concerns an account's safety; null when it has nothing to say any more. */
export function composeSecurityMail(
  world: World,
  promise: PromiseToKeep,
  kind: "PASSWORD_RESET" | "PASSWORD_CHANGED" | "EMAIL_CHANGED" | "ACCOUNT_ERASED",
): Promise<Email | null> {
  switch (kind) {
    case "EMAIL_CHANGED":
      return composeEmailChangedMail(world, promise);
    case "ACCOUNT_ERASED":
      return composeErasureMail(world, promise);
    default:
      return composePasswordMail(world, promise);
  }
}

/** The link to set a new password, or the word that it is set; null for who is not active. */
async function composePasswordMail(
  world: World,
  { userId, kind }: PromiseToKeep,
): Promise<Email | null> {
  const user = userId === null ? null : await findPasswordState(world.db, { userId });
  if (user?.status !== "ACTIVE") return null;
  const reader = readerOf(user);
  const mail =
    kind === "PASSWORD_RESET"
      ? passwordResetMail({ resetUrl: resetUrl(world, user) }, reader)
      : passwordChangedMail({ forgotUrl: `${world.config.PUBLIC_URL}/reset` }, reader);
  return toAddress(world, mail, reader, user.email);
}

/** The farewell to who has deleted his account, while his address is still known. */
async function composeErasureMail(world: World, { userId }: PromiseToKeep): Promise<Email | null> {
  const user = userId === null ? null : await findPasswordState(world.db, { userId });
  if (!user || isNobodys(user.email)) return null;
  const reader = readerOf(user);
  return toAddress(world, accountErasedMail(reader), reader, user.email);
}

/** To the address that an account had; null where it has it again. */
async function composeEmailChangedMail(world: World, { id }: PromiseToKeep): Promise<Email | null> {
  const change = await findEmailChange(world.db, { changeId: id });
  if (!change || change.undoneAt !== null) return null;
  const reader = readerOf(change);
  const mail = emailChangedMail(
    { undoUrl: change.wasVerified ? undoUrl(world, change) : null },
    reader,
  );
  return toAddress(world, mail, reader, change.email);
}

const readerOf = (user: {
  firstName: string;
  lastName: string | null;
  timeZone: string;
  locale: string;
}): Reader => ({
  role: "host",
  name: nameOf(user),
  timeZone: user.timeZone,
  locale: user.locale,
});

const toAddress = (world: World, mail: Mail, { name }: Reader, email: string): Email => ({
  from: world.config.EMAIL_FROM,
  to: { name, email },
  ...mail,
  attachments: [],
});
