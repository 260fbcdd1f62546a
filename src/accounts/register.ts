import { findZone } from "../availability/zone.ts";
import { violated } from "../db/conflict.ts";
import { newId } from "../db/id.ts";
import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { hashPassword } from "./password.ts";
import { registerUser, type UserRow } from "./queries.ts";
import type { Registration } from "./schema.ts";
import { type Client, NOBODY, sessionEnd } from "./session.ts";
import { isReserved, usernameFor } from "./username.ts";

const USERNAME_ATTEMPTS = 8;

export interface OpenedSession {
  readonly user: UserRow;
  readonly sessionId: string;
  readonly expiresAt: Temporal.Instant;
  /** Of the token; 1 unless it was refreshed. */
  readonly generation?: number;
}

/**
 * Makes an account with its default schedule, signs it in and promises a welcome by mail.
 * Problems: invalid, email_taken, username_taken.
 */
export async function register(
  world: World,
  input: Registration,
  client: Client = NOBODY,
): Promise<OpenedSession> {
  const names = namesOf(input);
  if (input.username !== undefined && isReserved(input.username))
    throw new Problem("username_taken", "This username is reserved.");
  const passwordHash = await hashPassword(world, input.password);
  const sessionId = newId();
  const expiresAt = sessionEnd(world);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const user = await registerUser(world.db, {
        id: newId(),
        email: input.email,
        username:
          input.username ?? usernameFor(`${names.firstName} ${names.lastName ?? ""}`, attempt),
        passwordHash,
        ...names,
        timeZone: findZone(input.timeZone ?? "UTC") ?? "UTC",
        scheduleId: newId(),
        sessionId,
        ...client,
        expiresAt,
        outboxId: newId(),
        notificationId: newId(),
        eventId: newId(),
        now: world.now(),
      });
      return { user, sessionId, expiresAt };
    } catch (error) {
      const constraint = violated(error);
      if (constraint === "users_email_key") throw new Problem("email_taken");
      if (constraint !== "users_username_key") throw error;
      if (input.username !== undefined || attempt === USERNAME_ATTEMPTS)
        throw new Problem("username_taken");
    }
  }
}

/** First and last name, as given or split at the first space of a single name. */
export function namesOf(input: { name?: string; firstName?: string; lastName?: string }): {
  firstName: string;
  lastName: string | null;
} {
  const { name, firstName, lastName } = input;
  if (name !== undefined && (firstName !== undefined || lastName !== undefined))
    throw invalid("name", "must come alone, or firstName and lastName instead of it");
  if (name === undefined && firstName === undefined) throw invalid("name", "is missing");
  const [first = "", ...rest] = (name ?? "").trim().split(/\s+/);
  return {
    firstName: firstName?.trim() ?? first,
    lastName: (lastName?.trim() ?? rest.join(" ")) || null,
  };
}
