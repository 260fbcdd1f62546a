const MIN_BYTES = 1024;
const COMPRESSIBLE =
  /^(text\/(?!event-stream)|application\/(json|problem\+json|javascript))|^image\/svg/;

/** gzip for a client that takes it and an answer that is worth it. Streams pass as they are. */
export async function compress(request: Request, response: Response): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  if (
    !COMPRESSIBLE.test(type) ||
    response.body === null ||
    response.headers.has("content-encoding")
  )
    return response;
  response.headers.append("vary", "accept-encoding");
  if (!/\bgzip\b(?!\s*;\s*q=0(\.0*)?(,|$))/.test(request.headers.get("accept-encoding") ?? ""))
    return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  if (bytes.length < MIN_BYTES) return new Response(bytes, { status, headers });
  headers.set("content-encoding", "gzip");
  headers.delete("content-length");
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(await new Response(zipped).arrayBuffer(), { status, headers });
}
