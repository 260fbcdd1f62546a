import type { NoticeWords } from "../words.ts";

/** Notifications in the app. */
export const notices: NoticeWords = {
  BOOKING_REQUESTED: ({ title, guest, start, previousStart }, at) =>
    previousStart
      ? {
          title: "Another time asked for",
          message: `${guest ?? "A guest"} asks for another time for ${title}: ${at(start)}.`,
        }
      : {
          title: "New request",
          message: `${guest ?? "A guest"} asks for ${title}: ${at(start)}.`,
        },
  BOOKING_CONFIRMED: ({ title, guest, start, isPersonal, isAnswer }, at) => {
    if (isPersonal)
      return { title: "Time blocked", message: `You blocked time: ${title}, ${at(start)}.` };
    return isAnswer
      ? { title: "Booking confirmed", message: `${meeting(title, guest)}, ${at(start)}.` }
      : {
          title: "New booking",
          message: `${guest ?? "A guest"} booked ${title}: ${at(start)}.`,
        };
  },
  BOOKING_RESCHEDULED: ({ title, start, by, isPersonal }, at) =>
    isPersonal
      ? { title: "Blocked time moved", message: `You moved ${title} to ${at(start)}.` }
      : {
          title: "Booking moved",
          message: `${by ?? "A host"} moved ${title} to ${at(start)}.`,
        },
  BOOKING_CANCELLED: ({ title, guest, start, by, isPersonal, goesOn }, at) => {
    if (isPersonal)
      return {
        title: "Blocked time is free again",
        message: `You cancelled ${title}, ${at(start)}.`,
      };
    return goesOn
      ? {
          title: "A guest left",
          message: `${guest ?? "A guest"} no longer comes to ${title}, ${at(start)}.`,
        }
      : {
          title: "Booking cancelled",
          message: `${by ?? "A host"} cancelled ${title}, ${at(start)}.`,
        };
  },
  BOOKING_DECLINED: ({ title, guest, start }, at) => ({
    title: "Request declined",
    message: `${meeting(title, guest)}, ${at(start)}, does not take place.`,
  }),
  BOOKING_EXPIRED: ({ title, guest, start }, at) => ({
    title: "Request expired",
    message: `Nobody answered in time: ${meeting(title, guest)}, ${at(start)}.`,
  }),
  BOOKING_REASSIGNED: ({ title, guest, start, goesOn }, at) =>
    goesOn
      ? {
          title: "A host is gone",
          message: `${meeting(title, guest)}, ${at(start)}, goes on without one of its hosts.`,
        }
      : {
          title: "Booking handed over",
          message: `${meeting(title, guest)}, ${at(start)}, was handed over to another host.`,
        },
  BOOKING_PLACE_CHANGED: ({ title, guest, start, by }, at) => ({
    title: "Place changed",
    message: `${by ?? "A host"} changed where ${meeting(title, guest)}, ${at(start)}, takes place.`,
  }),
  BOOKING_RESTORED: ({ title, guest, start }, at) => ({
    title: "Booking restored",
    message: `${meeting(title, guest)}, ${at(start)}, takes place after all.`,
  }),
  REMINDER: ({ title, guest, start }, at) => ({
    title: "Coming up soon",
    message: `${meeting(title, guest)}, ${at(start)}.`,
  }),
  BOOKINGS_FLOOD: ({ domain }) => ({
    title: "Many bookings from one sender",
    message: `Within an hour you were booked unusually often from ${domain}. If that is not meant, cancel these bookings together, and block the address or the domain.`,
  }),
  ORG_INVITE: ({ organization, by }) => ({
    title: "You joined an organization",
    message: `${by ?? "Somebody"} made you a member of ${organization ?? "an organization"}. Colleagues can name you as a host once you agree.`,
  }),
  ORG_OWNER: ({ organization }) => ({
    title: "An organization is yours now",
    message: `${organization} was handed over to you.`,
  }),
  MEETING_TYPE_PASSED: ({ title }) => ({
    title: "A meeting type is yours now",
    message: `${title} had an owner who is gone.`,
  }),
  HOST_GONE: ({ title, host, areAllNeeded }) => ({
    title: "A host is gone",
    message: `${host} takes no meetings of ${title} any more.${areAllNeeded ? " It needs all its hosts: it offers no times until you change them." : ""}`,
  }),
  CALENDAR_EVENT_MOVED: ({ title, guest, start, to }, at) => ({
    title: "You moved an event in your calendar",
    message: `${meeting(title, guest)} is still booked for ${at(start)}; in your calendar it is at ${at(to)} now. Move the booking there too, or put the event back? Until you say so nothing changes, and nobody is told.`,
  }),
  CALENDAR_EVENT_DELETED: ({ title, guest, start }, at) => ({
    title: "You deleted an event in your calendar",
    message: `${meeting(title, guest)}, ${at(start)}, is still booked. Cancel the booking, or put the event back? Until you say so nothing changes, and nobody is told.`,
  }),
  CALENDAR_EVENT_FAILED: ({ title, guest, start, reason }, at) => ({
    title: reason === "no_meeting" ? "A meeting has no link" : "Your calendar lacks a booking",
    message: `${meeting(title, guest)}, ${at(start)}: ${UNWRITTEN[reason]}`,
  }),
  CALENDAR_NEEDS_REAUTH: ({ provider, account }) => ({
    title: "A calendar must be connected again",
    message: `${account ? `${provider} (${account})` : provider} no longer lets us in. Until you connect it again, what is new in it does not block your time.`,
  }),
  CALENDAR_UNREACHABLE: ({ provider, account, meanwhile }) => ({
    title: "A calendar cannot be reached",
    message: `${provider} (${account}) has not answered for a while. ${MEANWHILE[meanwhile]} We keep trying.`,
  }),
  DELIVERY_FAILED: ({ title, guest, start, ...what }, at) => ({
    title: "phone" in what ? "An SMS did not arrive" : "A mail did not arrive",
    message: `${meeting(title, guest)}, ${at(start)}: ${
      "phone" in what
        ? `the SMS to ${what.phone} did not get through.`
        : UNDELIVERED[what.reason](what.email)
    }`,
  }),
  MAIL_PROVIDER_REFUSES: ({ provider, reason }) => ({
    title: "No mails are going out",
    message: `The mail provider (${provider}) refuses us (${reason}).`,
  }),
  WEBHOOK_FAILING: ({ host }) => ({
    title: "A webhook fails",
    message: `For a day nothing has got through to ${host}. After five days we stop the webhook.`,
  }),
  WEBHOOK_DISABLED: ({ host, reason }) => ({
    title: "A webhook is stopped",
    message:
      reason === "gone"
        ? `${host} answered that it wants no more.`
        : `For five days nothing has got through to ${host}. Start the webhook again once the receiver works.`,
  }),
  WELCOME: () => ({
    title: "Welcome to Kalends",
    message:
      "Your working hours are set to Monday to Friday, 09:00 to 17:00. Create a meeting type to be booked.",
  }),
};

const MEANWHILE = {
  keep: "What we last knew of it goes on blocking your time; what is new in it does not.",
  busy: "Until it does, nobody can book you, as you have chosen.",
  free: "Until it does, what is in it does not block your time, as you have chosen.",
};

const UNWRITTEN = {
  refused: "your calendar does not take the event. The booking stands all the same.",
  no_calendar:
    "the calendar that receives your bookings is gone. Choose another one; the booking stands all the same.",
  no_meeting: "no link could be made for it. Please send your guest one.",
};

const UNDELIVERED = {
  failed: (email: string) => `the mail to ${email} did not get through.`,
  bounced: (email: string) => `the mail to ${email} came back: the address may be wrong.`,
  complained: (email: string) =>
    `${email} reported the mail as spam, and gets only what the booking needs from now on.`,
};

const meeting = (title: string, guest: string | null): string =>
  guest === null ? title : `${title} with ${guest}`;
