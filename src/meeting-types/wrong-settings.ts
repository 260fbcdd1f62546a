// What the statements find wrong with a type's settings: who and what it names must be there when it is stored.
import { type Static, Type } from "@sinclair/typebox";
import { JsonT } from "../db/type.ts";
import { invalid, Problem } from "../problem.ts";
import { OneOf } from "../schema.ts";

export const WrongT = JsonT(
  Type.Array(
    Type.Object({
      path: Type.String(),
      code: OneOf("stranger", "member", "no member", "not agreed", "foreign"),
    }),
  ),
);
type Wrong = Static<typeof WrongT>[number];

/** Problems: invalid, forbidden. */
export function assertRight(wrong: readonly Wrong[]): void {
  if (wrong[0]) throw problemOf(wrong[0]);
}

function problemOf({ path, code }: Wrong): Problem {
  switch (code) {
    case "member":
      return new Problem("forbidden", "Only admins of the organization may do this.");
    case "stranger":
      return invalid(path, "must be one of your organizations");
    case "no member":
      return invalid(path, "must be a member of the organization");
    case "not agreed":
      return invalid(
        path,
        'has not agreed to be a host yet: by the link of his invitation, or by PATCH /organizations/{id}/members/{userId} with { "canHost": true }',
      );
    case "foreign":
      return invalid(path, FOREIGN[path] ?? "must be one of the host's own schedules");
  }
}

const FOREIGN: Readonly<Record<string, string>> = {
  scheduleId: "must be one of the owner's schedules",
};

/** The refusal behind an error, if a schedule was deleted between the look and the change. */
export function vanished(error: unknown): Problem | null {
  return (error as { code?: unknown }).code === "23503"
    ? problemOf({ path: "scheduleId", code: "foreign" })
    : null;
}
