// What crosses the driver: each TypeBox schema here also knows its PostgreSQL type, which the
// contract test compares with what the server says of every statement.
import {
  Kind,
  type Static,
  type TSchema,
  type TUnsafe,
  Type,
  TypeRegistry,
} from "@sinclair/typebox";

TypeRegistry.Set("Instant", (_schema, value) => value instanceof Temporal.Instant);
TypeRegistry.Set("Day", (_schema, value) => value instanceof Temporal.PlainDate);

/** A point in time; timestamptz. */
export const InstantT = Type.Unsafe<Temporal.Instant>({ [Kind]: "Instant", pg: "timestamptz" });
/** A calendar date, of no zone; date. */
export const DayT = Type.Unsafe<Temporal.PlainDate>({ [Kind]: "Day", pg: "date" });
export const IdT = Type.String({ pg: "uuid" });
export const IdsT = Type.Array(Type.String(), { pg: "uuid[]" });
export const TextT = Type.String({ pg: "text" });
/** Text compared without regard to case; citext. */
export const NameT = Type.String({ pg: "citext" });
export const IntT = Type.Integer({ pg: "int4" });
export const IntsT = Type.Array(Type.Integer(), { pg: "int4[]" });
export const BoolT = Type.Boolean({ pg: "bool" });

/** A jsonb value of the given shape. */
export const JsonT = <T extends TSchema>(schema: T): T => ({ ...schema, pg: "jsonb" });

/** A text column that holds one of these words. */
export const OneOfT = <const T extends string[]>(...words: T) =>
  Type.Unsafe<T[number]>({ ...Type.Union(words.map((word) => Type.Literal(word))), pg: "text" });

/** The type or SQL null. */
export const MaybeT = <T extends TSchema>(schema: T): TUnsafe<Static<T> | null> =>
  Type.Unsafe<Static<T> | null>({ ...Type.Union([schema, Type.Null()]), pg: pgTypeOf(schema) });

/** The PostgreSQL type that a schema of this file stands for. */
export function pgTypeOf(schema: TSchema): string {
  const pg: unknown = schema["pg"];
  if (typeof pg !== "string")
    throw new TypeError("Cannot use a schema without its PostgreSQL type");
  return pg;
}
