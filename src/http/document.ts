// What the OpenAPI plugin gets wrong or cannot know, put right in its document.
import { ProblemDocument } from "./answers.ts";
import { OPTIONAL } from "./body.ts";
import { EDGE_RESPONSES, tellEdge } from "./document-edge.ts";
import { tellScopes } from "./document-scopes.ts";

type Json = Record<string, unknown>;
interface Operation {
  requestBody?: {
    description?: string;
    required?: boolean;
    content?: Record<string, MediaType>;
  };
  responses?: Record<string, { description?: string; content?: Record<string, MediaType> }>;
}
interface MediaType {
  schema?: Json;
  example?: unknown;
}

const METHODS = new Set(["get", "post", "put", "patch", "delete", "head"]);

/** The document as it should be; `document` itself is left alone. */
export function tidy(document: Json): Json {
  const copy = withPlainSchemas(document) as {
    paths?: Record<string, Record<string, Operation>>;
    components?: { schemas?: Record<string, Json>; responses?: Readonly<Record<string, Json>> };
  };
  copy.components = {
    ...copy.components,
    schemas: { ...copy.components?.schemas, Problem },
    responses: EDGE_RESPONSES,
  };
  for (const path of Object.values(copy.paths ?? {}))
    for (const [method, operation] of Object.entries(path))
      if (METHODS.has(method)) {
        tellScopes(method, operation);
        tidyRequest(operation);
        tidyResponses(operation);
        tellEdge(operation);
      }
  return copy as Json;
}

/** The API reads JSON only; the plugin offers forms too. */
function tidyRequest({ requestBody }: Operation): void {
  const json = requestBody?.content?.["application/json"];
  if (!requestBody || !json?.schema) return;
  const { [OPTIONAL]: isOptional, ...schema } = json.schema;
  if (isOptional) requestBody.required = false;
  const example = exampleOf(schema);
  requestBody.content = {
    "application/json": { ...json, schema, ...(example !== undefined && { example }) },
  };
}

function tidyResponses({ responses = {} }: Operation): void {
  for (const [status, response] of Object.entries(responses)) {
    const media = Object.values(response.content ?? {})[0];
    if (!media) continue;
    const type = media.schema?.["contentMediaType"];
    if (Number(status) >= 400)
      response.content = { "application/problem+json": { schema: problemOf(media.schema) } };
    else if (typeof type === "string") response.content = { [type]: media };
    // Of an empty answer the plugin writes the schema where media types belong.
    else if (!media.schema) delete response.content;
    if (response.description?.startsWith("Response for status"))
      response.description = status.startsWith("2") ? "Done" : "Refused";
  }
}

const Problem: Json = withPlainSchemas(ProblemDocument) as Json;

/** Of each refusal only what is its own: written out everywhere, the same would be most of the document. */
function problemOf({ properties, description }: Json = {}): Json {
  const { code } = (properties ?? {}) as { code?: Json };
  return {
    allOf: [{ $ref: "#/components/schemas/Problem" }],
    ...(code && { properties: { code } }),
    ...(typeof description === "string" && { description }),
  };
}

/**
 * An example that can be sent as it is: the schema's own, else every required property, else (of a
 * change, where each is optional) the first.
 */
function exampleOf(schema: Json): unknown {
  const given = (schema["examples"] as unknown[] | undefined)?.[0];
  if (given !== undefined) return given;
  const choice = (schema["oneOf"] ?? schema["anyOf"]) as Json[] | undefined;
  if (choice?.[0]) return exampleOf(choice[0]);
  if (Array.isArray(schema["enum"])) return schema["enum"][0];
  if (schema["type"] === "boolean") return true;
  if (schema["type"] === "integer") return schema["minimum"] ?? 1;
  if (schema["type"] === "array") {
    const item = exampleOf((schema["items"] ?? {}) as Json);
    return item === undefined ? [] : [item];
  }
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Json>);
  const required = (schema["required"] ?? []) as string[];
  const shown = properties.filter(([name]) => required.includes(name));
  if (schema["type"] !== "object") return undefined;
  return Object.fromEntries(
    (shown.length > 0 ? shown : properties.slice(0, 1)).map(([name, each]) => [
      name,
      exampleOf(each),
    ]),
  );
}

// Our formats by the names that clients know; those that are ours alone say nothing to them.
const FORMATS: Readonly<Record<string, string | undefined>> = {
  id: "uuid",
  instant: "date-time",
  day: "date",
  email: "email",
};

/** A deep copy in which schemas speak plain JSON Schema. */
function withPlainSchemas(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainSchemas);
  if (typeof value !== "object" || value === null) return value;
  const copy: Json = {};
  for (const [key, each] of Object.entries(value)) copy[key] = withPlainSchemas(each);
  // A property may be called "format" or "type" too: its schema is an object.
  const isSchema = typeof copy["type"] === "string" || Array.isArray(copy["type"]);
  if (isSchema && typeof copy["format"] === "string") copy["format"] = FORMATS[copy["format"]];
  // A null that is allowed must be among the words too.
  if (Array.isArray(copy["type"]) && copy["type"].includes("null") && Array.isArray(copy["enum"]))
    copy["enum"] = [...new Set([...copy["enum"], null])];
  return copy;
}
