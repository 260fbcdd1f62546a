import type { Terms } from "../words.ts";

/** The mails about a booking, to each who is told. */
export const mails = {
  BOOKING_CONFIRMATION: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Confirmed: ${title} with ${host}, ${start}`,
      heading: "Your booking is confirmed",
      intro: `You are meeting ${host}. The invitation for your calendar is attached.`,
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `New booking: ${title} with ${guest}, ${start}`,
      heading: `${guest} booked a time with you`,
      intro: "The invitation for your calendar is attached.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Booked: ${title}, ${start}`,
      heading: "This time is yours",
      intro: "You blocked this time. Nobody can book it.",
    }),
  },
  BOOKING_RESCHEDULED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `New time: ${title} with ${host}, ${start}`,
      heading: "Your booking has a new time",
      intro: "The attached invitation replaces the earlier one in your calendar.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `New time: ${title} with ${guest}, ${start}`,
      heading: `Your meeting with ${guest} has a new time`,
      intro: "The attached invitation replaces the earlier one in your calendar.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `New time: ${title}, ${start}`,
      heading: "Your blocked time has moved",
      intro: "The attached entry replaces the earlier one in your calendar.",
    }),
  },
  BOOKING_CANCELLED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Cancelled: ${title} with ${host}, ${start}`,
      heading: "This booking is cancelled",
      intro: "The meeting does not take place. The attachment takes it off your calendar.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Cancelled: ${title} with ${guest}, ${start}`,
      heading: `Your meeting with ${guest} is cancelled`,
      intro: "The time is free again. The attachment takes the meeting off your calendar.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Cancelled: ${title}, ${start}`,
      heading: "Your blocked time is free again",
      intro: "The attachment takes the entry off your calendar.",
    }),
  },
  BOOKING_REMINDER: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Reminder: ${title} with ${host}, ${start}`,
      heading: `You are meeting ${host} soon`,
      intro: "If the time no longer suits you, please say so with a link below.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Reminder: ${title} with ${guest}, ${start}`,
      heading: `You are meeting ${guest} soon`,
      intro: "Here is all you need.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Reminder: ${title}, ${start}`,
      heading: "Coming up soon",
      intro: "You blocked this time.",
    }),
  },
  BOOKING_REQUESTED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Asked for: ${title} with ${host}, ${start}`,
      heading: `${host} has been asked`,
      intro: "The time is held for you until the host answers. You get a mail either way.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Please answer: ${title} with ${guest}, ${start}`,
      heading: `${guest} asks for a time with you`,
      intro: "The time is held until you answer. Without an answer the request expires.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Asked for: ${title}, ${start}`,
      heading: "This time is asked for",
      intro: "It is held until it is answered.",
    }),
  },
  BOOKING_DECLINED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Declined: ${title} with ${host}, ${start}`,
      heading: "The host cannot take this meeting",
      intro: "The meeting does not take place. The attachment takes it off your calendar.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Declined: ${title} with ${guest}, ${start}`,
      heading: `The request of ${guest} is declined`,
      intro: "The time is free again. The attachment takes the meeting off your calendar.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Declined: ${title}, ${start}`,
      heading: "This request is declined",
      intro: "The time is free again.",
    }),
  },
  BOOKING_EXPIRED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Not confirmed: ${title} with ${host}, ${start}`,
      heading: "The host did not answer in time",
      intro: "The meeting does not take place. The attachment takes it off your calendar.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Expired: ${title} with ${guest}, ${start}`,
      heading: `The request of ${guest} has expired`,
      intro: "Nobody answered it in time. The time is free again.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Expired: ${title}, ${start}`,
      heading: "This request has expired",
      intro: "The time is free again.",
    }),
  },
  BOOKING_PLACE_CHANGED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `New place: ${title} with ${host}, ${start}`,
      heading: "Your booking has a new place",
      intro: "The time stays. The attached invitation replaces the earlier one in your calendar.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `New place: ${title} with ${guest}, ${start}`,
      heading: `Your meeting with ${guest} has a new place`,
      intro: "The time stays. The attached invitation replaces the earlier one in your calendar.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `New place: ${title}, ${start}`,
      heading: "Your blocked time has a new place",
      intro: "The attached entry replaces the earlier one in your calendar.",
    }),
  },
  BOOKING_LINK: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `The link: ${title} with ${host}, ${start}`,
      heading: "Your meeting has its link now",
      intro: "The time stays. The attached invitation replaces the earlier one in your calendar.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `The link: ${title} with ${guest}, ${start}`,
      heading: `Your meeting with ${guest} has its link now`,
      intro: "The time stays. The attached invitation replaces the earlier one in your calendar.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `The link: ${title}, ${start}`,
      heading: "This meeting has its link now",
      intro: "The attached entry replaces the earlier one in your calendar.",
    }),
  },
  BOOKING_REASSIGNED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `New host: ${title} with ${host}, ${start}`,
      heading: "Your booking has a new host",
      intro: "The time stays. The attached invitation replaces the earlier one in your calendar.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Handed over: ${title} with ${guest}, ${start}`,
      heading: `Another host takes your meeting with ${guest}`,
      intro: "Your time is free again. The attachment takes the meeting off your calendar.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Handed over: ${title}, ${start}`,
      heading: "Somebody else takes this now",
      intro: "Your time is free again.",
    }),
  },
  BOOKING_VERIFICATION: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Please confirm: ${title} with ${host}, ${start}`,
      heading: "Is this booking yours?",
      intro:
        "This time was asked for with your address. Confirm it below, and it is yours; until then it is held for you. You did not ask for it? Then simply ignore this mail: nobody is told, and the booking lapses.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Not confirmed yet: ${title} with ${guest}, ${start}`,
      heading: `${guest} has not confirmed yet`,
      intro: "The time is held until the guest confirms by mail.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Not confirmed yet: ${title}, ${start}`,
      heading: "This time is not confirmed yet",
      intro: "It is held until it is.",
    }),
  },
  BOOKING_FOLLOW_UP: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Thank you for your time: ${title} with ${host}, ${start}`,
      heading: `Thank you for meeting ${host}`,
      intro: "Is there more to talk about? You can book another time whenever it suits you.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Afterwards: ${title} with ${guest}, ${start}`,
      heading: `You met ${guest}`,
      intro: "A good moment for notes, and for what you promised.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Afterwards: ${title}, ${start}`,
      heading: "This is over",
      intro: "A good moment for notes.",
    }),
  },
  BOOKING_NO_SHOW: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `We missed you: ${title} with ${host}, ${start}`,
      heading: "We missed you",
      intro: `Something must have come up: ${host} did not see you. You are welcome to book a new time.`,
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Did not come: ${guest}, ${title}, ${start}`,
      heading: `${guest} did not come`,
      intro:
        "Another host of this meeting noted it. The guest has been invited to book a new time.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Did not take place: ${title}, ${start}`,
      heading: "Nobody came",
      intro: "It was noted so.",
    }),
  },
};
