import { invalid } from "../problem.ts";
import type { World } from "../world.ts";

// bcrypt reads no more than this; a longer one would be cut or hashed first without a word.
const MAX_BYTES = 72;
const COST = 12;
// A flood of sign-ins must not take every core.
const AT_ONCE = 2;

/** Hashes a password, off the event loop. Throws the problem "invalid" for one too short or too long. */
export async function hashPassword(
  world: World,
  password: string,
  path = "password",
): Promise<string> {
  const minimum = world.config.PASSWORD_MIN_LENGTH;
  if (password.length < minimum) throw invalid(path, `must have at least ${minimum} characters`);
  if (Buffer.byteLength(password) > MAX_BYTES)
    throw invalid(path, `must have at most ${MAX_BYTES} bytes`);
  return inTurn(() => Bun.password.hash(password, { algorithm: "bcrypt", cost: COST }));
}

/** Whether the password is the one of the hash. Takes as long where there is no hash. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  if (Buffer.byteLength(password) > MAX_BYTES) return false;
  const matches = await inTurn(() => Bun.password.verify(password, hash ?? NOBODYS_HASH));
  return matches && hash !== null;
}

// Of a random password that nobody knows, at the same cost.
const NOBODYS_HASH = "$2b$12$czYp7b1RmYkIymCbA79r7.ry9epQNksuQMWnzujjLt30I/VwD/e5i";

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
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
