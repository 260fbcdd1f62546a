import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const held = new Map<string, Database>();

/** Another process uses the same data. */
export class Taken extends Error {}

/**
 * Makes us the only one who starts a server in `home`, until the returned function is called or we die.
 * SQLite's file lock serves: the kernel lets go of it whatever ends the process, on Linux and macOS alike.
 */
export function takeLock(home: string): () => void {
  const path = join(home, "lock");
  const holder = join(home, "holder");
  const db = new Database(path);
  try {
    // Nothing is written, so no journal either: a full disk must not look like somebody else's lock.
    db.run("PRAGMA journal_mode = MEMORY");
    db.run("PRAGMA locking_mode = EXCLUSIVE");
    db.run("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    throw new Taken(
      `Another Kalends (process ${readHolder(holder)}) is already running on the data in ${home}. Stop it first, or give this one a place of its own: DATA_DIR=.data-2`,
    );
  }
  held.set(path, db);
  writeFileSync(holder, String(process.pid));
  return () => {
    held.delete(path);
    db.close();
  };
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "unknown";
  }
}
