// The words of mails and notifications in English.

import type { NoticeType } from "../facts.ts";
import { mails } from "./en/mails.ts";
import { notices } from "./en/notices.ts";
import { organization } from "./en/organization.ts";
import { security } from "./en/security.ts";
import { texts } from "./en/texts.ts";
import { webhook } from "./en/webhook.ts";
import type { Terms } from "./words.ts";

export const english = {
  lang: "en",
  dates: "en-GB",
  mails,
  texts,
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
      BOOKING_PLACE_CHANGED: ({ host }: Terms) => ({
        heading: `Your meeting with ${host} has a new place`,
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
  security,
  notices,
  webhook,
  /** Of a notification that nothing more is known about. */
  notice: { title: "Something happened", message: "See your bookings." },
  organization,
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
    verifyBy: "Confirm by",
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
  addToCalendar: "Add to your calendar:",
  icsFile: ".ics file",
  linkFollows: "The host sends you the link.",
  /** The same, to the host. */
  linkMissing: "There is no link yet: please send your guest one.",
  actions: {
    manage: "See or change the booking",
    reschedule: "Choose another time",
    cancel: "Cancel the booking",
    bookAgain: "Book a new time",
    decide: "Confirm or decline",
    verify: "Confirm the booking",
    answer: "Answer",
    page: "Open the booking page",
  },
  /** What mails and notifications of a kind are called. */
  kinds: {
    BOOKING_REQUESTED: "Requests to answer",
    BOOKING_CONFIRMED: "New bookings",
    BOOKING_RESCHEDULED: "Moved bookings",
    BOOKING_CANCELLED: "Cancelled bookings",
    BOOKING_DECLINED: "Declined requests",
    BOOKING_EXPIRED: "Expired requests",
    BOOKING_REASSIGNED: "Bookings handed over",
    BOOKING_PLACE_CHANGED: "Changed places",
    BOOKING_RESTORED: "Restored bookings",
    REMINDER: "Reminders",
    BOOKINGS_FLOOD: "Unusually many bookings",
    ORG_INVITE: "Invitations to organizations",
    ORG_OWNER: "Organizations that are handed over",
    MEETING_TYPE_PASSED: "Meeting types that are handed over",
    HOST_GONE: "Hosts who are gone",
    CALENDAR_EVENT_MOVED: "Events that you moved in your calendar",
    CALENDAR_EVENT_DELETED: "Events that you deleted in your calendar",
    CALENDAR_EVENT_FAILED: "Bookings that your calendar does not take",
    CALENDAR_NEEDS_REAUTH: "Calendars to connect again",
    CALENDAR_UNREACHABLE: "Calendars that cannot be reached",
    DELIVERY_FAILED: "Mails and SMS that did not arrive",
    MAIL_PROVIDER_REFUSES: "A mail provider that refuses us",
    WEBHOOK_FAILING: "Webhooks that fail",
    WEBHOOK_DISABLED: "Webhooks that were stopped",
    WELCOME: "Welcome",
  } as Readonly<Record<NoticeType, string>>,
  unsubscribe: {
    link: { guest: "Get no more reminders", host: "Get no more mails of this kind" },
    page: {
      what: "Mails",
      to: "To",
      guest: (host: string) => `Reminders of meetings with ${host}`,
      on: {
        title: "Get no more of these mails?",
        explanation: {
          guest: "What a booking needs, such as its confirmation, is sent all the same.",
          user: "Mails of other kinds are sent all the same.",
        },
        button: "Stop these mails",
      },
      off: {
        title: "You get no more of these mails",
        explanation: {
          guest: "Changed your mind? Have them sent again.",
          user: "Changed your mind? Have them sent again.",
        },
        button: "Send them again",
      },
    },
  },
  footer: {
    guest: (host: string) =>
      `You receive this mail because this address booked a time with ${host}.`,
    unverified: (host: string) =>
      `You receive this mail because somebody asked for a time with ${host} and gave this address.`,
    host: "You receive this mail because this is your booking in Kalends.",
    account: "You receive this mail because it concerns your account in Kalends.",
    welcome: "You receive this mail because this address was registered with Kalends.",
    webhook: "You receive this mail because this webhook is yours in Kalends.",
  },
};
