// Where a page ended, as an opaque word that the next request brings back.
import { createHash } from "node:crypto";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { invalid } from "./problem.ts";
import { Id, Instant } from "./schema.ts";

/** How many items a page has unless the caller says. */
export const DEFAULT_LIMIT = 20;
export const limitOf = ({ limit }: { readonly limit?: number }): number => limit ?? DEFAULT_LIMIT;

/** Cursors that hold a place of this shape. */
export function cursors<S extends TSchema>(shape: S) {
  return {
    write: (place: Static<S>): string => {
      const text = JSON.stringify(place);
      return Buffer.from(`${checksum(text)}${text}`).toString("base64url");
    },
    /** The place; null for the first page. Problems: invalid, for what we did not write. */
    read: (cursor: string | undefined): Static<S> | null => {
      if (cursor === undefined) return null;
      const word = Buffer.from(cursor, "base64url").toString();
      const [sum, text] = [word.slice(0, CHECKSUM_CHARS), word.slice(CHECKSUM_CHARS)];
      const place: unknown = checksum(text) === sum ? JSON.parse(text) : null;
      if (!Value.Check(shape, place)) throw invalid("cursor", "is not one that a list gave");
      return place;
    },
  };
}

// No secret: it tells damage from a cursor. What a cursor opens is decided by the query's own conditions.
const CHECKSUM_CHARS = 8;
const checksum = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, CHECKSUM_CHARS);

const newest = cursors(Type.Object({ at: Instant, id: Id }));

/** Lists by (created_at, id), newest first: after which row a page starts; nulls for the first page. */
export function newestAfter(cursor: string | undefined): {
  at: Temporal.Instant | null;
  id: string | null;
} {
  const place = newest.read(cursor);
  return place ? { at: Temporal.Instant.from(place.at), id: place.id } : { at: null, id: null };
}

/** A page of rows that were asked for with one more than the limit. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  cursorOf: (row: Row) => string,
): { data: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  return {
    data: shown.map(itemOf),
    nextCursor: rows.length > limit ? cursorOf(shown[limit - 1]!) : null,
  };
}

export const newestCursor = (row: { createdAt: Temporal.Instant; id: string }): string =>
  newest.write({ at: row.createdAt.toString(), id: row.id });
