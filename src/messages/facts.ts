// What the templates are told. Plain values: who renders has read them from the present state.

export type BookingMailKind =
  | "BOOKING_CONFIRMATION"
  | "BOOKING_RESCHEDULED"
  | "BOOKING_CANCELLED"
  | "BOOKING_REMINDER"
  | "BOOKING_REQUESTED"
  | "BOOKING_DECLINED"
  | "BOOKING_EXPIRED"
  | "BOOKING_REASSIGNED"
  | "BOOKING_PLACE_CHANGED"
  | "BOOKING_LINK"
  | "BOOKING_VERIFICATION"
  | "BOOKING_FOLLOW_UP"
  | "BOOKING_NO_SHOW";

/** What is told by SMS too. */
export type TextKind =
  | "BOOKING_CONFIRMATION"
  | "BOOKING_RESCHEDULED"
  | "BOOKING_CANCELLED"
  | "BOOKING_REMINDER"
  | "BOOKING_FOLLOW_UP";

/** A meeting as the mails speak of it. */
export interface BookingFacts {
  readonly title: string;
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
  /** Where a rescheduled meeting was; null otherwise. */
  readonly previous: { readonly start: Temporal.Instant; readonly end: Temporal.Instant } | null;
  readonly location: Location | null;
  readonly notes: string | null;
  readonly cancelReason: string | null;
  /** Until when a request must be answered. */
  readonly answerBy?: Temporal.Instant | null;
  readonly host: Person;
  /** Who meets the guest besides the host. */
  readonly coHosts?: readonly Person[];
  /** Null: personal, time that the host blocks for himself. */
  readonly guest: Person | null;
  /** Whom the guest brings along. */
  readonly companions: readonly Person[];
  /** Who else shares the meeting, for its hosts; absent where it is one guest's. */
  readonly others?: readonly Person[] | undefined;
  /** The guest alone has left: the meeting goes on. */
  readonly goesOn?: boolean;
  /** The guest's, to what the meeting type asks; for the host. */
  readonly answers: readonly AnswerFact[];
  readonly links: Links;
  readonly publicUrl: string;
}

