import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const MIN_BYTES = 1024;
const COMPRESSIBLE =
  /^(text\/(?!event-stream)|application\/(json|problem\+json|javascript))|^image\/svg/;

type Coding = "br" | "gzip";
type Code = (bytes: Uint8Array) => Promise<Uint8Array>;

// Of a month of slots level 4 leaves less than half of what gzip does, in a third of its time.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const CODES: Readonly<Record<Coding, Code>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, BROTLI),
  gzip: (bytes) => promisify(gzip)(bytes),
};

/** Brotli or gzip for a client that takes it and an answer that is worth it. Streams pass as they are. */
export async function compress(request: Request, response: Response): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  if (
    !COMPRESSIBLE.test(type) ||
    response.body === null ||
    response.headers.has("content-encoding")
  )
    return response;
  response.headers.append("vary", "accept-encoding");
  const coding = codingFor(request.headers.get("accept-encoding") ?? "");
  if (coding === null) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  if (bytes.length < MIN_BYTES) return new Response(bytes, { status, headers });
  headers.set("content-encoding", coding);
  headers.delete("content-length");
  const coded = new Uint8Array(await CODES[coding](bytes));
  return new Response(coded, { status, headers });
}

/** What a client would rather have (RFC 9110, section 12.5.3), Brotli where it is all one to it; null for neither. */
function codingFor(accepted: string): Coding | null {
  const weights = new Map(
    accepted.split(",").map((each) => {
      const [name = "", ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
      const weight = parameters.find((part) => part.startsWith("q="))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight) || 0] as const;
    }),
  );
  const brotli = weights.get("br") ?? 0;
  const gzipped = weights.get("gzip") ?? 0;
  if (brotli === 0 && gzipped === 0) return null;
  return brotli >= gzipped ? "br" : "gzip";
}
