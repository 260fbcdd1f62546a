import { randomUUID } from "node:crypto";
import { openVendor, type Reply } from "./vendor.ts";

/** SendGrid, as far as its documentation goes: POST /v3/mail/send, which knows no repeats. */
export async function openSendgrid() {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the client sends
  const accepted: { id: string; mail: any }[] = [];
  const vendor = await openVendor(({ path, headers, body }) => {
    if (path !== "/v3/mail/send") return refusal(404, "not found");
    if (headers.authorization !== "Bearer SG.test")
      return refusal(401, "The provided authorization grant is invalid, expired, or revoked");
    const id = randomUUID();
    accepted.push({ id, mail: body });
    return { status: 202, headers: { "x-message-id": id } };
  });
  return Object.assign(vendor, { accepted });
}

export function refusal(status: number, message: string, field: string | null = null) {
  return { status, body: { errors: [{ message, field, help: null }] } } satisfies Reply;
}
