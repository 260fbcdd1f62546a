// API keys that proved right a moment ago, so that a limit may count by them without asking the database.
import { bearerOf, readKey } from "./api-key.ts";

const KNOWN_FOR_MS = 60_000;
const MOST = 10_000;

/**
 * Keys are known from their first right use on, for a minute each time; all others count for nothing, however many
 * somebody makes up.
 * @param nowMs a clock that only goes forward, in milliseconds
 */
export function knownKeys(nowMs: () => number) {
  const byDigest = new Map<string, { readonly keyId: string; readonly until: number }>();
  return {
    /** The id of the key that a request brings, if it is known. */
    find(request: Request): string | null {
      const digest = digestOf(request);
      const known = digest === null ? undefined : byDigest.get(digest);
      return known && known.until > nowMs() ? known.keyId : null;
    },
    /** What a route found out about the request's key: whose id it is, null for a wrong one. */
    learn(request: Request, keyId: string | null): void {
      const digest = digestOf(request);
      if (digest === null) return;
      byDigest.delete(digest);
      if (keyId === null) return;
      byDigest.set(digest, { keyId, until: nowMs() + KNOWN_FOR_MS });
      const [oldest] = byDigest.keys();
      if (byDigest.size > MOST && oldest !== undefined) byDigest.delete(oldest);
    },
  };
}

const digestOf = (request: Request): string | null => {
  const token = bearerOf(request);
  return token === null ? null : (readKey(token)?.digest ?? null);
};
