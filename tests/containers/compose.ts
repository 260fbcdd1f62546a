// Compose files as Docker Compose reads them: YAML with its tags and merge keys, one file over another, variables put in.
// As far as our files go: https://docs.docker.com/reference/compose-file/merge/ and …/interpolation/.
import { type CollectionTag, isCollection, isPair, isScalar, parseDocument, visit } from "yaml";

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Mapping = { [name: string]: Json };

export interface ComposeFile {
  readonly value: Mapping;
  /** Places, as "services.api.ports", whose value takes the place of the one below it. */
  readonly overrides: ReadonlySet<string>;
}

/** Lists that the later file says anew; all others grow. */
const REPLACED = new Set(["command", "entrypoint", "test"]);

const override: CollectionTag = { tag: "!override", collection: "seq", resolve: (list) => list };

/** Reads a file; an error or a warning of the parser is thrown. */
export function readCompose(text: string): ComposeFile {
  const document = parseDocument(text, { merge: true, customTags: (tags) => [...tags, override] });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw fault;
  const overrides = new Set<string>();
  visit(document, (_key, node, path) => {
    if (!isCollection(node) || node.tag !== "!override") return;
    const names = path.flatMap((each) =>
      isPair(each) && isScalar(each.key) ? String(each.key.value) : [],
    );
    overrides.add(names.join("."));
  });
  return { value: document.toJS() as Mapping, overrides };
}

/** One file over another. */
export function merged(below: ComposeFile, above: ComposeFile): Mapping {
  return merge(below.value, above.value, []) as Mapping;

  function merge(low: Json | undefined, high: Json, path: readonly string[]): Json {
    if (low === undefined || above.overrides.has(path.join("."))) return high;
    if (Array.isArray(low) && Array.isArray(high))
      return REPLACED.has(path.at(-1) ?? "") ? high : [...low, ...high];
    if (!isMapping(low) || !isMapping(high)) return high;
    const names = new Set([...Object.keys(low), ...Object.keys(high)]);
    return Object.fromEntries(
      [...names].map((name) => [
        name,
        name in high ? merge(low[name], high[name] ?? null, [...path, name]) : (low[name] ?? null),
      ]),
    );
  }
}

/** With its variables put in. A RangeError where one is needed that is not set. */
export function interpolated(value: Json, env: Readonly<Record<string, string>>): Json {
  if (typeof value === "string") return filled(value, env);
  if (Array.isArray(value)) return value.map((each) => interpolated(each, env));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, interpolated(each, env)]),
  );
}

/** The names of the variables in a file, those of extensions (x-…) too. */
export const variablesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name)),
];

// The innermost first: a default may hold a variable of its own.
const VARIABLE = /\$\{(\w+)(?:(:-|:\?)([^${}]*))?\}/;

function filled(text: string, env: Readonly<Record<string, string>>): string {
  const found = VARIABLE.exec(text);
  if (!found) return text;
  const [whole, name = "", how, rest = ""] = found;
  const given = env[name] || null;
  if (given === null && how === ":?") throw new RangeError(`${name}: ${rest}`);
  return filled(
    text.replace(whole, () => given ?? rest),
    env,
  );
}

export const isMapping = (value: Json | undefined): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);
