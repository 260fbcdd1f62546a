// Secrets that have to be read again, sealed for where they stand: AES-256-GCM (NIST SP 800-38D). A
// value that was changed, or moved to another row or column, cannot be opened.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { listOf } from "./config.ts";
import type { World } from "./world.ts";

/** Where a sealed value stands: the row by its id. */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly id: string;
}

const VERSION = "1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals a text with the first key of ENCRYPTION_KEY. */
export function seal(world: World, place: Place, text: string): string {
  const [key] = keysOf(world);
  if (!key) throw new RangeError("Cannot seal without ENCRYPTION_KEY");
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce).setAAD(contextOf(place));
  const sealed = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
  return [VERSION, key.id, Buffer.concat(sealed).toString("base64url")].join(".");
}

/**
 * Opens what was sealed for this place, by whichever key of ENCRYPTION_KEY it was. A RangeError, which
 * tells nothing of the text, where it was not sealed for this place or its key is no longer there.
 */
export function open(world: World, place: Place, sealed: string): string {
  const [version, keyId, body = ""] = sealed.split(".");
  const key = version === VERSION && keysOf(world).find(({ id }) => id === keyId);
  const bytes = Buffer.from(body, "base64url");
  try {
    if (!key || bytes.length < NONCE_BYTES + TAG_BYTES) throw new RangeError("No such key");
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", key.bytes, nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(contextOf(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    throw new RangeError(`Cannot open ${place.table}.${place.column} of ${place.id}`);
  }
}

/** The ids of the keys of ENCRYPTION_KEY, in its order: the first seals. An id says nothing of its key. */
export const keyIdsOf = (world: World): string[] => keysOf(world).map(({ id }) => id);

/** The id of the key that a value was sealed with. */
export const keyIdIn = (sealed: string): string => sealed.split(".")[1] ?? "";

const contextOf = ({ table, column, id }: Place): Buffer =>
  Buffer.from([table, column, id].join("|"));

/** Each key with an id that says nothing of it, so that a value names the key it was sealed with. */
const keysOf = (world: World): { id: string; bytes: Uint8Array }[] =>
  listOf(world.config.ENCRYPTION_KEY).map((secret) => {
    const derive = (purpose: string, length: number) =>
      new Uint8Array(hkdfSync("sha256", secret, "", `kalends secret box ${purpose}`, length));
    return { id: Buffer.from(derive("id", 6)).toString("base64url"), bytes: derive("key", 32) };
  });
