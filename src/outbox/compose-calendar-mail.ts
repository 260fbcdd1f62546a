import { nameOf } from "../accounts/schema.ts";
import type { Mail, Reader } from "../messages/facts.ts";
import { type CalendarMailKind, calendarMail } from "../messages/templates/calendar.ts";
import type { World } from "../world.ts";
import { findNoticeFacts, findRecipient, type PromiseToKeep } from "./queries.ts";

/**
 * Tells that a calendar lets us in no more or cannot be reached, by the notification of the same statement; null where
 * that is gone, or holds no longer.
 */
export async function composeCalendarMail(
  world: World,
  { userId, createdAt }: PromiseToKeep,
  kind: CalendarMailKind,
  stopUrl: string | null,
): Promise<{ mail: Mail; to: { name: string; email: string }; stopUrl: string | null } | null> {
  const user = userId && (await findRecipient(world.db, { userId }));
  const told = userId && (await findNoticeFacts(world.db, { userId, type: kind, at: createdAt }));
  if (!user || !told) return null;
  const { timeZone, locale, email } = user;
  const reader: Reader = { role: "host", name: nameOf(user), timeZone, locale };
  const mail = calendarMail(kind, told.metadata as never, reader, stopUrl);
  return { mail, to: { name: reader.name, email }, stopUrl };
}
