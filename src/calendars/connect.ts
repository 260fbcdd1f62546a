import { refused, shouldRetry, violated } from "../db/conflict.ts";
import { newId } from "../db/id.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { accessBy } from "./access.ts";
import { findConnectionId, keepConnection } from "./connection-queries.ts";
import { type Credentials, sealCredentials } from "./credentials.ts";
import { CalendarFailure } from "./failure.ts";
import type { ProviderName, RemoteCalendar } from "./provider.ts";
import { providerOf } from "./providers.ts";

/** So many accounts a user may connect, and of each so many calendars are taken. */
const MOST_ACCOUNTS = 20;
const MOST_CALENDARS = 100;
const ATTEMPTS = 5;

interface Account {
  readonly userId: string;
  readonly provider: ProviderName;
  readonly accountId: string;
  readonly account: string;
  readonly scopes: readonly string[];
  readonly credentials: Credentials;
}

/**
 * Connects an account that lets us in: its calendars are listed first, and where that fails nothing is kept. One that is
 * connected already is renewed, with what was chosen of it. Problems: calendar_refused, calendar_unreachable,
 * calendar_limit, account_inactive, encryption_key_missing.
 */
export async function connect(
  world: World,
  { credentials, ...account }: Account,
): Promise<{ id: string }> {
  const calendars = toKeep(await listed(world, account.provider, credentials));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const known = await findConnectionId(world.db, account);
    const id = known?.id ?? newId();
    try {
      const kept = await keepConnection(world.db, {
        ...account,
        id,
        credentials: sealCredentials(world, id, credentials),
        scopes: [...account.scopes],
        calendars,
        most: MOST_ACCOUNTS,
        now: world.now(),
      });
      if (kept) return kept;
    } catch (error) {
      if (refused(error) === "calendar_limit")
        throw new Problem("calendar_limit", `There can be ${MOST_ACCOUNTS} accounts at most.`);
      // Twins, of which the other was faster: look again.
      if (violated(error) === null && !shouldRetry(error)) throw error;
    }
  }
  throw new Problem("account_inactive");
}

async function listed(
  world: World,
  name: ProviderName,
  credentials: Credentials,
): Promise<readonly RemoteCalendar[]> {
  try {
    const provider = await providerOf(world, name);
    const calendars = await provider.listCalendars(accessBy(credentials));
    if (calendars.length === 0) throw new CalendarFailure("refused", "It has no calendars");
    return calendars;
  } catch (error) {
    throw problemOf(world, error);
  }
}

function problemOf(world: World, error: unknown): unknown {
  if (!(error instanceof CalendarFailure)) return error;
  world.log.info({ kind: error.kind, reason: error.message }, "A calendar was not connected");
  switch (error.kind) {
    case "temporary":
    case "throttled":
      return new Problem(
        "calendar_unreachable",
        "The calendar server cannot be reached, or does not answer as it should. Check the address, or try again later.",
      );
    case "needs_reauth":
    case "forbidden":
      return new Problem(
        "calendar_refused",
        "The calendar server does not let us in. Check the name and the password; many providers want an app password.",
      );
    default:
      return new Problem("calendar_refused", "There is no calendar that we can read.");
  }
}

/** The main calendar first; where none says that it is, the first that can be written to. */
function toKeep(calendars: readonly RemoteCalendar[]) {
  const preferred =
    calendars.find(({ isPrimary }) => isPrimary) ??
    calendars.find(({ canWrite }) => canWrite) ??
    calendars[0];
  const rest = calendars.filter((each) => each !== preferred);
  const byId = new Map(
    [...rest.slice(0, MOST_CALENDARS - 1), preferred!].map((each) => [each.externalId, each]),
  );
  return [...byId.values()].map((each) => ({
    id: newId(),
    externalId: each.externalId,
    name: each.name.trim().slice(0, 200) || "Calendar",
    timeZone: each.timeZone,
    isPrimary: each.isPrimary,
    canWrite: each.canWrite,
    conferences: [...each.conferences],
    isPreferred: each === preferred,
  }));
}
