// What every provider of calendars can do for us. Google, Microsoft, CalDAV and feeds each implement it in a file of
// their own; nobody else knows which one he speaks to.
import type { CalendarFailure } from "./failure.ts";

export const PROVIDERS = ["google", "microsoft", "caldav", "ics"] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** How a connection is let in. */
export type Access =
  | {
      readonly kind: "token";
      /**
       * A live access token, renewed where it has to be; another one than `rejected`, which the provider did not
       * accept. Throws CalendarFailure: needs_reauth, temporary.
       */
      token(rejected?: string): Promise<string>;
    }
  | {
      readonly kind: "password";
      readonly url: string;
      readonly username: string;
      readonly password: string;
    }
  | { readonly kind: "url"; readonly url: string };

/** A calendar as its provider lists it. */
export interface RemoteCalendar {
  readonly externalId: string;
  readonly name: string;
  /** IANA; null where the provider does not say. */
  readonly timeZone: string | null;
  readonly isPrimary: boolean;
  readonly canWrite: boolean;
  readonly conferences: readonly Conference[];
}

export type Conference = "google_meet" | "microsoft_teams";

/** Half-open. */
export interface Span {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

export interface BusySpan extends Span {
  readonly kind: "busy" | "tentative" | "out_of_office";
  /** As the provider has it; kept only where the owner wants that. */
  readonly title: string | null;
}

/** An event of a calendar that is new, has changed, or is gone. */
export interface ChangedResource {
  readonly externalId: string;
  readonly etag: string | null;
  /** All the time it takes within the window; none where it is gone, cancelled, declined or free. */
  readonly busy: readonly BusySpan[];
  /** Whether it is no longer there, or cancelled. */
  readonly isGone: boolean;
  /** When it is, whether or not that blocks; null for what is gone, and for what recurs. */
  readonly during: Span | null;
  /** Whether Kalends made it. What is gone may no longer say so: calendar_events knows. */
  readonly isOurs: boolean;
}

export interface ChangesPage {
  readonly resources: readonly ChangedResource[];
  /** Whether this run lists everything in the window, so that what no page names is gone. The same on each page. */
  readonly isFull: boolean;
  /** Where the next run begins; on the last page only. */
  readonly cursor: string | null;
}

/** An event that we want to see at the provider. It names no attendees: guests are told by us. */
export interface EventDraft {
  /** A UUID that is the same on each try: the event's id at the provider is derived from it, so that none is made twice. */
  readonly key: string;
  readonly bookingId: string;
  readonly summary: string;
  /** Plain text. */
  readonly description: string;
  readonly location: string | null;
  readonly during: Span;
  /** IANA, of the host: how the provider shows it to him. */
  readonly timeZone: string;
  /** A meeting that the provider is to make with it. */
  readonly conference: Conference | null;
}

/** An event as it stands at the provider. */
export interface RemoteEvent {
  readonly externalId: string;
  readonly etag: string | null;
  readonly during: Span;
  readonly meeting: RemoteMeeting | null;
}

export interface RemoteMeeting {
  /** Google makes meetings in its own time: pending ones are asked for again by read(). */
  readonly state: "pending" | "ready" | "failed";
  readonly url: string | null;
}

/** Where a provider is to push. */
export interface ChannelDraft {
  /** The id of the row. Google hands it back with each push; Microsoft tells its own name of the channel. */
  readonly id: string;
  /** What proves a push; derived, ≤ 128 characters. */
  readonly secret: string;
  /** Public, https. */
  readonly url: string;
}

export interface RemoteChannel {
  readonly externalId: string;
  readonly resourceId: string | null;
  readonly expiresAt: Temporal.Instant;
}

/**
 * One provider. Each call is bounded in time and size and throws {@link CalendarFailure} alone; `calendar` is the
 * provider's own id of it.
 */
export interface CalendarProvider {
  readonly name: ProviderName;
  /** Every calendar of the account. */
  listCalendars(access: Access): Promise<readonly RemoteCalendar[]>;
  /**
   * What has changed since `cursor`, or all there is in the window where that is null; page by page, as few as the
   * provider allows. A run with a cursor may all the same list everything, and then says so. Recurring events come as
   * the times they take within the window, or until the end of its last day. `timeZone` is the calendar's as it was
   * listed, else its owner's: for days and times that say no zone where the provider does not know one either. Throws
   * cursor_expired where the provider has forgotten.
   */
  changes(
    access: Access,
    from: {
      readonly calendar: string;
      readonly cursor: string | null;
      readonly window: Span;
      readonly timeZone?: string;
    },
  ): AsyncIterable<ChangesPage>;
  /**
   * Makes the event, or where `known` is given makes that one show what the draft says. Done again it changes nothing.
   * An event of the same key that was deleted is put back. Throws not_found where `known` is gone, changed where its
   * etag is another.
   */
  write(
    access: Access,
    calendar: string,
    draft: EventDraft,
    known: { readonly externalId: string; readonly etag: string | null } | null,
  ): Promise<RemoteEvent>;
  /** The event as it stands; null: it is gone or cancelled. */
  read(access: Access, calendar: string, externalId: string): Promise<RemoteEvent | null>;
  /** Takes the event away, where it is still there. */
  remove(access: Access, calendar: string, externalId: string): Promise<void>;
  /** Asks for pushes; null: this provider has none. */
  watch(access: Access, calendar: string, draft: ChannelDraft): Promise<RemoteChannel | null>;
  /**
   * Lets pushes come for longer, where the provider can do that to a channel; else another one is made. Throws
   * not_found where it has ended.
   */
  renew?(
    access: Access,
    channel: Pick<RemoteChannel, "externalId" | "resourceId">,
  ): Promise<RemoteChannel>;
  /** Ends pushes, where they have not ended. */
  unwatch(access: Access, channel: Pick<RemoteChannel, "externalId" | "resourceId">): Promise<void>;
}
