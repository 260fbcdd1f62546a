import { type Static, Type } from "@sinclair/typebox";
import { Body, Day, Id, Instant, Nullable, Prose } from "../schema.ts";
import { ExpectedVersion } from "../version.ts";
import type { AbsenceRow } from "./queries.ts";

const Reason = Prose(500, "Holiday");

export const NewAbsence = Body(
  { from: Day, until: Day, reason: Type.Optional(Nullable(Reason)) },
  {
    description:
      "Dates on which you take nothing, both included, in the zone of each of your schedules",
  },
);
export type NewAbsence = Static<typeof NewAbsence>;

export const AbsencePatch = Body({
  from: Type.Optional(Day),
  until: Type.Optional(Day),
  reason: Type.Optional(Nullable(Reason)),
  version: ExpectedVersion,
});
export type AbsencePatch = Omit<Static<typeof AbsencePatch>, "version">;

export const Absence = Type.Object({
  id: Id,
  from: Day,
  until: Day,
  reason: Nullable(Type.String({ examples: ["Holiday"] })),
  version: Type.Integer(),
  createdAt: Instant,
  updatedAt: Instant,
});

/** An absence as the wire shows it. */
export const absenceOf = ({ fromDate, untilDate, ...row }: AbsenceRow): Static<typeof Absence> => ({
  ...row,
  from: fromDate.toString(),
  until: untilDate.toString(),
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});
