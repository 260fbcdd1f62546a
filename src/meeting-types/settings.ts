// What a host can say of a meeting type, as the wire carries it and as it is stored.
import { type Static, Type } from "@sinclair/typebox";
import { Body, Caps, Day, Id, Line, Nullable, OneOf, Origins, Prose } from "../schema.ts";

/** Stands in the description of each setting that nothing reads yet. */
const LATER = "Stored; takes effect in a later version.";

const Whole = (minimum: number, maximum: number, description?: string) =>
  Type.Integer({ minimum, maximum, ...(description !== undefined && { description }) });

const Horizon = Body(
  {
    kind: OneOf("rolling", "businessDays", "range", "unlimited"),
    days: Type.Optional(
      Whole(
        0,
        1095,
        "Of `rolling` and `businessDays`: so many days after today, in the host's zone",
      ),
    ),
    from: Type.Optional({ ...Day, description: "Of `range`: the first date" }),
    until: Type.Optional({ ...Day, description: "Of `range`: the last date, included" }),
  },
  { description: "How far ahead it can be booked" },
);

const Reminder = Body({
  minutesBefore: Whole(
    -40_320,
    40_320,
    "Before the start, at least 5. Negative: so long after it, at least 5, and never before the end: a follow-up",
  ),
  channel: Type.Unsafe<"email" | "sms" | "webhook">({
    ...OneOf("email", "sms", "webhook"),
    description:
      "By sms hosts are told at their `phone`, and guests who said `smsOptIn`. By webhook only the event `booking.reminder` is sent, which goes with every reminder before the start anyway; `to` says nothing then",
  }),
  to: OneOf("guest", "host", "both"),
});

const Notifications = Body(
  {
    confirmation: Type.Boolean(),
    cancellation: Type.Boolean(),
    reschedule: Type.Boolean(),
    sms: Type.Boolean({
      description:
        "Whether SMS go with the mails: to guests who said `smsOptIn`, and to hosts who chose them in their preferences",
    }),
    noShow: Type.Boolean({
      description: "Whether a guest who did not come is invited to book again, ten minutes later",
    }),
  },
  { description: "Which messages are sent" },
);

const Question = Body({
  id: Type.String({
    pattern: "^[A-Za-z0-9_-]{1,64}$",
    description: "By which the answer is known",
    examples: ["company"],
  }),
  label: Line(200, "Your company"),
  type: OneOf(
    "text",
    "longText",
    "phone",
    "email",
    "url",
    "number",
    "select",
    "multiSelect",
    "checkbox",
    "date",
  ),
  required: Type.Optional(Type.Boolean({ default: false })),
  options: Type.Optional(
    Type.Array(Line(200, "Sales"), {
      minItems: 1,
      maxItems: 50,
      uniqueItems: true,
      description: "Of `select` and `multiSelect`, which need them",
    }),
  ),
  maxLength: Type.Optional(Whole(1, 10_000, "Of `text` and `longText`")),
});

const Policies = Body(
  {
    cancelUntilMinutesBefore: Nullable(Whole(0, 525_600)),
    rescheduleUntilMinutesBefore: Nullable(Whole(0, 525_600)),
    reasonRequired: Type.Boolean(),
    maxActivePerGuest: Nullable(Whole(1, 100)),
    guestVerification: OneOf("none", "email"),
  },
  {
    description:
      "What guests may do; null is no limit. `maxActivePerGuest` counts a mailbox's coming bookings of this type. With `guestVerification: email` a booking holds its time for 30 minutes, and stands once its guest confirms it by the link of a mail; not for meetings with seats",
  },
);

const Host = Body({
  userId: Id,
  scheduleId: Type.Optional(
    Nullable({
      ...Id,
      description: "One of the host's own; null: the type's, then the default one",
    }),
  ),
  weight: Type.Optional({
    ...Whole(1, 100, "Of the meetings of a month, who has 2 takes twice as many as who has 1"),
    default: 1,
  }),
  priority: Type.Optional({
    ...Whole(0, 100, "Who has a higher one takes what he can before the others"),
    default: 0,
  }),
});

