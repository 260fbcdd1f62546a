import { type Static, Type } from "@sinclair/typebox";
import askForZoomMeetingText from "#sql/calendars/ask_for_zoom_meeting.sql" with { type: "text" };
import findZoomMeetingText from "#sql/calendars/find_zoom_meeting.sql" with { type: "text" };
import forgetZoomIntentText from "#sql/calendars/forget_zoom_intent.sql" with { type: "text" };
import forgetZoomMeetingText from "#sql/calendars/forget_zoom_meeting.sql" with { type: "text" };
import storeZoomMeetingText from "#sql/calendars/store_zoom_meeting.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { BoolT, IdsT, IdT, InstantT, IntT, MaybeT, TextT } from "../db/type.ts";

const Row = {
  /** Whether there is or was one. */
  isKnown: BoolT,
  /** Null: none is under way. */
  askedAt: MaybeT(InstantT),
  hostId: MaybeT(IdT),
  /** Null: perhaps it was made. */
  meetingId: MaybeT(TextT),
  url: MaybeT(TextT),
  password: MaybeT(TextT),
  shows: MaybeT(TextT),
  /** Every promise that what is read from now on keeps. */
  open: IdsT,
};
const RowSchema = Type.Object(Row);
export type ZoomRow = Static<typeof RowSchema>;

export const findZoomMeeting = maybe(findZoomMeetingText, { bookingId: IdT }, Row);

const Held = { bookingId: IdT, run: IdT };
const Run = { outboxId: IdT, run: IdT, bookingId: IdT, kept: IdsT };

export const askForZoomMeeting = maybe(
  askForZoomMeetingText,
  { ...Held, hostId: IdT, now: InstantT },
  { id: IdT },
);

export const forgetZoomIntent = many(forgetZoomIntentText, Held, {});

export const storeZoomMeeting = maybe(
  storeZoomMeetingText,
  { ...Run, meetingId: TextT, url: TextT, password: MaybeT(TextT), shows: TextT, now: InstantT },
  { id: IdT, promised: MaybeT(IntT) },
);

export const forgetZoomMeeting = maybe(
  forgetZoomMeetingText,
  { ...Run, now: InstantT },
  { id: IdT, promised: MaybeT(IntT) },
);
