/** Words that stand for something in a path of ours, or would pass for the house speaking. */
const RESERVED = new Set(
  (
    "about account accounts admin administrator analytics api app assets auth billing blog booking bookings " +
    "calendar calendars callbacks contact demo dev docs email embed feeds health help host hosting hosts invitation invitations kalends " +
    "legal login logout mail me meeting-types metrics notifications organizations privacy problems profile " +
    "register reset root schedules security settings signup slots status support swagger system terms " +
    "undo-email unsubscribe user users verify webhooks widget www"
  ).split(" "),
);

export const isReserved = (username: string): boolean => RESERVED.has(username);

/**
 * A username for a name: "Ada Lovelace" → "ada-lovelace". On each further attempt a longer random
 * tail, because names repeat.
 */
export function usernameFor(name: string, attempt: number): string {
  const base = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 24)
    .replace(/-+$/, "");
  const isUsable = base.length >= 3 && !isReserved(base);
  if (attempt === 0 && isUsable) return base;
  const tail = Math.random()
    .toString(36)
    .slice(2, 5 + Math.min(attempt, 3));
  return `${isUsable ? base : `${base}-host`.replace(/^-/, "")}-${tail}`;
}