const HostGroup = Body(
  {
    hosts: Type.Array(Host, { minItems: 1, maxItems: 50 }),
    required: Type.Union([Type.Literal("all"), Type.Integer({ minimum: 1, maximum: 50 })], {
      description: "All of these hosts meet the guest, or so many of them",
    }),
  },
  {
    description:
      "Hosts are members of the type's organization who have agreed to be; of a type of none, its owner alone",
  },
);

const LOCATION_TYPES = [
  "GOOGLE_MEET",
  "MICROSOFT_TEAMS",
  "ZOOM",
  "PHONE",
  "IN_PERSON",
  "CUSTOM_LINK",
] as const;

/** Every setting but the slug, which is derived when it is not given. */
export const Settings = {
  title: Line(200, "Intro call"),
  description: Nullable(Prose(5000, "Half an hour to get to know each other.")),
  durationMinutes: Whole(1, 1440),
  durationOptions: Type.Array(Whole(1, 1440), {
    maxItems: 10,
    uniqueItems: true,
    description:
      "Durations that a guest chooses from; `durationMinutes` is always among them. Empty: no choice",
    examples: [[15, 30, 60]],
  }),
  bufferBeforeMinutes: Whole(0, 1440),
  bufferAfterMinutes: Whole(0, 1440),
  slotIntervalMinutes: Nullable(
    Whole(5, 1440, "From one start to the next; null: as long as the meeting"),
  ),
  slotAlignment: Type.Unsafe<"start" | "hour" | "half" | "quarter">({
    ...OneOf("start", "hour", "half", "quarter"),
    description: "Where the first start of an opening lies: at its begin, or on such a wall time",
  }),
  minimumNoticeMinutes: Whole(0, 525_600, "How long before its start it can still be booked"),
  horizon: Horizon,
  caps: Caps,
  locationType: Type.Unsafe<(typeof LOCATION_TYPES)[number]>({
    ...OneOf(...LOCATION_TYPES),
    description: `The links of GOOGLE_MEET, MICROSOFT_TEAMS and ZOOM: ${LATER}`,
  }),
  locationDetails: Nullable({
    ...Prose(1000, "https://meet.example.com/ada"),
    description: "An address, a number, or what else a guest must know; of CUSTOM_LINK the link",
  }),
  scheduleId: Nullable({ ...Id, description: "One of the owner's; null: his default schedule" }),
  notifications: Notifications,
  reminders: Type.Array(Reminder, { maxItems: 10 }),
  capacity: Whole(
    1,
    1000,
    "Seats of a meeting. Above 1, guests who choose the same start share it until it is full; each has a booking of his own to cancel",
  ),
  requiresConfirmation: Type.Boolean({
    description:
      "Guests ask for a time; it is theirs when a host confirms, within 48 hours and before it begins. Not for meetings with seats",
  }),
  questions: Type.Array(Question, {
    maxItems: 30,
    description:
      "What guests are asked. A booking keeps questions and answers as they were when it was made",
  }),
  visibility: Type.Unsafe<"public" | "secret">({
    ...OneOf("public", "secret"),
    description: "A secret type is not on your public card; whoever has its link can book it",
  }),
  allowedOrigins: Nullable({
    ...Origins,
    description:
      "Pages of these origins may show the type: held against browsers by CORS and `frame-ancestors`, which is no authentication. Null: as your profile says, else any for a public type and none for a secret one; the server's own pages always may",
  }),
  isActive: Type.Boolean({ description: "Whether it takes bookings" }),
  hostGroups: Type.Array(HostGroup, { minItems: 1, maxItems: 10 }),
  policies: Policies,
};
const SettingsSchema = Type.Object(Settings);

/** All settings, as the wire shows them. */
export type Settings = Static<typeof SettingsSchema>;
export type HostGroup = Static<typeof HostGroup>;

/** Objects of fixed keys: a change may name some of them. */
export const PartialSettings = {
  ...Settings,
  notifications: Body(Type.Partial(Notifications).properties, {
    description: "Which messages are sent; what is absent stays",
  }),
  policies: Body(Type.Partial(Policies).properties, {
    description: "What guests may do; null is no limit, what is absent stays",
  }),
};
