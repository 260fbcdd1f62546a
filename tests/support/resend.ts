import { createHash, randomUUID } from "node:crypto";
import { openVendor, type Reply } from "./vendor.ts";

/** Resend, as far as its documentation goes: POST /emails with an Idempotency-Key of 24 hours. */
export async function openResend() {
  const accepted: { id: string; key: string; mail: Record<string, unknown> }[] = [];
  const known = new Map<string, { hash: string; id: string }>();
  const vendor = await openVendor(({ path, headers, body }) => {
    if (path !== "/emails") return error(404, "not_found", "The requested endpoint does not exist");
    if (headers.authorization !== "Bearer re_test")
      return error(401, "validation_error", "API key is invalid");
    const key = `${headers["idempotency-key"]}`;
    const hash = createHash("sha256").update(JSON.stringify(body)).digest("hex");
    const before = known.get(key);
    if (before && before.hash !== hash)
      return error(409, "invalid_idempotent_request", "Same key, another payload");
    const id = before?.id ?? randomUUID();
    if (!before) accepted.push({ id, key, mail: body });
    known.set(key, { hash, id });
    return { status: 200, body: { id } };
  });
  return Object.assign(vendor, { accepted });
}

export function error(status: number, name: string, message: string) {
  return { status, body: { statusCode: status, name, message } } satisfies Reply;
}
