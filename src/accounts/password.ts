import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";

// bcrypt reads no more than this; a longer one would be cut or hashed first without a word.
const MAX_BYTES = 72;
const COST = 12;
// A flood of sign-ins must not take every core.
const AT_ONCE = 2;
// Who would wait longer than some ten seconds is better told to come back.
const MAX_WAITING = 40;

/**
 * Hashes a password, off the event loop. Problems: invalid for one that is too short, too long or has
 * a NUL; unavailable when too many are being hashed.
 */
export async function hashPassword(
  world: World,
  password: string,
  path = "password",
): Promise<string> {
  const minimum = world.config.PASSWORD_MIN_LENGTH;
  const written = canonical(password);
  if ([...written].length < minimum)
    throw invalid(path, `must have at least ${minimum} characters`);
  if (Buffer.byteLength(written) > MAX_BYTES)
    throw invalid(path, `must have at most ${MAX_BYTES} bytes`);
  // Other programs that read a hash of bcrypt end the password there.
  if (written.includes("\0")) throw invalid(path, "must not contain a NUL character");
  return inTurn(() => Bun.password.hash(written, { algorithm: "bcrypt", cost: COST }));
}

/**
 * Whether the password is the one of the hash. Takes as long where there is no hash. Problems:
 * unavailable when too many are being checked.
 */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const written = canonical(password);
  if (Buffer.byteLength(written) > MAX_BYTES) return false;
  const matches = await inTurn(() => Bun.password.verify(written, hash ?? NOBODYS_HASH));
  return matches && hash !== null;
}

/** One spelling of what looks the same: keyboards differ in how they write "é" (RFC 8265, section 4.2). */
const canonical = (password: string): string => password.normalize("NFC");

// Of a random password that nobody knows, at the same cost.
const NOBODYS_HASH = "$2b$12$czYp7b1RmYkIymCbA79r7.ry9epQNksuQMWnzujjLt30I/VwD/e5i";

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= MAX_WAITING)
    throw new Problem("unavailable", "Too many people are signing in. Try again in a moment.", {
      headers: { "retry-after": "5" },
    });
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
