// A client that does what a reverse proxy does before several processes: takes them in turn, and leaves one alone for a
// while whose connection broke.
import type { Tally } from "./tally.ts";

export interface Asked {
  /** What the tally knows it as. */
  readonly kind: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** The address of the client, as a proxy would say it. */
  readonly from: string;
}

export interface Reply {
  /** 0 where the connection broke, or nobody answered in time. */
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const ALONE_FOR_MS = 1_000;
// Longer than any answer may take by the program's own deadlines.
const PATIENCE_MS = 60_000;
const MOST_TRIES = 20;

export function makeBalancer(urls: readonly string[], tally: Tally) {
  const aloneUntil = new Map<string, number>();
  let turn = 0;

  function pick(): string {
    const now = Date.now();
    const known = urls.filter((url) => (aloneUntil.get(url) ?? 0) <= now);
    const from = known.length > 0 ? known : urls;
    turn += 1;
    return from[turn % from.length]!;
  }

  const leaveAlone = (url: string): void => {
    aloneUntil.set(url, Date.now() + ALONE_FOR_MS);
  };

  /** Asks one of them. */
  async function once({ kind, method = "GET", path, body, headers, from }: Asked): Promise<Reply> {
    const url = pick();
    const began = performance.now();
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        "x-forwarded-for": from,
        ...(body && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => null);
    const text = (await response?.text().catch(() => null)) ?? null;
    const status = response && text !== null ? response.status : 0;
    tally.note({ kind, status, ms: performance.now() - began, at: Date.now() });
    if (status === 0) leaveAlone(url);
    return { status, headers: response?.headers ?? new Headers(), text: text ?? "" };
  }

  return {
    pick,
    leaveAlone,
    once,
    /** Asks another where the connection broke: for what changes nothing. Throws where nobody is there. */
    async read(asked: Asked): Promise<Reply> {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const reply = await once(asked);
        if (reply.status > 0) return reply;
      }
      throw new Error(`Nobody answered ${asked.path}`);
    },
  };
}

export type Balancer = ReturnType<typeof makeBalancer>;
