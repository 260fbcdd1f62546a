import { findZone } from "../../availability/zone.ts";
import { violated } from "../../db/conflict.ts";
import { newId } from "../../db/id.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { findIdentity, linkByAddress, registerByIdentity } from "../identity-queries.ts";
import { usernameFor } from "../username.ts";
import type { Person } from "./person.ts";

const ATTEMPTS = 8;

/**
 * The id of the user whom an identity signs in: its own; else the account of its address, linked only
 * where both sides have confirmed that address; else a new account. Problems: identity_not_linked,
 * email_missing.
 */
export async function enter(
  world: World,
  person: Person,
  timeZone: string | null,
): Promise<string> {
  let refusals = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // Each is whole by itself; who is overtaken between them begins again.
    const found = (await findIdentity(world.db, person)) ?? (await linked(world, person));
    if (found) return found.userId;
    const made = await registered(world, person, timeZone, attempt);
    if (typeof made === "object") return made.id;
    // Once may be a twin who was faster, and whose account this is.
    if (made === "email_taken") refusals += 1;
    if (refusals > 1) throw new Problem("identity_not_linked");
  }
  throw new Problem("unavailable");
}

async function linked(world: World, person: Person): Promise<{ userId: string } | null> {
  const { email, isVerified } = person;
  if (email === null || !isVerified) return null;
  return linkByAddress(world.db, {
    ...subjectOf(person),
    identityId: newId(),
    email,
    auditId: newId(),
    now: world.now(),
  });
}

async function registered(
  world: World,
  person: Person,
  timeZone: string | null,
  attempt: number,
): Promise<{ id: string } | "email_taken" | "overtaken"> {
  const { email, isVerified, firstName, lastName, locale } = person;
  if (email === null) throw new Problem("email_missing");
  try {
    return await registerByIdentity(world.db, {
      id: newId(),
      email,
      isVerified,
      username: usernameFor(`${firstName} ${lastName ?? ""}`, attempt),
      firstName,
      lastName,
      timeZone: (timeZone && findZone(timeZone)) ?? person.timeZone ?? "UTC",
      locale,
      identityId: newId(),
      ...subjectOf(person),
      scheduleId: newId(),
      outboxId: newId(),
      notificationId: newId(),
      eventId: newId(),
      auditId: newId(),
      now: world.now(),
    });
  } catch (error) {
    const constraint = violated(error);
    if (constraint === "users_email_key") return "email_taken";
    if (constraint === "users_username_key" || constraint === "identities_key") return "overtaken";
    throw error;
  }
}

const subjectOf = ({ provider, issuer, subject }: Person) => ({ provider, issuer, subject });
