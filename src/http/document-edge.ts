// What the edge may say before a route has seen the request, told once in the document and referred to by each route.
import { PROBLEMS, type ProblemCode } from "../problem.ts";

type Json = Record<string, unknown>;
interface Operation {
  requestBody?: unknown;
  parameters?: unknown;
  responses?: Record<string, unknown>;
}

const ALWAYS: readonly ProblemCode[] = ["unreadable", "url_too_long"];
const OF_BODIES: readonly ProblemCode[] = ["timed_out", "too_large", "unsupported_media_type"];

/** For components.responses, by the code. */
export const EDGE_RESPONSES: Readonly<Record<string, Json>> = Object.fromEntries(
  [...ALWAYS, ...OF_BODIES].map((code) => [
    code,
    {
      description: `${PROBLEMS[code][1]}: ${code}`,
      content: {
        "application/problem+json": {
          schema: {
            allOf: [{ $ref: "#/components/schemas/Problem" }],
            properties: { code: { type: "string", enum: [code] } },
          },
        },
      },
    },
  ]),
);

/** Adds them to an operation. One whose route refuses by the same status gets the code among that one's. */
export function tellEdge(operation: Operation): void {
  const codes = operation.requestBody ? [...ALWAYS, ...OF_BODIES] : ALWAYS;
  const responses = { ...operation.responses };
  for (const code of codes) {
    const status = PROBLEMS[code][0];
    const words = enumOf(responses[status] as Json | undefined);
    if (words) words.push(code);
    else responses[status] ??= { $ref: `#/components/responses/${code}` };
  }
  operation.responses = responses;
}

function enumOf(response: Json | undefined): string[] | undefined {
  const content = response?.["content"] as Record<string, { schema?: Json }> | undefined;
  const schema = content?.["application/problem+json"]?.schema;
  const { code } = (schema?.["properties"] ?? {}) as { code?: { enum?: string[] } };
  return code?.enum?.includes("unreadable") ? undefined : code?.enum;
}
