// People as a file has them: CSV with a line of names, a JSON array, or a JSON object a line.
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { CsvError, parse } from "csv-parse/sync";
import type { Person } from "../../src/accounts/import-users.ts";
import { namesOf } from "../../src/accounts/register.ts";
import { isReserved } from "../../src/accounts/username.ts";
import { findZone } from "../../src/availability/zone.ts";
import { LOCALES } from "../../src/messages/templates/words.ts";
import { Email, Line } from "../../src/schema.ts";

export interface Wrong {
  readonly line: number;
  readonly why: string;
}

export interface People {
  readonly people: readonly Person[];
  readonly wrong: readonly Wrong[];
  /** Columns that nothing is made of. */
  readonly ignored: readonly string[];
}

/** How each column may be called, without its case, spaces, "-" and "_". */
const COLUMNS: Readonly<Record<string, string>> = {
  email: "email",
  mail: "email",
  address: "email",
  emailaddress: "email",
  name: "name",
  fullname: "name",
  displayname: "name",
  firstname: "firstName",
  givenname: "firstName",
  lastname: "lastName",
  familyname: "lastName",
  username: "username",
  slug: "username",
  timezone: "timeZone",
  tz: "timeZone",
  locale: "locale",
  language: "locale",
  passwordhash: "passwordHash",
  hash: "passwordHash",
  bcrypt: "passwordHash",
  emailverified: "emailVerified",
};

const Row = Type.Object({
  email: Email,
  name: Type.Optional(Line(200, "Ada Lovelace")),
  firstName: Type.Optional(Line(100, "Ada")),
  lastName: Type.Optional(Line(100, "Lovelace")),
  username: Type.Optional(Type.String({ pattern: "^[a-z0-9-]{3,32}$" })),
  // A hash that takes a minute would keep a core busy at each sign-in.
  passwordHash: Type.Optional(
    Type.String({ pattern: "^\\$2[aby]\\$(0[4-9]|1[0-5])\\$[./A-Za-z0-9]{53}$" }),
  ),
  timeZone: Type.Optional(Type.String({ format: "zone" })),
  locale: Type.Optional(Type.String({ pattern: "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$" })),
  emailVerified: Type.Optional(Type.String({ pattern: "^(true|false|yes|no|1|0)$" })),
});
type Row = Static<typeof Row>;

const WANTED: Readonly<Record<string, string>> = {
  email: "must be a mail address",
  username: "must be 3 to 32 of a-z, 0-9 and -",
  passwordHash: "must be a hash of bcrypt ($2a$, $2b$, $2y$) of cost 4 to 15",
  timeZone: "must be an IANA time zone such as Europe/Berlin",
  locale: "must be a language such as en",
  emailVerified: "must be true or false",
};

type Raw = { line: number; fields: Readonly<Record<string, unknown>> };

/** Reads and checks all of a file. A Wrong never tells a value, which may be a hash. */
export function readPeople(text: string): People {
  const { rows, wrong: unreadable } = /^\uFEFF?\s*[[{]/.test(text) ? ofJson(text) : ofCsv(text);
  const ignored = new Set<string>();
  const people: Person[] = [];
  const wrong: Wrong[] = [...unreadable];
  const lines = new Map<string, number>();
  for (const { line, fields } of rows) {
    const read = personOf(line, fields, ignored);
    if (Array.isArray(read)) {
      wrong.push(...read.map((why) => ({ line, why })));
      continue;
    }
    const address = read.email.toLowerCase();
    const before = lines.get(address);
    if (before !== undefined) wrong.push({ line, why: `has the address of line ${before}` });
    else people.push(read);
    lines.set(address, before ?? line);
  }
  return { people, wrong, ignored: [...ignored] };
}

function personOf(
  line: number,
  fields: Readonly<Record<string, unknown>>,
  ignored: Set<string>,
): Person | string[] {
  const row: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    const column = COLUMNS[name.toLowerCase().replace(/[\s_-]/g, "")];
    if (column === undefined) ignored.add(name);
    else if (value !== null && value !== undefined && `${value}`.trim() !== "")
      row[column] = `${value}`.trim();
  }
  const errors = new Map<string, string>();
  for (const { path } of Value.Errors(Row, row)) {
    const field = path.slice(1);
    errors.set(field, field in row ? (WANTED[field] ?? "must be one line of text") : "is missing");
  }
  if (row["username"] && isReserved(row["username"])) errors.set("username", "is reserved");
  const { name, firstName, lastName } = row as Row;
  const isNamed = (name === undefined) !== (firstName === undefined);
  if (!isNamed) errors.set("name", "is needed, or firstName and lastName instead of it");
  if (errors.size > 0) return [...errors].map(([field, why]) => `${field} ${why}`);
  return {
    line,
    email: row["email"]!,
    ...namesOf(
      name !== undefined ? { name } : { firstName: firstName!, ...(lastName && { lastName }) },
    ),
    username: row["username"] ?? null,
    timeZone: findZone(row["timeZone"] ?? "UTC") ?? "UTC",
    locale: localeOf(row["locale"]),
    passwordHash: row["passwordHash"] ?? null,
    isVerified: /^(true|yes|1)$/.test(row["emailVerified"] ?? ""),
  };
}

/** Of a language that we have no words in: English. */
function localeOf(tag = "en"): string {
  const [language = ""] = tag.toLowerCase().split(/[-_]/);
  return LOCALES.find((each) => each === language) ?? "en";
}

function ofCsv(text: string): { rows: Raw[]; wrong: Wrong[] } {
  const first = text.split(/\r?\n/, 1)[0] ?? "";
  const delimiter = [",", ";", "\t"].toSorted(
    (a, b) => first.split(b).length - first.split(a).length,
  )[0]!;
  try {
    const records = parse(text, {
      bom: true,
      columns: (names: string[]) => names.map((name) => name.trim()),
      delimiter,
      info: true,
      skip_empty_lines: true,
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    return {
      rows: records.map(({ record, info }) => ({ line: info.lines, fields: record })),
      wrong: [],
    };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number((error as unknown as { lines?: number }).lines ?? 1);
    return { rows: [], wrong: [{ line, why: `is no CSV (${error.code})` }] };
  }
}

/** A line of an array is the number of its entry; one object a line has its own. */
function ofJson(text: string): { rows: Raw[]; wrong: Wrong[] } {
  const rows: Raw[] = [];
  const wrong: Wrong[] = [];
  const whole = parsed(text.replace(/^\uFEFF/, ""));
  const entries: [line: number, entry: unknown][] =
    whole !== undefined
      ? (Array.isArray(whole) ? whole : [whole]).map((each, i) => [i + 1, each])
      : text
          .split("\n")
          .map((each, i): [number, string] => [i + 1, each])
          .filter(([, each]) => each.trim() !== "")
          .map(([line, each]) => [line, parsed(each)]);
  for (const [line, entry] of entries)
    if (typeof entry === "object" && entry !== null && !Array.isArray(entry))
      rows.push({ line, fields: entry as Record<string, unknown> });
    else wrong.push({ line, why: "is no JSON object" });
  return { rows, wrong };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
