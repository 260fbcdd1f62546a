import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A random secret that stays the same from start to start, kept in a file that only its owner may read. */
export function keptSecret(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  const fresh = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
  try {
    writeFileSync(path, fresh, { mode: 0o600, flag: "wx" });
    return fresh;
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  }
  const kept = readFileSync(path, "utf8").trim();
  if (kept !== "") return kept;
  // A full disk left an empty file.
  writeFileSync(path, fresh);
  return fresh;
}
