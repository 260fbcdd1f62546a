import { type TSchema, Type } from "@sinclair/typebox";
import { PROBLEMS, type ProblemCode } from "../problem.ts";

/** The responses of a route for the OpenAPI document: what it gives, and every way it refuses. */
export function answers<const Given extends Record<number, TSchema>>(
  given: Given,
  ...codes: ProblemCode[]
): Given & Record<number, TSchema> {
  const byStatus = Object.groupBy([...EVERYWHERE, ...codes], (code) => PROBLEMS[code][0]);
  const refusals = Object.entries(byStatus).map(([status, same]) => [
    status,
    problemSchema(same ?? []),
  ]);
  return { ...Object.fromEntries(refusals), ...given };
}

const EVERYWHERE: readonly ProblemCode[] = ["invalid", "rate_limited", "internal", "unavailable"];

const PROBLEM = {
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  instance: Type.String(),
  code: Type.String(),
  error: Type.String({ description: "The same as detail, for simple clients" }),
  requestId: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
};

/** The schema of a problem document with one of these codes. */
export const problemSchema = (codes: readonly ProblemCode[]) =>
  Type.Object(
    { ...PROBLEM, code: Type.String({ enum: [...codes] }) },
    {
      description: `Problem document (RFC 9457): ${codes.join(", ")}`,
      additionalProperties: true,
    },
  );

/** What every refusal looks like. */
export const ProblemDocument = Type.Object(PROBLEM, {
  description: "Problem document (RFC 9457); further members by its code",
  additionalProperties: true,
  examples: [
    {
      type: "/problems/not_found",
      title: PROBLEMS.not_found[1],
      status: PROBLEMS.not_found[0],
      detail: `${PROBLEMS.not_found[1]}.`,
      instance: "/api/v1/…",
      code: "not_found",
      error: `${PROBLEMS.not_found[1]}.`,
      requestId: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e",
    },
  ],
});
