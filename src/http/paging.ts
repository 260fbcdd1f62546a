// Query parameters that are numbers, and those of every list.
import { Kind, type TSchema, Type, TypeRegistry } from "@sinclair/typebox";
import { DEFAULT_LIMIT } from "../cursor.ts";
import { invalid } from "../problem.ts";

// Text on the wire, which the document shows as the integer that it spells.
TypeRegistry.Set("WholeNumber", (_schema, value) => typeof value === "string");

/**
 * A whole number in a query, by the name of its parameter. Elysia's own `t.Integer` takes `1e1` and
 * forgets which parameter it refused.
 */
export function WholeNumber(name: string, minimum: number, maximum: number, options: object = {}) {
  const text = Type.Unsafe<string>({ [Kind]: "WholeNumber", type: "integer", minimum, maximum });
  const number = Type.Transform(text)
    .Decode((digits) => {
      const value = /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
      if (value >= minimum && value <= maximum) return value;
      throw invalid(name, `must be a whole number from ${minimum} to ${maximum}`);
    })
    .Encode(String);
  return Type.Unsafe<number>({ ...number, ...options });
}

/** Query parameters of a route; others pass unseen. */
export const Query = <P extends Record<string, TSchema>>(parameters: P) =>
  Type.Object(parameters, { additionalProperties: true });

/** Query parameters of every list. */
export const Paging = {
  limit: Type.Optional(
    WholeNumber("limit", 1, 100, {
      description: `Items per page; ${DEFAULT_LIMIT} unless you say`,
      examples: [DEFAULT_LIMIT],
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 300, description: "`nextCursor` of the page before" }),
  ),
};
