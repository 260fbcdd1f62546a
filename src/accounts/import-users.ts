import { shouldRetry, violated } from "../db/conflict.ts";
import { newId } from "../db/id.ts";
import type { World } from "../world.ts";
import { type Imported, importUsers as importBatch } from "./import-queries.ts";
import { usernameFor } from "./username.ts";

/** Somebody who had an account elsewhere, checked. */
export interface Person {
  /** Where he stands in what is imported, for who is told of him. */
  readonly line: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string | null;
  /** Null: derived from the name, and free. */
  readonly username: string | null;
  readonly timeZone: string;
  readonly locale: string;
  /** Of bcrypt, so that the password stays what it was; null: a new one is asked for by "forgot password". */
  readonly passwordHash: string | null;
  readonly isVerified: boolean;
}

export interface Outcome {
  readonly line: number;
  readonly outcome: "made" | "there" | "held" | "username taken";
}

/** With each the tail of a name is longer. */
const ATTEMPTS = 8;

/**
 * Makes accounts, a batch by one statement, and one more for names that were taken. Who is there by his address
 * stays as he is, so that it may be run again; an address that somebody has just given up is held for him. In a dry
 * run it says what would be. No more than some hundred at once, each address once.
 */
export async function importUsers(
  world: World,
  people: readonly Person[],
  isDryRun = false,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let waiting = people;
  for (let attempt = 0; waiting.length > 0; attempt += 1) {
    const used = new Set<string>();
    const rows = waiting.map((person, item) => rowOf(person, item, attempt, used));
    const told = await together(world, rows, isDryRun);
    const again: Person[] = [];
    for (const [i, person] of waiting.entries()) {
      const { line } = person;
      const { isThere, isHeld, isMade, isTaken } = told[i] ?? NOTHING;
      if (isThere) outcomes.push({ line, outcome: "there" });
      else if (isHeld) outcomes.push({ line, outcome: "held" });
      else if (isMade || (isDryRun && !isTaken)) outcomes.push({ line, outcome: "made" });
      else if (attempt === ATTEMPTS || (person.username !== null && (isTaken || attempt > 0)))
        outcomes.push({ line, outcome: "username taken" });
      // Somebody else was quicker, or the name is taken.
      else again.push(person);
    }
    waiting = again;
  }
  return outcomes.sort((a, b) => a.line - b.line);
}

type Told = Awaited<ReturnType<typeof importBatch>>[number];
const NOTHING = { isThere: false, isHeld: false, isMade: false, isTaken: false };

/** Where a trigger refuses one of them after all, each is tried alone. */
async function together(
  world: World,
  people: readonly Imported[],
  isDryRun: boolean,
): Promise<(Told | typeof NOTHING)[]> {
  try {
    return [...(await importBatch(world.db, { people: [...people], isDryRun, now: world.now() }))];
  } catch (error) {
    const broken = violated(error);
    if (broken === null && !(shouldRetry(error) && people.length > 1)) throw error;
    if (people.length === 1)
      return [
        {
          ...NOTHING,
          ...(broken === "users_email_key" ? { isHeld: true } : { isTaken: true }),
        },
      ];
    const alone: (Told | typeof NOTHING)[] = [];
    for (const each of people) alone.push(...(await together(world, [each], isDryRun)));
    return alone;
  }
}

function rowOf(person: Person, item: number, attempt: number, used: Set<string>): Imported {
  const { line: _, username: wanted, ...kept } = person;
  const name = `${kept.firstName} ${kept.lastName ?? ""}`;
  let username = wanted ?? usernameFor(name, attempt);
  // Two of one name in a batch.
  for (let more = 1; wanted === null && used.has(username); more += 1)
    username = usernameFor(name, attempt + more);
  used.add(username);
  return { ...kept, item, username, id: newId(), scheduleId: newId(), auditId: newId() };
}
