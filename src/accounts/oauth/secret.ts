// Random secrets of one use: people carry them, the database keeps their hashes.
import { createHash, randomBytes } from "node:crypto";

/** 256 random bits, as they travel in a URL or a cookie: 43 characters of base64url. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** SHA-256 in base64url: of a verifier it is the challenge S256 (RFC 7636, section 4.2). */
export const hashOf = (secret: string): string =>
  createHash("sha256").update(secret).digest("base64url");
