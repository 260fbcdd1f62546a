import { isWanted, kindOf } from "../notifications/preferences.ts";
import type { RenewedPromise } from "./queries.ts";

/** Whether whom the mail is for takes mails of its kind; what is of no kind nobody can turn off. */
export function isMailWanted({ kind: name, wishes }: RenewedPromise): boolean {
  const kind = kindOf(name);
  return kind === null || wishes === null || isWanted(wishes, kind, "email");
}
