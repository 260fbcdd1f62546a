export interface Bounds {
  /** For the whole: name, connection, every byte of the answer. */
  readonly deadlineMs: number;
  /** Of the answer's body, unpacked. */
  readonly maxBytes: number;
}

/** As far as the client gives it; what else it passes is meant for other fetches. */
interface Asked {
  readonly method?: string | undefined;
  readonly headers?: HeadersInit | undefined;
  readonly body?: RequestInit["body"] | undefined;
}

/**
 * A fetch that has read the whole answer when it settles: in time also where it trickles, of bounded size also
 * where it does not say how long it is. Redirects are answers like any other: a token goes to no other host.
 */
export const boundedFetch =
  ({ deadlineMs, maxBytes }: Bounds) =>
  async (url: string | URL | Request, asked: Asked = {}): Promise<Response> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), deadlineMs);
    try {
      const response = await fetch(url instanceof Request ? url.url : url, {
        method: asked.method ?? "GET",
        headers: new Headers(asked.headers),
        body: asked.body ?? null,
        redirect: "manual",
        signal: abort.signal,
      });
      const bytes = await bytesOf(response, maxBytes);
      return new Response(bytes.length > 0 ? bytes : null, {
        status: response.status,
        headers: response.headers,
      });
    } finally {
      clearTimeout(timer);
      // Also what is left of an answer that was too long.
      abort.abort();
    }
  };

async function bytesOf({ body }: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError("The answer is too large");
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
