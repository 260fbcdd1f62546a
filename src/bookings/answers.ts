// What guests answer to the questions of a meeting type. Pure.
import { Kind, type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Settings } from "../meeting-types/settings.ts";
import { readPhone } from "../phone.ts";
import { Day, Email, Line, Prose } from "../schema.ts";

export type Question = Settings["questions"][number];

/** An answer with its question as it was asked: the host may ask otherwise later. */
export const Answer = Type.Object({
  id: Type.String({ examples: ["company"] }),
  label: Type.String({ examples: ["Your company"] }),
  value: Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())], {
    examples: ["Analytical Engines"],
  }),
});
export type Answer = Static<typeof Answer>;

/** Checked by what the question asks for, so that each error can say that. */
export const GivenAnswer = Type.Unsafe<unknown>({
  [Kind]: "Unknown",
  anyOf: [
    { type: "string" },
    { type: "number" },
    { type: "boolean" },
    { type: "array", items: { type: "string" } },
    { type: "null" },
  ],
});

/** What is wrong with one field of a request. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/**
 * The answers as they are kept, in the order of the questions, and what is wrong with them: each error
 * at `answers.<id>`. Blank answers to optional questions are left out.
 */
export function readAnswers(
  questions: readonly Question[],
  given: Readonly<Record<string, unknown>>,
): { answers: Answer[]; errors: FieldError[] } {
  const answers: Answer[] = [];
  const errors: FieldError[] = [];
  const wrong = (id: string, message: string) => errors.push({ path: `answers.${id}`, message });
  // A Map, since an id may be "__proto__".
  const rest = new Map(Object.entries(given));
  for (const question of questions) {
    const { id, label, type, required = false } = question;
    const raw = rest.get(id);
    rest.delete(id);
    if (isBlank(raw)) {
      if (required) wrong(id, "is missing");
      continue;
    }
    const { read, wanted } = KINDS[type];
    const value = read(raw, question);
    if (value === null) wrong(id, wanted(question));
    else if (value === false && required) wrong(id, "must be ticked");
    else answers.push({ id, label, value });
  }
  for (const id of rest.keys()) wrong(id, "is not asked");
  return { answers, errors };
}

interface QuestionKind {
  /** The answer as it is kept, or null when it is none. */
  readonly read: (given: unknown, question: Question) => Answer["value"] | null;
  readonly wanted: (question: Question) => string;
}

const TEXT_MAX = 500;
const LONG_TEXT_MAX = 5000;
const URL_MAX = 2000;
const NUMBER_MAX = 1e15;
const OPTIONS_NAMED = 10;

const KINDS: Readonly<Record<Question["type"], QuestionKind>> = {
  text: {
    read: (given, { maxLength = TEXT_MAX }) => textAs(Line(maxLength, ""), given),
    wanted: ({ maxLength = TEXT_MAX }) => `must be one line of at most ${maxLength} characters`,
  },
  longText: {
    read: (given, { maxLength = LONG_TEXT_MAX }) => textAs(Prose(maxLength, ""), given),
    wanted: ({ maxLength = LONG_TEXT_MAX }) => `must be text of at most ${maxLength} characters`,
  },
  phone: {
    // People write numbers in groups; only the digits matter.
    read: (given) => (typeof given === "string" ? readPhone(given.slice(0, 40)) : null),
    wanted: () => "must be a phone number with its country code, such as +12025550123",
  },
  email: {
    read: (given) => textAs(Email, given),
    wanted: () => "must be a mail address",
  },
  url: {
    read: (given) => {
      const text = textAs(WebAddress, given);
      return text !== null && URL.canParse(text) ? text : null;
    },
    wanted: () => "must be a web address such as https://example.com",
  },
  number: {
    read: (given) => (typeof given === "number" && Math.abs(given) <= NUMBER_MAX ? given : null),
    wanted: () => "must be a number",
  },
  select: {
    read: (given, { options = [] }) => options.find((option) => option === given) ?? null,
    wanted: ({ options = [] }) => `must be one of ${named(options)}`,
  },
  multiSelect: {
    read: (given, { options = [] }) =>
      Array.isArray(given) && given.every((each) => options.includes(each))
        ? options.filter((option) => given.includes(option))
        : null,
    wanted: ({ options = [] }) => `must be a list of some of ${named(options)}`,
  },
  checkbox: {
    read: (given) => (typeof given === "boolean" ? given : null),
    wanted: () => "must be true or false",
  },
  date: {
    read: (given) => textAs(Day, given),
    wanted: () => "must be a date such as 2026-12-01",
  },
};

const WebAddress = Type.String({
  pattern: "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/]\\S*$",
  maxLength: URL_MAX,
});

const isBlank = (given: unknown): boolean =>
  given === undefined ||
  given === null ||
  (typeof given === "string" && given.trim() === "") ||
  (Array.isArray(given) && given.length === 0);

function textAs(schema: TSchema, given: unknown): string | null {
  const text = typeof given === "string" ? given.trim() : null;
  return Value.Check(schema, text) ? text : null;
}

const named = (options: readonly string[]): string =>
  options.slice(0, OPTIONS_NAMED).join(", ") + (options.length > OPTIONS_NAMED ? ", …" : "");
