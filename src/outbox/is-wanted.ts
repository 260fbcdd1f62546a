import { isOptional, isWanted, kindOf } from "../notifications/preferences.ts";
import type { RenewedPromise } from "./queries.ts";

/** Whether whom the mail is for takes mails of its kind; what is of no kind nobody can turn off. */
export function isMailWanted({ kind: name, wishes, isOptedOut }: RenewedPromise): boolean {
  const kind = kindOf(name);
  if (kind === null) return true;
  if (wishes !== null) return isWanted(wishes, kind, "email");
  return !(isOptedOut && isOptional(kind, "guest"));
}
