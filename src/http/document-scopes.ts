// What the OpenAPI document says of API keys: which operations they may do, by its own `security`.
import type { ProblemCode } from "../problem.ts";
import { problemSchema } from "./answers.ts";

type Json = Record<string, unknown>;

interface Operation {
  description?: string;
  security?: readonly Readonly<Record<string, readonly string[]>>[];
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Json }> }>;
}

const SENTENCES: Readonly<Record<string, string>> = {
  session: "An API key may not do this.",
  admin: "For administrators; an API key needs the scope `admin`.",
};

/** Says for whom an operation is, and that a key of too small a scope is refused. */
export function tellScopes(method: string, operation: Operation): void {
  const { security = [] } = operation;
  const bearers = security.flatMap((each) => (each["bearer"] ? [each["bearer"]] : []));
  const wanted = bearers.flat();
  const isReading = method === "get" || method === "head";
  if (bearers.length === 0 || (isReading && wanted.length === 0)) return;
  const said = [operation.description, ...wanted.map((each) => SENTENCES[each])].filter(Boolean);
  if (said.length > 0) operation.description = said.join(" ");
  const refusals = operation.responses ?? {};
  const media = Object.values(refusals["403"]?.content ?? {})[0]?.schema;
  const { enum: others = [] } = ((media?.["properties"] as Json)?.["code"] ?? {}) as {
    enum?: ProblemCode[];
  };
  const schema = problemSchema([...others, "insufficient_scope"]);
  operation.responses = {
    ...refusals,
    403: {
      description: String(schema.description),
      content: { "application/json": { schema } },
    },
  };
}
