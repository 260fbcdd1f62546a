// What is wrong with an answer, by the document.
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { PROBLEMS } from "../../../src/problem.ts";
import type { Operation } from "../../architecture/operations.ts";
import type { Request } from "./requests.ts";

/** Whatever of our inside shows in an answer. */
const INSIDE =
  /\.ts:\d+|node_modules|\bat (async )?\w+ \(|syntax error at|violates \w+ constraint|SQLSTATE|PostgresError|duplicate key value/;

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  /** Null of a stream. */
  readonly text: string | null;
}

export type Judge = (operation: Operation, request: Request, answer: Answer) => string | null;

/** @param document what /swagger/json says */
export function makeJudge(document: object): Judge {
  const strict = new Ajv2020({ strict: false, allErrors: false });
  addFormats(strict);
  // What a caller may send is told by formats too, which we read as our own schemas do.
  const lax = new Ajv2020({ strict: false, validateFormats: false });
  for (const each of [strict, lax]) each.addSchema(document, "document");
  const compiled = new Map<string, ValidateFunction>();
  const validatorOf = (ajv: Ajv2020, ...at: string[]): ValidateFunction => {
    const pointer = at.map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
    const key = `${ajv === lax} ${pointer}`;
    const known = compiled.get(key);
    const made = known ?? ajv.compile({ $ref: `document#/${encodeURI(pointer)}` });
    compiled.set(key, made);
    return made;
  };

  return (operation, request, { status, contentType, text }) => {
    if (status >= 500) return "is our fault";
    if (text !== null && INSIDE.test(text)) return "shows our inside";
    const { path, method, responses = {} } = operation;
    const response = responses[status];
    // A slash or a dot in a parameter leads to another route, or to none.
    if (!leadsTo(path, request.path)) return null;
    if (!response) return "is not documented";
    const ref = (response as { $ref?: string }).$ref;
    const at = ref ? ref.slice(2).split("/") : ["paths", path, method, "responses", `${status}`];
    const content = ref ? { "application/problem+json": {} } : response.content;
    if (!content) return text ? "has a body that is not documented" : null;
    const type = contentType?.split(";")[0] ?? "";
    if (!(type in content)) return `is ${type || "of no type"}, which is not documented`;
    if (text === null || !type.endsWith("json")) return null;
    const body = JSON.parse(text) as { code?: keyof typeof PROBLEMS };
    const isSaid = validatorOf(strict, ...at, "content", type, "schema");
    if (!isSaid(body)) return `breaks its schema: ${strict.errorsText(isSaid.errors)}`;
    if (status >= 400 && PROBLEMS[body.code!]?.[0] !== status)
      return "has a code of another status";
    if (status < 300 && request.json !== null && operation.requestBody) {
      const media = ["requestBody", "content", "application/json", "schema"];
      const isTaken = validatorOf(lax, "paths", path, method, ...media);
      if (!isTaken(request.json))
        return `took what it should not: ${lax.errorsText(isTaken.errors)}`;
    }
    return null;
  };
}

const leadsTo = (template: string, path: string): boolean =>
  new RegExp(`^${template.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(
    new URL(path, "http://kalends.test").pathname,
  );
