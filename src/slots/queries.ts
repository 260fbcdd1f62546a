import { type Static, Type } from "@sinclair/typebox";
import findAvailabilityStateText from "#sql/slots/find_availability_state.sql" with {
  type: "text",
};
import findSlotFactsText from "#sql/slots/find_slot_facts.sql" with { type: "text" };
import findSubjectsText from "#sql/slots/find_subjects.sql" with { type: "text" };
import { byId, maybe } from "../db/query.ts";
import {
  BoolT,
  IdsT,
  IdT,
  InstantT,
  IntsT,
  IntT,
  JsonT,
  MaybeT,
  OneOfT,
  TextT,
} from "../db/type.ts";
import { PartialSettings, Settings } from "../meeting-types/settings.ts";
import { Caps, Nullable, OneOf } from "../schema.ts";

const Horizon = Type.Union([
  Type.Object({ kind: Type.Literal("rolling"), days: Type.Integer() }),
  Type.Object({ kind: Type.Literal("businessDays"), days: Type.Integer() }),
  Type.Object({ kind: Type.Literal("range"), from: Type.String(), until: Type.String() }),
  Type.Object({ kind: Type.Literal("unlimited") }),
]);

const Span = Type.Object({ from: Type.String(), until: Type.String() });
const Weekday = OneOf("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

/** [start, end] in epoch milliseconds. */
const Spans = Type.Array(Type.Array(Type.Number()));

const Schedule = Type.Object({
  timeZone: Type.String(),
  hours: Type.Array(
    Type.Union([
      Type.Composite([Type.Object({ weekday: Weekday }), Span]),
      Type.Composite([Type.Object({ rrule: Type.String() }), Span]),
    ]),
  ),
  overrides: Type.Array(Type.Object({ date: Type.String(), hours: Type.Array(Span) })),
});

const Row = {
  id: IdT,
  version: IntT,
  ownerId: IdT,
  title: TextT,
  durationMinutes: IntT,
  durationOptions: IntsT,
  bufferBeforeMinutes: IntT,
  bufferAfterMinutes: IntT,
  slotIntervalMinutes: MaybeT(IntT),
  slotAlignment: OneOfT("start", "hour", "half", "quarter"),
  minimumNoticeMinutes: IntT,
  horizon: JsonT(Horizon),
  locationType: TextT,
  locationDetails: MaybeT(TextT),
  notifications: JsonT(
    Type.Object({
      confirmation: Type.Boolean(),
      cancellation: Type.Boolean(),
      reschedule: Type.Boolean(),
    }),
  ),
  reminders: JsonT(
    Type.Array(
      Type.Object({
        minutesBefore: Type.Integer(),
        channel: OneOf("email", "sms", "webhook"),
        to: OneOf("guest", "host", "both"),
      }),
    ),
  ),
  isActive: BoolT,
  archivedAt: MaybeT(InstantT),
  timeZone: TextT,
  /** How long the booking of insteadOf is, if it is an open one of this type. */
  movingMinutes: MaybeT(IntT),
  /** Whether it is a seat in that booking that moves, not the whole meeting. */
  movesSeat: BoolT,
  groups: JsonT(
    Nullable(
      Type.Array(
        Type.Object({
          required: Type.Union([Type.Literal("all"), Type.Integer()]),
          hosts: Type.Array(Type.String()),
        }),
      ),
    ),
  ),
  hosts: JsonT(
    Type.Array(
      Type.Object({
        id: Type.String(),
        schedule: Schedule,
        away: Type.Array(Span),
        /** Buffers included, sorted by start. */
        busy: Spans,
        caps: Caps,
        counted: Spans,
      }),
    ),
  ),
  caps: JsonT(Caps),
  booked: JsonT(Spans),
  capacity: IntT,
  requiresConfirmation: BoolT,
  questions: JsonT(Settings.questions),
  policies: JsonT(PartialSettings.policies),
  visibility: OneOfT("public", "secret"),
  seated: JsonT(
    Type.Array(
      Type.Object({
        start: Type.Number(),
        end: Type.Number(),
        seatsTaken: Type.Integer(),
        hosts: Type.Array(Type.String()),
      }),
    ),
  ),
  /** The live hold of holdId; epoch milliseconds. */
  hold: MaybeT(JsonT(Type.Object({ reservedFrom: Type.Number(), expiresAt: Type.Number() }))),
  /** The link of linkId, if it is of this type; open while it has bookings left. */
  link: MaybeT(
    JsonT(Type.Object({ durationMinutes: Nullable(Type.Integer()), isOpen: Type.Boolean() })),
  ),
  state: TextT,
};
const RowSchema = Type.Object(Row);
export type SlotFactsRow = Static<typeof RowSchema>;

export const findSlotFacts = maybe(
  findSlotFactsText,
  {
    meetingTypeId: IdT,
    from: InstantT,
    until: InstantT,
    insteadOf: MaybeT(IdT),
    holdId: MaybeT(IdT),
    now: InstantT,
    linkId: MaybeT(IdT),
    isSeat: BoolT,
  },
  Row,
);

export const findAvailabilityState = byId(findAvailabilityStateText, { state: TextT });

export const findSubjects = maybe(
  findSubjectsText,
  { meetingTypeId: IdT },
  { meetingTypeId: IdT, hostIds: IdsT },
);
