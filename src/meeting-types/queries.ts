import { type Static, Type } from "@sinclair/typebox";
import createMeetingTypeText from "#sql/meeting-types/create_meeting_type.sql" with {
  type: "text",
};
import findMeetingCalendarText from "#sql/meeting-types/find_meeting_calendar.sql" with {
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
import { many, maybe, one } from "../db/query.ts";
import {
  BoolT,
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
import { Origins } from "../schema.ts";
import { PartialSettings, Settings } from "./settings.ts";
import { WrongT } from "./wrong-settings.ts";

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
  allowedOrigins: MaybeT(JsonT(Origins)),
  policies: JsonT(PartialSettings.policies),
  isActive: BoolT,
  hostGroups: JsonT(Settings.hostGroups),
  archivedAt: MaybeT(InstantT),
  version: IntT,
  createdAt: InstantT,
  updatedAt: InstantT,
  ownerId: IdT,
  organizationId: MaybeT(IdT),
  /** Whether the asker may change it; only of one that is found by its id. */
  isEditor: BoolT,
};
const MeetingTypeRowSchema = Type.Object(MeetingType);
export type MeetingTypeRow = Static<typeof MeetingTypeRowSchema>;

/** A whole meeting type: what a statement stores. */
const StoredT = JsonT(Type.Object({ ...Settings, slug: Type.String() }));
/** What is wrong with it, or the stamps of what was stored; neither where it was not to be stored. */
const Stored = {
  wrong: WrongT,
  id: MaybeT(IdT),
  version: MaybeT(IntT),
  createdAt: MaybeT(InstantT),
  updatedAt: MaybeT(InstantT),
};

export const listMeetingTypes = many(
  listMeetingTypesText,
  {
    ownerId: MaybeT(IdT),
    at: MaybeT(InstantT),
    id: MaybeT(IdT),
    isActive: MaybeT(BoolT),
    limit: IntT,
    organizationId: MaybeT(IdT),
  },
  MeetingType,
);

export const findMeetingType = maybe(findMeetingTypeText, { userId: IdT, id: IdT }, MeetingType);

export const findMeetingCalendar = one(
  findMeetingCalendarText,
  { id: IdT, conference: TextT },
  { isThere: MaybeT(BoolT) },
);

export const createMeetingType = one(
  createMeetingTypeText,
  {
    id: IdT,
    ...Claim,
    ownerId: IdT,
    settings: StoredT,
    now: InstantT,
    limits: LimitByPlanT,
    organizationId: MaybeT(IdT),
  },
  Stored,
);

export const updateMeetingType = maybe(
  updateMeetingTypeText,
  { id: IdT, version: IntT, settings: StoredT, actorId: IdT },
  Stored,
);

export const removeMeetingType = maybe(
  removeMeetingTypeText,
  { id: IdT, version: IntT, now: InstantT },
  { isBooked: BoolT },
);
