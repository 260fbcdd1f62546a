import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { CalendarFailure } from "./failure.ts";
import type { Span } from "./provider.ts";
import { covers } from "./window.ts";

/**
 * Where the next run begins. Google's token tells of changes only: what lies beyond the window that was listed
 * with it, it never mentions until it changes.
 */
const Cursor = Type.Object({
  /** Null where Google gave none: everything has to be listed again. */
  token: Type.Union([Type.String({ minLength: 1 }), Type.Null()]),
  start: Type.String(),
  end: Type.String(),
});

export const cursorOf = (token: string | undefined, { start, end }: Span): string =>
  JSON.stringify({
    token: token ?? null,
    start: start.toString(),
    end: end.toString(),
  } satisfies Static<typeof Cursor>);

/**
 * The token that tells what has changed in a window, and the window that was listed with it; null where that is not
 * as wide. Throws cursor_expired.
 */
export function tokenFor(cursor: string, window: Span): { token: string; covered: Span } | null {
  const { token, start, end } = read(cursor);
  const covered = { start, end };
  return covers(covered, window) && token !== null ? { token, covered } : null;
}

function read(cursor: string): { token: string | null } & Span {
  try {
    const { token, start, end } = Value.Parse(Cursor, JSON.parse(cursor));
    return { token, start: Temporal.Instant.from(start), end: Temporal.Instant.from(end) };
  } catch {
    throw new CalendarFailure("cursor_expired", "google events.list: a cursor that is not ours");
  }
}
