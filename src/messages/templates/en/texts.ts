import type { TextKind } from "../../facts.ts";
import type { TextTerms } from "../words.ts";

/** The SMS about a booking. The first one says how to stop them. */
export const texts: Readonly<Record<TextKind, (terms: TextTerms) => string>> = {
  BOOKING_CONFIRMATION: ({ title, who, start, isGuest }) =>
    isGuest
      ? `Confirmed: ${title} with ${who}, ${start}. Details by mail. Reply STOP to end SMS.`
      : `New booking: ${title} with ${who}, ${start}.`,
  BOOKING_RESCHEDULED: ({ title, who, start }) => `New time: ${title} with ${who}, now ${start}.`,
  BOOKING_CANCELLED: ({ title, who, start }) => `Cancelled: ${title} with ${who}, ${start}.`,
  BOOKING_REMINDER: ({ title, who, start }) => `Reminder: ${title} with ${who}, ${start}.`,
  BOOKING_FOLLOW_UP: ({ title, who, isGuest }) =>
    isGuest
      ? `Thank you for your time: ${title} with ${who}. You can book again whenever it suits you.`
      : `You met ${who}: ${title}. A good moment for notes.`,
};
