import { isOptional, isWanted, kindOf } from "../notifications/preferences.ts";
import type { RenewedPromise } from "./queries.ts";

/**
 * Whether whom the mail is for takes mails of its kind; what is of no kind nobody can turn off. To an
 * address that bounced or complained goes only what its reader could not stop either.
 */
export function isMailWanted({
  kind: name,
  wishes,
  isOptedOut,
  isSuppressed,
}: RenewedPromise): boolean {
  const kind = kindOf(name);
  if (kind === null) return true;
  if (isSuppressed && isOptional(kind, wishes === null ? "guest" : "user")) return false;
  if (wishes !== null) return isWanted(wishes, kind, "email");
  return !(isOptedOut && isOptional(kind, "guest"));
}
