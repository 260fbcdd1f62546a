import { type Static, Type } from "@sinclair/typebox";
import { shownPrefix } from "../../http/api-key.ts";
import { Body, Id, Instant, Line, Nullable, OneOf } from "../../schema.ts";
import type { ApiKeyRow } from "../api-key-queries.ts";

const Name = Line(100, "Website");
const Scope = OneOf("read", "write", "admin");

export const NewApiKey = Body(
  {
    name: Name,
    scope: Type.Optional({
      ...Scope,
      description: "`read` (when left out) for GET alone; each includes the one before",
    }),
    expiresAt: Type.Optional({ ...Instant, description: "When it ends; never without it" }),
  },
  { examples: [{ name: "Website", scope: "read" }] },
);
export type NewApiKey = Static<typeof NewApiKey>;

export const ApiKey = Type.Object({
  id: Id,
  name: Name,
  prefix: Type.String({
    description: "How the key begins",
    examples: ["kal_3f9a1c07be42"],
  }),
  scope: Scope,
  expiresAt: Nullable(Instant),
  lastUsedAt: Nullable({ ...Instant, description: "To the minute or so" }),
  createdAt: Instant,
});

export const MadeApiKey = Type.Object({
  ...ApiKey.properties,
  key: Type.String({ description: "Shown this once: nobody keeps it but you" }),
});

/** A key as the wire shows it. */
export const apiKeyOf = (row: ApiKeyRow): Static<typeof ApiKey> => ({
  ...row,
  prefix: shownPrefix(row.prefix),
  expiresAt: row.expiresAt?.toString() ?? null,
  lastUsedAt: row.lastUsedAt?.toString() ?? null,
  createdAt: row.createdAt.toString(),
});
