/** Metadata and keys of the providers are a few kilobytes. */
const MAX_BYTES = 256 * 1024;

interface Asked {
  readonly method?: string;
  readonly headers: Record<string, string>;
  readonly body?: URLSearchParams | undefined;
}

/** Fetches what a provider answers, whole: in time, of bounded size, and from no other address than asked. */
export const boundedFetch =
  (deadlineMs: number) =>
  async (url: string, asked: Asked): Promise<Response> => {
    const signal = AbortSignal.timeout(deadlineMs);
    const { method = "GET", headers: sent, body: form = null } = asked;
    const response = await fetch(url, {
      method,
      headers: sent,
      body: form,
      redirect: "manual",
      signal,
    });
    const { status, headers } = response;
    const type = headers.get("content-type");
    const body = await bytesOf(response);
    return new Response(body.length > 0 ? body : null, {
      status,
      headers: type === null ? {} : { "content-type": type },
    });
  };

async function bytesOf({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new RangeError("The answer is too large");
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
