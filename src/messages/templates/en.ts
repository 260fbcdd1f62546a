// The words of the mails in English. Another language is another file like this one.

/** What a sentence may speak of. Names and titles are clipped already. */
export interface Terms {
  readonly title: string;
  readonly host: string;
  readonly guest: string;
  /** "Tue, 1 Dec 2026, 09:00" */
  readonly start: string;
}

/** Who is told: the guest, the host of a guest's booking, or the owner of a personal one. */
export type Audience = "guest" | "host" | "owner";

export const english = {
  lang: "en",
  dates: "en-GB",
  mails: {
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
  },
  left: ({ title, guest, start }: Terms) => ({
    subject: `Seat free again: ${title} without ${guest}, ${start}`,
    heading: `${guest} no longer comes`,
    intro: "The meeting takes place all the same. The attachment has who still comes.",
  }),
  andOthers: (guest: string, others: number) => `${guest} and ${others} more`,
  /** To whom a guest brings along, in place of what the guest reads. */
  companion: {
    mails: {
      BOOKING_CONFIRMATION: ({ guest, host }: Terms) => ({
        heading: `You are invited to meet ${host}`,
        intro: `${guest} booked this meeting and named you as a guest. The invitation for your calendar is attached.`,
      }),
      BOOKING_RESCHEDULED: ({ host }: Terms) => ({
        heading: `Your meeting with ${host} has a new time`,
      }),
      BOOKING_CANCELLED: ({ host }: Terms) => ({
        heading: `Your meeting with ${host} is cancelled`,
      }),
      BOOKING_REMINDER: ({ guest }: Terms) => ({
        intro: `If the time does not suit you, please tell ${guest}, who booked it.`,
      }),
    } as Readonly<
      Record<string, (terms: Terms) => { readonly heading?: string; readonly intro?: string }>
    >,
    footer: ({ guest }: Terms) =>
      `You receive this mail because ${guest} named this address as a guest of the meeting.`,
  },
  welcome: {
    subject: "Welcome to Kalends: please confirm your address",
    heading: (name: string) => `Welcome, ${name}`,
    intro: [
      "Your account is ready. Please confirm that this address is yours, so that your guests’ bookings reach you. The link below is good for two days.",
      "You did not make this account? Then simply ignore this mail.",
    ],
    button: "Confirm my address",
    page: "Your booking page",
  },
  verification: {
    subject: "Please confirm your new address",
    heading: (name: string) => `Is this you, ${name}?`,
    intro: [
      "This address was given for your account. Please confirm that it is yours, so that your guests’ bookings reach you. The link below is good for two days.",
      "You did not do this? Then simply ignore this mail.",
    ],
    button: "Confirm my address",
  },
  greeting: (name: string) => `Hello ${name},`,
  labels: {
    what: "What",
    when: "When",
    before: "Before",
    where: "Where",
    host: "Host",
    guest: "Guest",
    companions: "Brings along",
    others: "Also there",
    notes: "Notes",
    reason: "Reason",
    answerBy: "Answer by",
    meetingId: "Meeting ID",
    password: "Password",
  },
  locations: {
    GOOGLE_MEET: "Google Meet",
    MICROSOFT_TEAMS: "Microsoft Teams",
    ZOOM: "Zoom",
    PHONE: "By phone",
    IN_PERSON: "In person",
    CUSTOM_LINK: "Online",
  } as Readonly<Record<string, string>>,
  yes: "Yes",
  no: "No",
  linkFollows: "The host sends you the link.",
  actions: {
    manage: "See or change the booking",
    reschedule: "Choose another time",
    cancel: "Cancel the booking",
    bookAgain: "Book a new time",
    decide: "Confirm or decline",
    page: "Open the booking page",
  },
  footer: {
    guest: (host: string) =>
      `You receive this mail because this address booked a time with ${host}.`,
    host: "You receive this mail because this is your booking in Kalends.",
    welcome: "You receive this mail because this address was registered with Kalends.",
  },
};

export type Words = typeof english;

/** The words for a locale. English is all there is yet, so it is what everybody reads. */
export const wordsFor = (_locale: string): Words => english;
