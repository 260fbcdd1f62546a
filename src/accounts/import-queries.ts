import { type Static, Type } from "@sinclair/typebox";
import importUsersText from "#sql/accounts/import_users.sql" with { type: "text" };
import { many } from "../db/query.ts";
import { BoolT, InstantT, IntT, JsonT } from "../db/type.ts";
import { Id, Nullable } from "../schema.ts";

const Imported = Type.Object({
  item: Type.Integer(),
  id: Id,
  email: Type.String(),
  username: Type.String(),
  passwordHash: Nullable(Type.String()),
  firstName: Type.String(),
  lastName: Nullable(Type.String()),
  timeZone: Type.String(),
  locale: Type.String(),
  isVerified: Type.Boolean(),
  scheduleId: Id,
  auditId: Id,
});
export type Imported = Static<typeof Imported>;

export const importUsers = many(
  importUsersText,
  { people: JsonT(Type.Array(Imported)), isDryRun: BoolT, now: InstantT },
  { item: IntT, isThere: BoolT, isHeld: BoolT, isTaken: BoolT, isMade: BoolT },
);
