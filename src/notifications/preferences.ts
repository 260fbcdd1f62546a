// What people may choose: of which they are told, and by which channel.
import { type Static, Type } from "@sinclair/typebox";
import type { NoticeType } from "../messages/facts.ts";
import { Body } from "../schema.ts";

export type Channel = "inApp" | "email" | "sms";

/** What can be chosen about; nobody is welcomed twice. Mails of security are no kind: they are always sent. */
export type Kind = Exclude<NoticeType, "WELCOME">;

interface Choice {
  /** How it is for who has not chosen. */
  readonly defaults: Readonly<Record<Channel, boolean>>;
  /** What may not be turned off. */
  readonly fixed: readonly Channel[];
}

const choice = (...fixed: Channel[]): Choice => ({
  defaults: { inApp: true, email: true, sms: false },
  fixed,
});

export const CHOICES: Readonly<Record<Kind, Choice>> = {
  // The mail carries the link by which the host answers.
  BOOKING_REQUESTED: choice("email"),
  BOOKING_CONFIRMED: choice(),
  BOOKING_RESCHEDULED: choice(),
  BOOKING_CANCELLED: choice(),
  BOOKING_DECLINED: choice(),
  BOOKING_EXPIRED: choice(),
  BOOKING_REASSIGNED: choice(),
  BOOKING_PLACE_CHANGED: choice(),
  BOOKING_RESTORED: choice(),
  // Only meeting types that say so remind by SMS.
  REMINDER: { defaults: { inApp: true, email: true, sms: true }, fixed: [] },
  // The mail carries the link by which one says yes.
  ORG_INVITE: choice("email"),
  ORG_OWNER: choice("inApp"),
  MEETING_TYPE_PASSED: choice(),
  // Where all are needed, the type offers nothing until somebody changes it.
  HOST_GONE: choice("inApp"),
  // Until he knows, somebody fills his calendar.
  BOOKINGS_FLOOD: choice("inApp"),
  // Nobody else asks him, and until he answers his calendar and the booking differ.
  CALENDAR_EVENT_MOVED: choice("inApp"),
  CALENDAR_EVENT_DELETED: choice("inApp"),
  CALENDAR_EVENT_FAILED: choice("inApp"),
  // Until he knows, he is booked twice.
  CALENDAR_NEEDS_REAUTH: choice("inApp"),
  CALENDAR_UNREACHABLE: choice("inApp"),
  // Nobody else tells him that his guest has not heard of it, or that nobody hears anything.
  DELIVERY_FAILED: choice("inApp"),
  MAIL_PROVIDER_REFUSES: choice("inApp"),
  // Whoever relies on it has nothing else that speaks.
  WEBHOOK_FAILING: choice("inApp", "email"),
  WEBHOOK_DISABLED: choice("inApp", "email"),
};
export const CHOICE_KINDS = Object.keys(CHOICES) as Kind[];

/** What mails and events are called, where that is not the name of the kind. */
const OTHER_NAMES: ReadonlyMap<string, Kind> = new Map([
  ["BOOKING_CONFIRMATION", "BOOKING_CONFIRMED"],
  ["BOOKING_CREATED", "BOOKING_CONFIRMED"],
  ["BOOKING_REMINDER", "REMINDER"],
  ["BOOKING_VERIFICATION", "BOOKING_REQUESTED"],
  ["BOOKING_LINK", "BOOKING_PLACE_CHANGED"],
  ["BOOKING_FOLLOW_UP", "REMINDER"],
  ["BOOKING_NO_SHOW", "REMINDER"],
]);

/** The kind that a mail or a notification is of; null: of none, so that nobody can turn it off. */
export const kindOf = (name: string): Kind | null =>
  OTHER_NAMES.get(name) ?? CHOICE_KINDS.find((kind) => kind === name) ?? null;

/** Of the mails to guests only these can do without: the others are what a booking needs. */
const GUESTS_OPTIONAL: ReadonlySet<Kind> = new Set(["REMINDER"]);

/** Whether its reader may stop the mails of a kind. */
export const isOptional = (kind: Kind, reader: "guest" | "user"): boolean =>
  reader === "guest" ? GUESTS_OPTIONAL.has(kind) : !CHOICES[kind].fixed.includes("email");

const Wish = Type.Object({
  inApp: Type.Optional(Type.Boolean()),
  email: Type.Optional(Type.Boolean()),
  sms: Type.Optional(Type.Boolean()),
});
/** What somebody has chosen, by kind; what is absent is as CHOICES says. */
export const Wishes = Type.Record(Type.String(), Wish, {
  examples: [{ REMINDER: { email: false } }],
});
export type Wishes = Static<typeof Wishes>;

const GivenWish = Type.Optional(
  Type.Union([Type.Boolean(), Body(Wish.properties)], { examples: [{ email: false }] }),
);
export const GivenWishes = Body(
  Object.fromEntries([...CHOICE_KINDS, ...OTHER_NAMES.keys()].map((name) => [name, GivenWish])),
  {
    description:
      "By kind, whether it is told in the app, by mail and by SMS; a kind that is given replaces what was chosen of it, {} chooses nothing. A boolean speaks of the mail alone.",
    examples: [{ REMINDER: { inApp: true, email: false, sms: false } }],
  },
);

/** Whether somebody is told of a kind by a channel. */
export function isWanted(wishes: Wishes, kind: Kind, channel: Channel): boolean {
  const { defaults, fixed } = CHOICES[kind];
  return fixed.includes(channel) || (wishes[kind]?.[channel] ?? defaults[channel]);
}

/** The wishes as they are kept, and which of them cannot be granted: "KIND.channel". */
export function readWishes(given: Static<typeof GivenWishes>): {
  wishes: Wishes;
  refused: string[];
} {
  const read = Object.entries(given as Record<string, boolean | Static<typeof Wish>>).flatMap(
    ([name, wish]) => {
      const kind = kindOf(name);
      return kind ? [{ kind, name, wish: typeof wish === "boolean" ? { email: wish } : wish }] : [];
    },
  );
  return {
    wishes: Object.fromEntries(read.map(({ kind, wish }) => [kind, wish])),
    refused: read.flatMap(({ kind, name, wish }) =>
      CHOICES[kind].fixed
        .filter((channel) => wish[channel] === false)
        .map((channel) => `${name}.${channel}`),
    ),
  };
}
