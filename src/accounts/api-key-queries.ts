import { type Static, Type } from "@sinclair/typebox";
import createApiKeyText from "#sql/accounts/create_api_key.sql" with { type: "text" };
import findApiKeyText from "#sql/accounts/find_api_key.sql" with { type: "text" };
import findOwnApiKeyText from "#sql/accounts/find_own_api_key.sql" with { type: "text" };
import listApiKeysText from "#sql/accounts/list_api_keys.sql" with { type: "text" };
import noteKeyUseText from "#sql/accounts/note_key_use.sql" with { type: "text" };
import revokeApiKeyText from "#sql/accounts/revoke_api_key.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { LimitByPlanT } from "./plans.ts";
import { UserColumns } from "./queries.ts";

const ScopeT = OneOfT("read", "write", "admin");
const ApiKey = {
  id: IdT,
  name: TextT,
  prefix: TextT,
  scope: ScopeT,
  expiresAt: MaybeT(InstantT),
  lastUsedAt: MaybeT(InstantT),
  createdAt: InstantT,
};
const ApiKeyRowSchema = Type.Object(ApiKey);
export type ApiKeyRow = Static<typeof ApiKeyRowSchema>;

export const createApiKey = maybe(
  createApiKeyText,
  {
    id: IdT,
    userId: IdT,
    name: TextT,
    prefix: TextT,
    digest: TextT,
    scope: ScopeT,
    expiresAt: MaybeT(InstantT),
    limits: LimitByPlanT,
    now: InstantT,
  },
  ApiKey,
);

export const listApiKeys = many(
  listApiKeysText,
  { userId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  ApiKey,
);

export const findOwnApiKey = maybe(findOwnApiKeyText, { userId: IdT, id: IdT }, ApiKey);

export const revokeApiKey = maybe(
  revokeApiKeyText,
  { userId: IdT, id: IdT, now: InstantT },
  { id: IdT },
);

export const findApiKey = maybe(
  findApiKeyText,
  { prefix: TextT, now: InstantT },
  {
    keyId: IdT,
    digest: TextT,
    scope: ScopeT,
    expiresAt: MaybeT(InstantT),
    lastUsedAt: MaybeT(InstantT),
    ...UserColumns,
  },
);

export const noteKeyUse = many(noteKeyUseText, { keyId: IdT, now: InstantT }, {});
