import { type Static, Type } from "@sinclair/typebox";
import beginSignInText from "#sql/accounts/begin_sign_in.sql" with { type: "text" };
import findIdentityText from "#sql/accounts/find_identity.sql" with { type: "text" };
import issueExchangeCodeText from "#sql/accounts/issue_exchange_code.sql" with { type: "text" };
import issueLinkCodeText from "#sql/accounts/issue_link_code.sql" with { type: "text" };
import linkByAddressText from "#sql/accounts/link_by_address.sql" with { type: "text" };
import linkIdentityText from "#sql/accounts/link_identity.sql" with { type: "text" };
import listIdentitiesText from "#sql/accounts/list_identities.sql" with { type: "text" };
import registerByIdentityText from "#sql/accounts/register_by_identity.sql" with { type: "text" };
import takeExchangeCodeText from "#sql/accounts/take_exchange_code.sql" with { type: "text" };
import takeSignInText from "#sql/accounts/take_sign_in.sql" with { type: "text" };
import unlinkIdentityText from "#sql/accounts/unlink_identity.sql" with { type: "text" };
import { many, maybe, one } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, MaybeT, NameT, OneOfT, TextT } from "../db/type.ts";

const ProviderT = OneOfT("google", "microsoft");

export const beginSignIn = many(
  beginSignInText,
  {
    id: IdT,
    provider: ProviderT,
    stateHash: TextT,
    browserHash: MaybeT(TextT),
    linkUserId: MaybeT(IdT),
    sealedVerifier: TextT,
    sealedNonce: TextT,
    returnTo: MaybeT(TextT),
    codeChallenge: MaybeT(TextT),
    timeZone: MaybeT(TextT),
    expiresAt: InstantT,
    now: InstantT,
  },
  {},
);

const Attempt = {
  id: IdT,
  provider: ProviderT,
  linkUserId: MaybeT(IdT),
  sealedVerifier: TextT,
  sealedNonce: TextT,
  returnTo: MaybeT(TextT),
  codeChallenge: MaybeT(TextT),
  timeZone: MaybeT(TextT),
  expiresAt: InstantT,
};
const AttemptSchema = Type.Object(Attempt);
export type SignInAttempt = Static<typeof AttemptSchema>;

export const takeSignIn = maybe(
  takeSignInText,
  { stateHash: TextT, browserHash: MaybeT(TextT) },
  Attempt,
);

/** Who somebody is to a provider. */
const Subject = { provider: ProviderT, issuer: TextT, subject: TextT };

export const findIdentity = maybe(findIdentityText, Subject, { userId: IdT });

export const linkByAddress = maybe(
  linkByAddressText,
  { identityId: IdT, ...Subject, email: NameT, auditId: IdT, now: InstantT },
  { userId: IdT },
);

export const registerByIdentity = one(
  registerByIdentityText,
  {
    id: IdT,
    email: NameT,
    isVerified: BoolT,
    username: NameT,
    firstName: TextT,
    lastName: MaybeT(TextT),
    timeZone: TextT,
    locale: TextT,
    identityId: IdT,
    ...Subject,
    scheduleId: IdT,
    outboxId: IdT,
    notificationId: IdT,
    eventId: IdT,
    auditId: IdT,
    now: InstantT,
  },
  { id: IdT },
);

export const issueExchangeCode = maybe(
  issueExchangeCodeText,
  {
    codeHash: TextT,
    userId: IdT,
    codeChallenge: MaybeT(TextT),
    expiresAt: InstantT,
    now: InstantT,
  },
  { userId: IdT },
);

export const takeExchangeCode = maybe(
  takeExchangeCodeText,
  { codeHash: TextT, codeChallenge: MaybeT(TextT), now: InstantT },
  { userId: IdT },
);

export const issueLinkCode = many(
  issueLinkCodeText,
  {
    codeHash: TextT,
    userId: IdT,
    ...Subject,
    email: MaybeT(NameT),
    expiresAt: InstantT,
    now: InstantT,
  },
  {},
);

export const linkIdentity = maybe(
  linkIdentityText,
  { codeHash: TextT, userId: IdT, identityId: IdT, auditId: IdT, now: InstantT },
  {
    id: MaybeT(IdT),
    provider: MaybeT(ProviderT),
    email: MaybeT(NameT),
    createdAt: MaybeT(InstantT),
  },
);

export const listIdentities = many(
  listIdentitiesText,
  { userId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  { id: IdT, provider: ProviderT, email: MaybeT(NameT), createdAt: InstantT },
);

export const unlinkIdentity = maybe(
  unlinkIdentityText,
  { userId: IdT, identityId: IdT, auditId: IdT, now: InstantT },
  { id: IdT, isUnlinked: BoolT },
);
