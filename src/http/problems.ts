import { Elysia, ParseError, ValidationError } from "elysia";
import { PROBLEMS, Problem, type ProblemCode } from "../problem.ts";
import type { World } from "../world.ts";
import { contextOf } from "./context.ts";
import { allowing, methodsByPath } from "./methods.ts";

/** Turns whatever was thrown, also by the framework, into a problem document. */
export const problems = (world: World) => {
  const plugin = new Elysia({ name: "problems" });
  // Every route of the app that uses this plugin; the OpenAPI plugin asks the same way.
  const methodsOf = methodsByPath(() => plugin["getGlobalRoutes"]());
  return plugin.onError({ as: "global" }, ({ error, code, request }) => {
    const problem = code === "NOT_FOUND" ? nothingHere(request, methodsOf) : problemOf(error, code);
    if (problem.httpStatus === 500)
      world.log.error(
        { err: causeOf(error), requestId: contextOf(request).id },
        "Unexpected error",
      );
    return problemResponse(problem, request);
  });
};

/** What the log keeps: the framework's own message quotes the answer, whoever's addresses are in it. */
function causeOf(error: unknown): unknown {
  if (!(error instanceof ValidationError)) return error;
  const wrong = fieldErrorsOf(error).map(({ path, message }) => `${path} ${message}`);
  return new TypeError(`Cannot send an answer that breaks its schema: ${wrong.join(", ")}`);
}

/** Refuses what the edge let in for its answer only. Comes after CORS, whose headers every answer needs. */
export const refusals = new Elysia({ name: "refusals" }).onRequest(({ request }) => {
  const { refusal } = contextOf(request);
  if (refusal) throw refusal;
});

/** The problem document (RFC 9457) of a refusal. */
export function problemResponse(problem: Problem, request: Request): Response {
  const [status, title] = PROBLEMS[problem.problem];
  const { headers, ...extra } = problem.extra as { headers?: Record<string, string> };
  return Response.json(
    {
      type: `/problems/${problem.problem}`,
      title,
      status,
      detail: problem.message,
      instance: new URL(request.url).pathname,
      code: problem.problem,
      error: problem.message,
      requestId: contextOf(request).id,
      ...extra,
    },
    { status, headers: { ...headers, "content-type": "application/problem+json" } },
  );
}

/** What somebody refused, or the database did; null for what nobody expected. */
export const knownProblem = (error: unknown): Problem | null =>
  error instanceof Problem ? error : databaseProblem(error);

function problemOf(error: unknown, code: string | number): Problem {
  // A response that breaks its own schema is our mistake, not the caller's.
  if (error instanceof ValidationError)
    return error.type === "response" ? new Problem("internal") : invalidFields(error);
  if (error instanceof ParseError || code === "PARSE") return new Problem("unreadable");
  return knownProblem(error) ?? new Problem("internal");
}

/** A path that other methods know is a 405 that names them. */
function nothingHere(request: Request, methodsOf: (path: string) => Set<string>): Problem {
  const methods = methodsOf(new URL(request.url).pathname);
  if (methods.size === 0 || methods.has(request.method)) return new Problem("not_found");
  const allow = allowing(methods);
  return new Problem("method_not_allowed", `This path takes ${allow}.`, { headers: { allow } });
}

/** What PostgreSQL refuses by SQLSTATE that a caller can do something about. */
const SQLSTATES: Readonly<Record<string, ProblemCode>> = {
  "22021": "invalid", // NUL in text
  "22P05": "invalid", // NUL in jsonb
  "22P02": "invalid", // text that is not of its type
  "22003": "invalid", // a number out of range
  "22007": "invalid", // what is no instant
  "22008": "invalid", // an instant out of range
  "40001": "unavailable", // a race that was lost time and again
  "40P01": "unavailable", // so was this one
  "55P03": "unavailable", // lock_timeout
  "57014": "unavailable", // statement_timeout
  "57P01": "unavailable", // the server is going down
  "57P02": "unavailable", // it crashed
  "57P03": "unavailable", // the server is starting
  "53300": "unavailable", // too many connections
  "53100": "unavailable", // disk full
  "53200": "unavailable", // out of memory
  "25006": "unavailable", // read-only
  CONNECTION_CLOSED: "unavailable",
  CONNECTION_ENDED: "unavailable",
  CONNECTION_DESTROYED: "unavailable",
  CONNECT_TIMEOUT: "unavailable",
  ECONNREFUSED: "unavailable",
  ECONNRESET: "unavailable",
  ENOTFOUND: "unavailable",
  EHOSTUNREACH: "unavailable",
  ETIMEDOUT: "unavailable",
  EPIPE: "unavailable",
};

function databaseProblem(error: unknown): Problem | null {
  const sqlstate = error instanceof Error && "code" in error ? String(error.code) : "";
  const problem = SQLSTATES[sqlstate];
  if (problem === undefined) return null;
  return new Problem(
    problem,
    undefined,
    problem === "unavailable" ? { headers: { "retry-after": "1" } } : {},
  );
}

function invalidFields(error: ValidationError): Problem {
  const errors = fieldErrorsOf(error);
  const first = errors[0];
  return new Problem("invalid", first ? `${first.path}: ${first.message}` : undefined, { errors });
}

const fieldErrorsOf = (error: ValidationError) =>
  fieldErrors(error.all as { path?: string; message?: string; schema?: Record<string, unknown> }[]);

const MAX_FIELD_ERRORS = 20;

/** TypeBox's errors as the wire shows them: the dotted path of each field and what it should be. */
export function fieldErrors(
  all: Iterable<{ path?: string; message?: string; schema?: Record<string, unknown> }>,
): { path: string; message: string }[] {
  const byPath = new Map<string, string>();
  for (const { path = "", message = "is not valid", schema } of all) {
    const dotted = path.replace(/^\//, "").replaceAll("/", ".") || "body";
    if (byPath.size < MAX_FIELD_ERRORS && !byPath.has(dotted))
      byPath.set(dotted, meaning(message, schema));
  }
  return [...byPath].map(([path, message]) => ({ path, message }));
}

const FORMATS: Readonly<Record<string, string>> = {
  instant: "must be an instant such as 2026-12-01T09:00:00Z, with Z or an offset",
  day: "must be a date such as 2026-12-01",
  zone: "must be an IANA time zone such as Europe/Berlin",
  phone: "must be a phone number with its country code, such as +12025550123",
  id: "must be a UUID",
  email: "must be a mail address",
  origin: "must be an origin such as https://www.example.com, without a path",
  line: "must be one line of text",
  prose: "must be text without control characters",
};

function meaning(message: string, schema: Record<string, unknown> | undefined): string {
  const format = FORMATS[String(schema?.["format"])];
  if (format !== undefined && message.includes("format")) return format;
  const items = FORMATS[String(itemsOf(schema)?.["format"])];
  if (items !== undefined) return `must be a list, of which each ${items}`;
  if (Array.isArray(schema?.["enum"])) return `must be one of ${schema["enum"].join(", ")}`;
  if (message === "Unexpected property") return "is not known here";
  if (message === "Expected required property") return "is missing";
  return message.replace(/^Expected/, "must be");
}

/** What a list that may be null holds: TypeBox says no more of it than that none of both fits. */
function itemsOf(schema: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  const [list] = (schema?.["anyOf"] ?? []) as { items?: Record<string, unknown> }[];
  return list?.items;
}
