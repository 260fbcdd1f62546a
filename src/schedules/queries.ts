import { type Static, Type } from "@sinclair/typebox";
import createScheduleText from "#sql/schedules/create_schedule.sql" with { type: "text" };
import deleteScheduleText from "#sql/schedules/delete_schedule.sql" with { type: "text" };
import findScheduleText from "#sql/schedules/find_schedule.sql" with { type: "text" };
import listSchedulesText from "#sql/schedules/list_schedules.sql" with { type: "text" };
import updateScheduleText from "#sql/schedules/update_schedule.sql" with { type: "text" };
import { LimitByPlanT } from "../accounts/plans.ts";
import { many, maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, TextT } from "../db/type.ts";
import { Claim } from "../http/idempotency.ts";
import { Caps } from "../schema.ts";
import { Hours, Overrides } from "./schema.ts";

const Stamp = {
  id: IdT,
  isDefault: BoolT,
  version: IntT,
  createdAt: InstantT,
  updatedAt: InstantT,
};
const HoursT = JsonT(Hours);
const OverridesT = JsonT(Overrides);
const CapsT = JsonT(Caps);

const Schedule = {
  ...Stamp,
  name: TextT,
  timeZone: TextT,
  hours: HoursT,
  overrides: OverridesT,
  caps: CapsT,
};
const ScheduleRowSchema = Type.Object(Schedule);
export type ScheduleRow = Static<typeof ScheduleRowSchema>;

export const listSchedules = many(
  listSchedulesText,
  { userId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Schedule,
);

export const findSchedule = maybe(findScheduleText, { userId: IdT, id: IdT }, Schedule);

export const createSchedule = maybe(
  createScheduleText,
  {
    id: IdT,
    ...Claim,
    userId: IdT,
    name: TextT,
    timeZone: TextT,
    isDefault: BoolT,
    hours: HoursT,
    overrides: OverridesT,
    now: InstantT,
    caps: CapsT,
    limits: LimitByPlanT,
  },
  Stamp,
);

export const updateSchedule = maybe(
  updateScheduleText,
  {
    id: IdT,
    version: IntT,
    name: TextT,
    timeZone: TextT,
    isDefault: BoolT,
    hours: MaybeT(HoursT),
    overrides: MaybeT(OverridesT),
    caps: CapsT,
  },
  Stamp,
);

export const deleteSchedule = maybe(
  deleteScheduleText,
  { id: IdT, version: IntT },
  { isUsed: BoolT },
);
