// An operation of the OpenAPI document, asked wrongly in every place there is.
import type { Operation, Schema } from "../architecture/operations.ts";
import { BAD_BODIES, BAD_HEADERS, BAD_JSON, BAD_URL_PARTS } from "./bad-values.ts";
import { sample } from "./random.ts";

/** Who asks, and the good ids of things that are his, by the part of the path before them. */
export interface Who {
  readonly token: string;
  readonly ids: Readonly<Record<string, string>>;
}

export interface Case {
  readonly what: string;
  readonly path: string;
  readonly init: RequestInit;
  /** Nothing may be made of it. */
  readonly isHopeless?: true;
  /** It is no bad input. */
  readonly isUnderstood?: true;
}

// The framework lays them over the defaults of a schema, and what is left is an object.
const NO_OBJECTS = ["true", "-1", '"text"', "[]"];

const UNKNOWN = "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e";

/** The path with its parameters filled in by what stands before them. */
export const concrete = (path: string, ids: Who["ids"]): string =>
  path
    .split("/")
    .map((part, i, all) => (part.startsWith("{") ? (ids[all[i - 1] ?? ""] ?? UNKNOWN) : part))
    .join("/");

/** An operation's requests, each spoilt in one place. */
export function casesOf(
  operation: Operation,
  who: Who,
  perField: number,
  next: () => number,
): Case[] {
  const { token, ids } = who;
  const method = operation.method.toUpperCase();
  const authorization = `Bearer ${token}`;
  const path = concrete(operation.path, ids);
  const media = operation.requestBody?.content["application/json"];
  const json = (body: string): RequestInit => ({
    method,
    headers: { authorization, "content-type": "application/json" },
    body,
  });
  const good = media
    ? json(JSON.stringify(media.example ?? {}))
    : { method, headers: { authorization } };

  const inPath = operation.path.split("/").flatMap((part, at) =>
    part.startsWith("{")
      ? sample(BAD_URL_PARTS, perField, next).map((bad) => ({
          what: `${part} = ${bad}`,
          path: path.split("/").with(at, bad).join("/"),
          init: good,
        }))
      : [],
  );
  const named = (kind: string) => (operation.parameters ?? []).filter((each) => each.in === kind);
  const inQuery = named("query").flatMap(({ name }) =>
    sample(BAD_URL_PARTS, perField, next).map((bad) => ({
      what: `?${name}=${bad}`,
      path: `${path}?${requiredQuery(operation, name)}${name}=${bad}`,
      init: good,
    })),
  );
  const inHeaders = named("header").flatMap(({ name }) =>
    sample(BAD_HEADERS, perField, next).map((bad) => ({
      what: `${name}: ${bad}`,
      path,
      init: { ...good, headers: { ...good.headers, [name]: bad } },
    })),
  );
  const inBody = media
    ? bodiesOf(media.schema ?? {}, media.example, perField, next).map(({ what, body }) => ({
        what,
        path,
        init: json(body),
      }))
    : [];
  const wholeBodies = media
    ? sample(BAD_BODIES, perField * 2, next).map(([type, body]) => ({
        what: `body ${type} ${body}`,
        path,
        init: { method, headers: { authorization, ...(type && { "content-type": type }) }, body },
      }))
    : [];
  const noObjects = media
    ? NO_OBJECTS.map((body) => ({
        what: `body ${body}`,
        path,
        init: json(body),
        isHopeless: true as const,
      }))
    : [];
  const isOptional = operation.requestBody?.required === false;
  const noBody: Case = {
    what: isOptional ? "no body, which is fine" : "no body",
    path,
    init: { method, headers: { authorization } },
    ...(isOptional ? { isUnderstood: true } : { isHopeless: true }),
  };
  return [
    ...inPath,
    ...inQuery,
    ...inHeaders,
    ...inBody,
    ...wholeBodies,
    ...noObjects,
    ...(media ? [noBody] : []),
  ];
}

/** The other query parameters that there must be, good. */
const requiredQuery = (operation: Operation, but: string): string =>
  (operation.parameters ?? [])
    .filter((each) => each.in === "query" && each.required && each.name !== but)
    .map(
      ({ name, schema }) => `${name}=${encodeURIComponent(String(schema.examples?.[0] ?? "1"))}&`,
    )
    .join("");

const MARK = "\u0001bad\u0001";

/** The example with one field after the other spoilt, at every depth. */
function bodiesOf(
  schema: Schema,
  example: unknown,
  perField: number,
  next: () => number,
): { what: string; body: string }[] {
  const choices = schema.oneOf ?? schema.anyOf ?? [schema];
  return choices.flatMap((choice) =>
    fieldsOf(choice).flatMap((at) => {
      const body = JSON.stringify(withMark(exampleFor(choice, example), at));
      return sample(BAD_JSON, perField, next).map((bad) => ({
        what: `${at.join(".")} = ${bad}`,
        body: body.replace(JSON.stringify(MARK), () => bad),
      }));
    }),
  );
}

const exampleFor = (choice: Schema, example: unknown): unknown =>
  choice.examples?.[0] ?? (typeof example === "object" ? example : {});

function fieldsOf(schema: Schema, at: readonly string[] = []): string[][] {
  const inner = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return inner.flatMap((each) => [
    ...Object.entries(each.properties ?? {}).flatMap(([name, property]) => [
      [...at, name],
      ...fieldsOf(property, [...at, name]),
    ]),
    ...(each.items ? fieldsOf(each.items, [...at, "0"]) : []),
  ]);
}

function withMark(value: unknown, [head, ...rest]: readonly string[]): unknown {
  if (head === undefined) return MARK;
  const isIndex = head === "0";
  const own = typeof value === "object" && value !== null ? value : isIndex ? [] : {};
  if (Array.isArray(own)) return [withMark(own[0], rest), ...own.slice(1)];
  const inside = (own as Record<string, unknown>)[head];
  return { ...own, [head]: withMark(inside, rest) };
}
