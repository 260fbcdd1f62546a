// What an API key may do: its method and its route decide, not the verb behind it.
import { Problem } from "../problem.ts";
import { type ApiKey, includes, type Scope } from "./api-key.ts";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** Refuses what the key's scope does not include; a session may do all. Problems: insufficient_scope. */
export function demandScope(key: ApiKey | null, method: string): void {
  if (key && !READING.has(method) && !includes(key.scope, "write"))
    throw insufficient("This API key may only read.", "write");
}

/** Refuses whoever does not administer. Problems: forbidden, insufficient_scope. */
export function demandAdmin(caller: { user: { role: string }; key: ApiKey | null }): void {
  if (caller.user.role !== "admin") throw new Problem("forbidden", "This is for administrators.");
  if (caller.key && !includes(caller.key.scope, "admin"))
    throw insufficient("This API key may not administer.", "admin");
}

/** To a key where only a person who signed in will do: no scope is enough. */
export const needsSession = (): Problem =>
  insufficient("An API key may not do this. Sign in.", null);

/** RFC 6750 §3.1: the header names the scope that would do. */
const insufficient = (detail: string, scope: Scope | null): Problem =>
  new Problem("insufficient_scope", detail, {
    headers: {
      "www-authenticate": `Bearer error="insufficient_scope"${scope ? `, scope="${scope}"` : ""}`,
    },
  });
