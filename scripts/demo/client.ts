import { aside, Broken, request, shortened } from "./stage.ts";

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** A problem document (RFC 9457), as every refusal looks. */
export interface Refusal {
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
}

interface Ask {
  readonly token?: string;
  readonly body?: object;
  readonly accept?: string;
  /** Not shown: one of many tries. */
  readonly isQuiet?: boolean;
}

const ANSWER_WITHIN_MS = 15_000;
const LONGEST_WAIT_SECONDS = 90;

/** Speaks with one Kalends, and shows what is said. */
export class Client {
  readonly url: string;
  requests = 0;

  constructor(url: string) {
    this.url = url;
  }

  /** Asks, and insists on the status; a path that begins with a slash and no /api is of the pages. */
  async ask<T>(method: string, path: string, wanted: number, ask: Ask = {}): Promise<T> {
    const { status, body } = await this.#patiently<T>(method, path, ask);
    if (status === wanted) return body;
    const { code, detail } = (body ?? {}) as Partial<Refusal>;
    const said = code ? `: ${code} (${detail})` : ".";
    throw new Broken(
      `Not as promised: ${method} ${shortened(path)} should answer ${wanted}, but it was ${status}${said}`,
    );
  }

  /** Like any good client: what is told to come back later does. */
  async #patiently<T>(method: string, path: string, ask: Ask): Promise<Answer<T>> {
    for (;;) {
      const { response, ms } = await this.#send(method, path, ask);
      const text = await response.text();
      if (!ask.isQuiet) request(`${method} ${shortened(path)}`, response.status, ms);
      const seconds = Number(response.headers.get("retry-after"));
      if (response.status !== 429 || !(seconds > 0) || seconds > LONGEST_WAIT_SECONDS)
        return { status: response.status, body: parsed<T>(response, text) };
      aside(`The rate limit of this address is used up; going on in ${seconds} s.`);
      await Bun.sleep(seconds * 1000);
    }
  }

  async #send(method: string, path: string, { token, body, accept }: Ask) {
    this.requests += 1;
    const started = performance.now();
    const init: RequestInit = {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: {
        accept: accept ?? "application/json",
        ...(body && { "content-type": "application/json" }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    };
    try {
      const response = await fetch(`${this.url}${path}`, init);
      return { response, ms: performance.now() - started };
    } catch (error) {
      throw new Broken(
        `${method} ${shortened(path)} got no answer from ${this.url}: ${(error as Error).message}`,
      );
    }
  }
}

const parsed = <T>(response: Response, text: string): T =>
  /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : (text as T);
