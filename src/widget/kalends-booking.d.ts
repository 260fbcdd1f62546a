// Types of the <kalends-booking> element, for pages that are written in TypeScript. They stand alone.

/** What the page knows of its guest. */
export interface KalendsPrefill {
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly smsOptIn?: boolean;
  readonly notes?: string;
  /** Addresses of further guests. */
  readonly guests?: readonly string[];
  /** To the questions of the meeting type, by their ids. */
  readonly answers?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** What each event carries in `detail`. Instants are RFC 3339 in UTC. */
export interface KalendsEvents {
  ready: Record<string, never>;
  type_viewed: { host: string; type: string };
  date_selected: { date: string };
  slot_selected: { start: string; end: string; timeZone: string };
  booking_created: { id: string; start: string; end: string };
  booking_rescheduled: { id: string; start: string; end: string };
  booking_cancelled: { id: string };
  /** Does not bubble: pages that watch for script errors would count it. */
  error: { code: string };
}

export interface KalendsBookingElement extends HTMLElement {
  /** Fills in what the guest has not typed himself. */
  prefill: KalendsPrefill;
  /** Opens the popup. */
  open(): void;
  close(): void;
  addEventListener<T extends keyof KalendsEvents>(
    type: T,
    listener: (event: CustomEvent<KalendsEvents[T]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "kalends-booking": KalendsBookingElement;
  }
}
