import type { Words } from "../words.ts";

/** The SMS about a booking. The first one says how to stop them. */
export const texts: Words["texts"] = {
  BOOKING_CONFIRMATION: ({ title, who, start, isGuest }) =>
    isGuest
      ? `Bestätigt: ${title} mit ${who}, ${start}. Näheres per Mail. Antwort STOP beendet SMS.`
      : `Neue Buchung: ${title} mit ${who}, ${start}.`,
  BOOKING_RESCHEDULED: ({ title, who, start }) => `Neue Zeit: ${title} mit ${who}, nun ${start}.`,
  BOOKING_CANCELLED: ({ title, who, start }) => `Abgesagt: ${title} mit ${who}, ${start}.`,
  BOOKING_REMINDER: ({ title, who, start }) => `Erinnerung: ${title} mit ${who}, ${start}.`,
  BOOKING_FOLLOW_UP: ({ title, who, isGuest }) =>
    isGuest
      ? `Danke für Ihre Zeit: ${title} mit ${who}. Sie können jederzeit einen neuen Termin buchen.`
      : `Sie haben ${who} getroffen: ${title}. Ein guter Moment für Notizen.`,
};
