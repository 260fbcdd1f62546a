// What came in with an address or a form: anything at all, until one of these has looked at it.
import { Value } from "@sinclair/typebox/value";
import { Instant } from "../schema.ts";

export type Input = Readonly<Record<string, unknown>>;

/** The text of a field, or undefined when there is none (or several). */
export function textAt(input: unknown, name: string): string | undefined {
  const value = (input as Input | null | undefined)?.[name];
  return typeof value === "string" ? value : undefined;
}

/** The instant of a field, or null when it holds none. */
export function instantAt(input: unknown, name: string): Temporal.Instant | null {
  const text = textAt(input, name);
  return Value.Check(Instant, text) ? Temporal.Instant.from(text) : null;
}

/** A UUID, as ids are; anything else would be an error of the database. */
export const isId = (text: string): boolean =>
  /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i.test(text);
