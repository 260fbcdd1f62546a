import { type Static, Type } from "@sinclair/typebox";
import createAbsenceText from "#sql/out-of-office/create_absence.sql" with { type: "text" };
import deleteAbsenceText from "#sql/out-of-office/delete_absence.sql" with { type: "text" };
import findAbsenceText from "#sql/out-of-office/find_absence.sql" with { type: "text" };
import listAbsencesText from "#sql/out-of-office/list_absences.sql" with { type: "text" };
import updateAbsenceText from "#sql/out-of-office/update_absence.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { DayT, IdT, InstantT, IntT, MaybeT, TextT } from "../db/type.ts";
import { Claim } from "../http/idempotency.ts";

const Absence = {
  id: IdT,
  fromDate: DayT,
  untilDate: DayT,
  reason: MaybeT(TextT),
  version: IntT,
  createdAt: InstantT,
  updatedAt: InstantT,
};
const AbsenceRowSchema = Type.Object(Absence);
export type AbsenceRow = Static<typeof AbsenceRowSchema>;

const Dates = { from: DayT, until: DayT, reason: MaybeT(TextT) };

export const createAbsence = maybe(
  createAbsenceText,
  { id: IdT, ...Claim, userId: IdT, ...Dates, now: InstantT },
  Absence,
);

export const findAbsence = maybe(findAbsenceText, { userId: IdT, id: IdT }, Absence);

export const listAbsences = many(
  listAbsencesText,
  { userId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Absence,
);

export const updateAbsence = maybe(
  updateAbsenceText,
  { id: IdT, version: IntT, ...Dates },
  Absence,
);

export const deleteAbsence = maybe(deleteAbsenceText, { id: IdT, version: IntT }, { id: IdT });
