// Optimistic locking over HTTP: ETag out; If-Match or "version" in.
import { Type } from "@sinclair/typebox";
import type { Expectation } from "../version.ts";

/** The state of a thing as a header: `"v7"`. */
export const etagOf = ({ version }: { version: number }): string => `"v${version}"`;

/** The request header of routes that change a versioned thing. */
export const IfMatch = Type.Object({
  "if-match": Type.Optional(
    Type.String({
      maxLength: 1000,
      description:
        "The `ETag` that the change is based on; 412 when it is no longer the present one",
      examples: ['"v1"'],
    }),
  ),
});

/** What a request says of the state it is based on. */
export function expectationOf(
  headers: Record<string, string | undefined>,
  version?: number,
): Expectation {
  const header = headers["if-match"]?.trim();
  return {
    ...(header !== undefined && header !== "*" && { versions: versionsOf(header) }),
    ...(version !== undefined && { version }),
  };
}

/** Weak tags count: proxies that compress weaken what we sent, and the version still says it all. */
const versionsOf = (header: string): number[] =>
  header.split(",").flatMap((tag) => {
    const version = /^(?:W\/)?"v(\d{1,10})"$/.exec(tag.trim())?.[1];
    return version === undefined ? [] : [Number(version)];
  });
