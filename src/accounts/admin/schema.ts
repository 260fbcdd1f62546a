import { type Static, Type } from "@sinclair/typebox";
import { Body, OneOf } from "../../schema.ts";

export const ROLES = ["member", "admin"] as const;
export const PLANS = ["FREE", "PRO", "ENTERPRISE"] as const;
export const STATUSES = ["ACTIVE", "INACTIVE", "SUSPENDED"] as const;

export const UserChange = Body(
  {
    role: Type.Optional(OneOf(...ROLES)),
    plan: Type.Optional(OneOf(...PLANS)),
    status: Type.Optional(OneOf(...STATUSES)),
  },
  { examples: [{ plan: "PRO" }] },
);
export type UserChange = Static<typeof UserChange>;

const Word = (description: string, example: string) =>
  Type.Optional(
    Type.String({
      maxLength: 20,
      description: `${description}, in any case`,
      examples: [example],
    }),
  );

export const UserFilter = {
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: "Part of a name, address or username",
      examples: ["ada"],
    }),
  ),
  role: Word(ROLES.join(", "), "admin"),
  plan: Word(PLANS.join(", "), "PRO"),
  status: Word(STATUSES.join(", "), "ACTIVE"),
};
