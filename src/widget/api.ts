// The public API, asked as any page may: no cookie, no credentials, and simple requests wherever there is a choice.
import type { Slot } from "./wire.ts";

const TIMEOUT_MS = 20_000;
const AGAIN_MS = 1_000;

interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** A request that did not go through: a code of the API's, or `offline`, `unreachable`. */
export class Refusal extends Error {
  readonly code: string;
  readonly errors: readonly FieldError[];
  readonly alternatives: readonly Slot[];

  constructor(code: string, problem: Partial<Refusal> & { detail?: string } = {}) {
    super(problem.detail ?? code);
    this.code = code;
    this.errors = problem.errors ?? [];
    this.alternatives = problem.alternatives ?? [];
  }
}

interface Ask {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Past the browser's own cache. */
  readonly isFresh?: boolean;
  /** To be sent although the page goes away. */
  readonly isLast?: boolean;
}

/** Whether a request was refused; told by its looks, since parts of the widget are loaded apart. */
export const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && "alternatives" in error;

export type Api = <T>(path: string, ask?: Ask) => Promise<T>;

/**
 * Asks a server's API until the signal says stop. What only reads is asked once more where a server or the way to it
 * failed for a moment. Rejects with a Refusal; with an AbortError after the stop.
 */
export function makeApi(server: string, stop: AbortSignal): Api {
  const once = askOnce(server, stop);
  return async <T>(path: string, ask: Ask = {}): Promise<T> => {
    try {
      return await once<T>(path, ask);
    } catch (error) {
      const isForNow = isRefusal(error) && /^un(reach|avail)able$/.test(error.code);
      if (!isForNow || (ask.method ?? "GET") !== "GET") throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      return once<T>(path, ask);
    }
  };
}

const askOnce =
  (server: string, stop: AbortSignal): Api =>
  async <T>(path: string, ask: Ask = {}): Promise<T> => {
    const { method = "GET", query = {}, body, headers, isFresh, isLast } = ask;
    const url = apiUrl(server, path, query);
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(url, {
        method,
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: isFresh ? "no-cache" : "default",
        keepalive: isLast === true,
        signal: isLast ? timeout : AbortSignal.any([stop, timeout]),
        headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      answer = response.status === 204 ? null : await response.json();
    } catch (error) {
      if (stop.aborted) throw error;
      throw new Refusal(navigator.onLine === false ? "offline" : "unreachable");
    }
    if (response.ok) return answer as T;
    const problem = (answer ?? {}) as Partial<Refusal> & { code?: string };
    throw new Refusal(problem.code ?? "unavailable", problem);
  };

export function apiUrl(server: string, path: string, query: Ask["query"] = {}): string {
  const url = new URL(`/api/v1${path}`, server);
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== "")
      url.searchParams.set(name, String(value));
  return url.href;
}
