import findClaimText from "#sql/http/find_claim.sql" with { type: "text" };
import { maybe } from "../db/query.ts";
import { IdT, InstantT, TextT } from "../db/type.ts";

export const findClaim = maybe(
  findClaimText,
  { scope: TextT, key: TextT, now: InstantT },
  { subjectId: IdT, fingerprint: TextT },
);
