import { type Static, Type } from "@sinclair/typebox";
import createMeetingTypeText from "#sql/meeting-types/create_meeting_type.sql" with {
  type: "text",
};
import findForeignSchedulesText from "#sql/meeting-types/find_foreign_schedules.sql" with {
  type: "text",
};
import findMeetingTypeText from "#sql/meeting-types/find_meeting_type.sql" with { type: "text" };
import listMeetingTypesText from "#sql/meeting-types/list_meeting_types.sql" with { type: "text" };
import removeMeetingTypeText from "#sql/meeting-types/remove_meeting_type.sql" with {
  type: "text",
};
import updateMeetingTypeText from "#sql/meeting-types/update_meeting_type.sql" with {
  type: "text",
};
import { LimitByPlanT } from "../accounts/plans.ts";
import { many, maybe } from "../db/query.ts";
import {
  BoolT,
  IdsT,
  IdT,
  InstantT,
  IntsT,
  IntT,
  JsonT,
  MaybeT,
  NameT,
  OneOfT,
  TextT,
} from "../db/type.ts";
import { Claim } from "../http/idempotency.ts";
import { PartialSettings, Settings } from "./settings.ts";

const MeetingType = {
  id: IdT,
  title: TextT,
  slug: NameT,
  description: MaybeT(TextT),
  durationMinutes: IntT,
  durationOptions: IntsT,
  bufferBeforeMinutes: IntT,
  bufferAfterMinutes: IntT,
  slotIntervalMinutes: MaybeT(IntT),
  slotAlignment: OneOfT("start", "hour", "half", "quarter"),
  minimumNoticeMinutes: IntT,
  horizon: JsonT(Settings.horizon),
  caps: JsonT(Settings.caps),
  locationType: OneOfT(
    "GOOGLE_MEET",
    "MICROSOFT_TEAMS",
    "ZOOM",
    "PHONE",
    "IN_PERSON",
    "CUSTOM_LINK",
  ),
  locationDetails: MaybeT(TextT),
  scheduleId: MaybeT(IdT),
  // Rows written before a key was known lack it.
  notifications: JsonT(PartialSettings.notifications),
  reminders: JsonT(Settings.reminders),
  capacity: IntT,
  requiresConfirmation: BoolT,
  questions: JsonT(Settings.questions),
  visibility: OneOfT("public", "secret"),
  policies: JsonT(PartialSettings.policies),
  isActive: BoolT,
  hostGroups: JsonT(Settings.hostGroups),
  archivedAt: MaybeT(InstantT),
  version: IntT,
  createdAt: InstantT,
  updatedAt: InstantT,
};
const MeetingTypeRowSchema = Type.Object(MeetingType);
export type MeetingTypeRow = Static<typeof MeetingTypeRowSchema>;

/** A whole meeting type: what a statement stores. */
const StoredT = JsonT(Type.Object({ ...Settings, slug: Type.String() }));
const Stamp = { id: IdT, version: IntT, createdAt: InstantT, updatedAt: InstantT };

export const listMeetingTypes = many(
  listMeetingTypesText,
  {
    ownerId: IdT,
    at: MaybeT(InstantT),
    id: MaybeT(IdT),
    isActive: MaybeT(BoolT),
    limit: IntT,
  },
  MeetingType,
);

export const findMeetingType = maybe(findMeetingTypeText, { ownerId: IdT, id: IdT }, MeetingType);

export const createMeetingType = maybe(
  createMeetingTypeText,
  { id: IdT, ...Claim, ownerId: IdT, settings: StoredT, now: InstantT, limits: LimitByPlanT },
  Stamp,
);

export const updateMeetingType = maybe(
  updateMeetingTypeText,
  { id: IdT, version: IntT, settings: StoredT },
  Stamp,
);

export const removeMeetingType = maybe(
  removeMeetingTypeText,
  { id: IdT, version: IntT, now: InstantT },
  { isBooked: BoolT },
);

export const findForeignSchedules = many(
  findForeignSchedulesText,
  { userId: IdT, ids: IdsT },
  { id: IdT },
);
