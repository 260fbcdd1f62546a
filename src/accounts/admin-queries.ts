import { Type } from "@sinclair/typebox";
import changeUserText from "#sql/accounts/change_user.sql" with { type: "text" };
import listUsersText from "#sql/accounts/list_users.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, JsonT, MaybeT, TextT } from "../db/type.ts";
import { UserColumns } from "./queries.ts";

export const listUsers = many(
  listUsersText,
  {
    search: MaybeT(TextT),
    role: MaybeT(TextT),
    plan: MaybeT(TextT),
    status: MaybeT(TextT),
    at: MaybeT(InstantT),
    id: MaybeT(IdT),
    limit: IntT,
  },
  UserColumns,
);

export const changeUser = maybe(
  changeUserText,
  {
    userId: IdT,
    actorId: MaybeT(IdT),
    change: JsonT(Type.Record(Type.String(), Type.String())),
    now: InstantT,
  },
  UserColumns,
);