export interface AnswerFact {
  readonly label: string;
  readonly value: string | number | boolean | readonly string[];
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface Location {
  readonly type: string;
  readonly url?: string | null;
  readonly meetingId?: string | null;
  readonly password?: string | null;
  readonly details?: string | null;
}

/** Null where there is nothing to link to. The first four carry the guest's token: never in a host's mail. */
export interface Links {
  readonly manageUrl: string | null;
  readonly rescheduleUrl: string | null;
  readonly cancelUrl: string | null;
  /** The invitation as a file; of guests only. */
  readonly icsUrl?: string | null;
  /** Where the host answers a request. It carries his token: never in a guest's mail. */
  readonly decideUrl?: string | null;
  /** Where the reader stops mails like this one; null for those that nobody may stop. */
  readonly unsubscribeUrl?: string | null;
  /** Where a guest says that the booking is his. */
  readonly verifyUrl?: string | null;
  /** The public page of the meeting type. */
  readonly pageUrl: string | null;
}

/** What a notification in the app speaks of, by its type. Kept as JSON, so instants are text. */
export interface NoticeFacts {
  readonly BOOKING_REQUESTED: MeetingNotice & Moved;
  readonly BOOKING_CONFIRMED: MeetingNotice & {
    /** The host's yes to a request. */
    isAnswer?: boolean;
  };
  readonly BOOKING_RESCHEDULED: MeetingNotice & Moved & Doer;
  readonly BOOKING_CANCELLED: MeetingNotice &
    Doer & {
      /** One guest of several left: the meeting goes on. */
      goesOn?: boolean;
    };
  readonly BOOKING_DECLINED: MeetingNotice;
  readonly BOOKING_EXPIRED: MeetingNotice;
  readonly BOOKING_REASSIGNED: MeetingNotice & {
    /** Without the one who is gone, and with nobody in his place. */
    goesOn?: boolean;
  };
  readonly BOOKING_PLACE_CHANGED: MeetingNotice & Doer;
  readonly BOOKING_RESTORED: MeetingNotice;
  readonly REMINDER: MeetingNotice;
  /** Many bookings within an hour by guests of one domain. */
  readonly BOOKINGS_FLOOD: { domain: string };
  readonly ORG_INVITE: { organizationId: string; role: string; organization?: string; by?: string };
  readonly ORG_OWNER: { organizationId: string; organization: string };
  readonly MEETING_TYPE_PASSED: { meetingTypeId: string; organizationId: string; title: string };
  readonly HOST_GONE: {
    meetingTypeId: string;
    hostId: string;
    title: string;
    host: string;
    /** The type offers nothing without him. */
    areAllNeeded: boolean;
  };
  /** The host moved the event in his calendar, and is asked what he means by it. */
  readonly CALENDAR_EVENT_MOVED: MeetingNotice & {
    /** Where he has put it. */
    to: string;
  };
  readonly CALENDAR_EVENT_DELETED: MeetingNotice;
  readonly CALENDAR_EVENT_FAILED: MeetingNotice & {
    /** It cannot be written at all, its calendar is gone, or it is there without the link of its meeting. */
    reason: "refused" | "no_calendar" | "no_meeting";
  };
  readonly CALENDAR_NEEDS_REAUTH: { provider: string; account?: string };
  readonly CALENDAR_UNREACHABLE: {
    connectionId: string;
    provider: string;
    account: string;
    /** What holds until it can be reached: the last that was known, all is busy, all is free. */
    meanwhile: "keep" | "busy" | "free";
  };
  /** A mail, or an SMS. */
  readonly DELIVERY_FAILED: MeetingNotice &
    ({ email: string; reason: "failed" | "bounced" | "complained" } | { phone: string });
  readonly MAIL_PROVIDER_REFUSES: { provider: string; reason: string };
  readonly WEBHOOK_FAILING: { webhookId: string; host: string };
  readonly WEBHOOK_DISABLED: { webhookId: string; host: string; reason: "gone" | "failing" };
  readonly WELCOME: Record<never, never>;
}
export type NoticeType = keyof NoticeFacts;

interface MeetingNotice {
  /** Absent where only the statement knows it. */
  bookingId?: string;
  title: string;
  start: string;
  /** Null: nobody's, or several guests'. */
  guest: string | null;
  /** Time that the reader blocks for himself. */
  isPersonal?: boolean;
}

interface Moved {
  previousStart?: string;
}

interface Doer {
  /** Who did it; null: a host whose name is not known. */
  by: string | null;
}

/** Who reads it: a mail is told in the reader's zone and language. */
export interface Reader {
  readonly role: "guest" | "host";
  /** A guest whom another one brings along. */
  readonly isCompanion?: boolean;
  readonly name: string;
  readonly timeZone: string;
  readonly locale: string;
}

export interface WelcomeFacts {
  readonly verifyUrl: string;
  /** The public page of the new user. */
  readonly pageUrl: string;
  readonly publicUrl: string;
}

export interface VerificationFacts {
  readonly verifyUrl: string;
}

/** Somebody was added to an organization, or an address was asked to join it. */
export interface OrganizationFacts {
  readonly kind: "added" | "invited";
  readonly organization: string;
  /** Null where he is gone. */
  readonly inviter: string | null;
  readonly role: "admin" | "member";
  /** Where he agrees to be a host, or accepts; null where there is nothing to agree to. */
  readonly url: string | null;
}

export interface EmailChangedFacts {
  /** Where the change is taken back; null where the address was never confirmed. */
  readonly undoUrl: string | null;
}
/** A webhook that fails, or was stopped, by the host of its address: the rest may hold a secret. */
export type WebhookFacts = {
  readonly host: string;
  readonly failingSince: Temporal.Instant | null;
} & (
  | { readonly kind: "WEBHOOK_FAILING" }
  | { readonly kind: "WEBHOOK_DISABLED"; readonly reason: "gone" | "failing" }
);

/** A mail before it has a sender and an address. */
export interface Mail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
