// Values by a schema of the OpenAPI document: such as it takes, such as it does not, and such as nobody should send.
import fc from "fast-check";
import type { Schema } from "../../architecture/operations.ts";
import { BAD_JSON } from "../../support/bad-values.ts";

/** From 0 to 1, the same for the same seed. */
export type Next = () => number;

/** What is really there, for fields that name it: ids by what they are of, links, addresses. */
export type Known = (name: string, next: Next) => unknown;

export const pick = <T>(of: readonly T[], next: Next): T => of[Math.floor(next() * of.length)]!;
export const chance = (next: Next, share: number): boolean => next() < share;
const within = (from: number, until: number, next: Next) =>
  from + Math.floor(next() * (until - from + 1));

/** JSON of a bad value as a value; what JSON cannot say is text. */
export function bad(next: Next): unknown {
  const text = pick(BAD_JSON, next);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A value that the schema takes, as far as it says what it takes: zones and phones it does not describe. */
export function valueBy(schema: Schema, name: string, known: Known, next: Next): unknown {
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return valueBy(pick(choices, next), name, known, next);
  if (schema["const"] !== undefined) return schema["const"];
  if (Array.isArray(schema["enum"])) return pick(schema["enum"], next);
  const there = known(name, next);
  if (there !== undefined && chance(next, 0.8)) return there;
  const { examples } = schema;
  if (examples && examples.length > 0 && chance(next, 0.3)) return pick(examples, next);
  const type = Array.isArray(schema.type) ? pick(schema.type as string[], next) : schema.type;
  if (type === "null") return null;
  if (type === "boolean") return chance(next, 0.5);
  if (type === "integer" || type === "number") return numberOf(schema, type, next);
  if (type === "array") return arrayOf(schema, name, known, next);
  if (type === "object" || schema.properties || schema.patternProperties)
    return objectOf(schema, known, next);
  return textOf(schema, next);
}

function numberOf(schema: Schema, type: string, next: Next): number {
  const { minimum = -1000, maximum = 1000 } = schema as { minimum?: number; maximum?: number };
  if (chance(next, 0.4)) return pick([minimum, maximum], next);
  return type === "integer"
    ? within(minimum, maximum, next)
    : minimum + next() * (maximum - minimum);
}

function arrayOf(schema: Schema, name: string, known: Known, next: Next): unknown[] {
  const { minItems = 0, maxItems = 5, uniqueItems } = schema as Record<string, number | undefined>;
  const most = chance(next, 0.05) ? Math.min(maxItems, 60) : Math.min(maxItems, minItems + 3);
  const all = Array.from({ length: within(minItems, most, next) }, () =>
    valueBy(schema.items ?? {}, name.replace(/s$/, ""), known, next),
  );
  return uniqueItems ? [...new Map(all.map((each) => [JSON.stringify(each), each])).values()] : all;
}

function objectOf(schema: Schema, known: Known, next: Next): Record<string, unknown> {
  const required = (schema["required"] ?? []) as string[];
  const share = next();
  const made: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(schema.properties ?? {}))
    if (required.includes(name) || chance(next, share))
      made[name] = valueBy(each, name, known, next);
  for (const [pattern, each] of Object.entries(schema.patternProperties ?? {}))
    if (chance(next, 0.5)) made[matching(pattern, 60, next)] = valueBy(each, pattern, known, next);
  return made;
}

const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  uuid: ["0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e", "00000000-0000-0000-0000-000000000000"],
  "date-time": [
    ...["2026-11-23T09:00:00Z", "2026-11-24T10:30:00+01:00", "2026-11-22T10:00:00Z"],
    ...["2027-03-28T02:30:00+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"],
    ...["2026-11-25T14:00:00.123456789Z", "2026-11-27T16:30:00-08:00"],
  ],
  date: ["2026-11-23", "2026-11-30", "2027-02-28", "0001-01-01", "9999-12-31", "2028-02-29"],
  email: ["grace@example.com", "a@b.co", "o'neil+tag@sub.example.org", "ünï@example.com"],
};
const TEXTS = ["x", "Grace Hopper", "😀", "Ω≈ç", "a'b\"c\\d", "%_%", "<b>", "$1", "{{x}}", "Zoë"];

function textOf(schema: Schema, next: Next): string {
  const { minLength = 0, maxLength = 200 } = schema as { minLength?: number; maxLength?: number };
  const samples = SAMPLES[String(schema["format"])];
  if (samples) return pick(samples, next);
  if (typeof schema["pattern"] === "string") return matching(schema["pattern"], maxLength, next);
  const text = chance(next, 0.1) ? "x".repeat(Math.min(maxLength, 6000)) : pick(TEXTS, next);
  return text.padEnd(minLength, "x").slice(0, maxLength);
}

function matching(pattern: string, most: number, next: Next): string {
  const seed = Math.floor(next() * 2 ** 31);
  const [text = ""] = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 1, seed });
  return text.length > most ? text.slice(0, most) : text;
}

/** The value with one place of it spoilt: replaced, left out, added to. */
export function spoilt(value: unknown, next: Next): unknown {
  if (Array.isArray(value) && value.length > 0 && chance(next, 0.7)) {
    const at = within(0, value.length - 1, next);
    return chance(next, 0.2) ? [...value, ...value] : value.with(at, spoilt(value[at], next));
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const names = Object.keys(value);
    const how = next();
    if (how < 0.1) return { ...value, [pick(["unknown", "__proto__x", "role", "id"], next)]: 1 };
    if (names.length > 0 && how < 0.95) {
      const name = pick(names, next);
      const { [name]: inside, ...rest } = value as Record<string, unknown>;
      return how < 0.25 ? rest : { ...rest, [name]: spoilt(inside, next) };
    }
  }
  return bad(next);
}
