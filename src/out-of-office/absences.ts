import { newId } from "../db/id.ts";
import { claimOf, madeBefore } from "../http/idempotency.ts";
import { invalid, Problem } from "../problem.ts";
import { changeGuarded, type Expectation } from "../version.ts";
import type { World } from "../world.ts";
import {
  type AbsenceRow,
  createAbsence,
  deleteAbsence,
  findAbsence,
  updateAbsence,
} from "./queries.ts";
import { type AbsencePatch, absenceOf, type NewAbsence } from "./schema.ts";

// Longer is a mistake in the year, or the end of an account.
const MAX_DAYS = 1096;

/**
 * Notes that a user is away; bookings that exist stay. With a key the same request notes it once.
 * Problems: invalid, idempotency_mismatch; not_found when what the key made is gone.
 */
export async function addAbsence(
  world: World,
  userId: string,
  input: NewAbsence,
  key?: string,
): Promise<{ absence: AbsenceRow; isReplay: boolean }> {
  const claim = claimOf(`user ${userId} out of office`, key, input);
  const absence = await createAbsence(world.db, {
    ...claim,
    ...datesOf(input),
    id: newId(),
    userId,
    reason: input.reason?.trim() || null,
    now: world.now(),
  });
  if (absence) return { absence, isReplay: false };
  const id = await madeBefore(world, claim);
  return { absence: await getAbsence(world, { userId, id }), isReplay: true };
}

/** One absence of a user. Problems: not_found. */
export async function getAbsence(
  world: World,
  at: { userId: string; id: string },
): Promise<AbsenceRow> {
  const row = await findAbsence(world.db, at);
  if (!row) throw new Problem("not_found");
  return row;
}

/** Changes what is given. Problems: invalid, not_found, precondition_failed, version_conflict. */
export function changeAbsence(
  world: World,
  at: { userId: string; id: string },
  patch: AbsencePatch,
  expected: Expectation,
): Promise<AbsenceRow> {
  return changeGuarded(
    expected,
    () => getAbsence(world, at),
    absenceOf,
    (present) =>
      updateAbsence(world.db, {
        id: present.id,
        version: present.version,
        ...datesOf({
          from: patch.from ?? present.fromDate.toString(),
          until: patch.until ?? present.untilDate.toString(),
        }),
        reason: patch.reason === undefined ? present.reason : patch.reason?.trim() || null,
      }),
  );
}

/** Forgets an absence. Problems: not_found, precondition_failed. */
export async function removeAbsence(
  world: World,
  at: { userId: string; id: string },
  expected: Expectation,
): Promise<void> {
  await changeGuarded(
    expected,
    () => getAbsence(world, at),
    absenceOf,
    ({ id, version }) => deleteAbsence(world.db, { id, version }),
  );
}

function datesOf(dates: { from: string; until: string }) {
  for (const path of ["from", "until"] as const)
    if (!dates[path].startsWith("20")) throw invalid(path, "must lie between 2000 and 2099");
  const from = Temporal.PlainDate.from(dates.from);
  const until = Temporal.PlainDate.from(dates.until);
  const days = from.until(until).days;
  if (days < 0) throw invalid("until", "must not be before from");
  if (days > MAX_DAYS) throw invalid("until", `must be at most ${MAX_DAYS} days after from`);
  return { from, until };
}
