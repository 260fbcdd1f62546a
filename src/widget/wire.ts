// What the API says, as its own schemas have it. Types only: nothing of the server is loaded.
import type { Static } from "@sinclair/typebox";
import type { PublicMeetingTypeCard } from "../accounts/schema.ts";
import type { Held as HeldSchema } from "../bookings/hold-schema.ts";
import type {
  Booked as BookedAnswer,
  Booking as BookingAnswer,
  GuestBooking,
} from "../bookings/schema.ts";
import type { Slots as SlotsSchema } from "../slots/schema.ts";

export type MeetingType = Static<typeof PublicMeetingTypeCard>;
export type Question = MeetingType["questions"][number];
export type Slots = Static<typeof SlotsSchema>;
export type Slot = Slots["days"][number]["slots"][number];
export type Held = Static<typeof HeldSchema>;
export type Booking = BookingAnswer;
export type Booked = BookedAnswer;
export type NewBooking = GuestBooking;
