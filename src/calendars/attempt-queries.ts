import { type Static, Type } from "@sinclair/typebox";
import beginAttemptText from "#sql/calendars/begin_attempt.sql" with { type: "text" };
import findAttemptText from "#sql/calendars/find_attempt.sql" with { type: "text" };
import parkAnswerText from "#sql/calendars/park_answer.sql" with { type: "text" };
import takeAttemptText from "#sql/calendars/take_attempt.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, MaybeT, OneOfT, TextT } from "../db/type.ts";

const ByOAuthT = OneOfT("google", "microsoft");

export const beginAttempt = many(
  beginAttemptText,
  {
    id: IdT,
    userId: IdT,
    provider: ByOAuthT,
    stateHash: TextT,
    browserHash: TextT,
    sealedVerifier: TextT,
    sealedNonce: TextT,
    returnTo: MaybeT(TextT),
    expiresAt: InstantT,
    now: InstantT,
  },
  {},
);

const Attempt = {
  id: IdT,
  userId: IdT,
  provider: ByOAuthT,
  sealedVerifier: TextT,
  sealedNonce: TextT,
  sealedAnswer: MaybeT(TextT),
  returnTo: MaybeT(TextT),
  expiresAt: InstantT,
};
const AttemptSchema = Type.Object(Attempt);
export type Attempt = Static<typeof AttemptSchema>;

export const takeAttempt = maybe(
  takeAttemptText,
  {
    stateHash: MaybeT(TextT),
    browserHash: MaybeT(TextT),
    codeHash: MaybeT(TextT),
    userId: MaybeT(IdT),
  },
  Attempt,
);

export const findAttempt = maybe(
  findAttemptText,
  { stateHash: TextT },
  { id: IdT, userId: IdT, provider: ByOAuthT, returnTo: MaybeT(TextT), expiresAt: InstantT },
);

export const parkAnswer = maybe(
  parkAnswerText,
  { id: IdT, codeHash: TextT, sealedAnswer: TextT },
  { id: IdT },
);
