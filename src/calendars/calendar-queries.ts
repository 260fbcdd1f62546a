import { type Static, Type } from "@sinclair/typebox";
import chooseCalendarsText from "#sql/calendars/choose_calendars.sql" with { type: "text" };
import chooseTypeCalendarsText from "#sql/calendars/choose_type_calendars.sql" with {
  type: "text",
};
import findHostingText from "#sql/calendars/find_hosting.sql" with { type: "text" };
import listCalendarsText from "#sql/calendars/list_calendars.sql" with { type: "text" };
import listTypeCalendarsText from "#sql/calendars/list_type_calendars.sql" with { type: "text" };
import { many, maybe, one } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, OneOfT, TextT } from "../db/type.ts";
import { OneOf } from "../schema.ts";

export const WHEN_UNREACHABLE = ["keep", "busy", "free"] as const;

const Calendar = {
  id: IdT,
  connectionId: IdT,
  name: TextT,
  timeZone: MaybeT(TextT),
  isPrimary: BoolT,
  canWrite: BoolT,
  conferences: JsonT(Type.Array(OneOf("google_meet", "microsoft_teams"))),
  checksConflicts: BoolT,
  isDestination: BoolT,
  blocksTentative: BoolT,
  keepsTitles: BoolT,
  whenUnreachable: OneOfT(...WHEN_UNREACHABLE),
  syncedAt: MaybeT(InstantT),
  failingSince: MaybeT(InstantT),
  lastError: MaybeT(TextT),
  createdAt: InstantT,
  updatedAt: InstantT,
};
const CalendarSchema = Type.Object(Calendar);
export type CalendarRow = Static<typeof CalendarSchema>;

export const listCalendars = many(
  listCalendarsText,
  { userId: IdT, connectionId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Calendar,
);

const Wish = Type.Object({
  id: Type.String(),
  checksConflicts: Type.Optional(Type.Boolean()),
  isDestination: Type.Optional(Type.Boolean()),
  blocksTentative: Type.Optional(Type.Boolean()),
  keepsTitles: Type.Optional(Type.Boolean()),
  whenUnreachable: Type.Optional(OneOf(...WHEN_UNREACHABLE)),
});

export const chooseCalendars = one(
  chooseCalendarsText,
  { userId: IdT, connectionId: IdT, wishes: JsonT(Type.Array(Wish)), now: InstantT },
  { promised: IntT },
);

const OfType = { userId: IdT, meetingTypeId: IdT };
export const findHosting = maybe(findHostingText, OfType, { isHost: BoolT });

const TypeCalendar = {
  calendarId: IdT,
  connectionId: IdT,
  name: TextT,
  checksConflicts: BoolT,
  isDestination: BoolT,
};
const TypeCalendarSchema = Type.Object(TypeCalendar);
export type TypeCalendarRow = Static<typeof TypeCalendarSchema>;

export const listTypeCalendars = many(listTypeCalendarsText, OfType, TypeCalendar);

const TypeWish = Type.Object({
  calendarId: Type.String(),
  checksConflicts: Type.Boolean(),
  isDestination: Type.Boolean(),
});

export const chooseTypeCalendars = one(
  chooseTypeCalendarsText,
  { ...OfType, wishes: JsonT(Type.Array(TypeWish)), now: InstantT },
  { promised: IntT },
);
