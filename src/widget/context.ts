// What every part of the widget is handed.
import type { Api } from "./api.ts";
import type { Format } from "./format.ts";
import type { KalendsEvents, KalendsPrefill } from "./kalends-booking.d.ts";
import type { Store } from "./store.ts";
import type { Words } from "./words.ts";

/** What the element's attributes say. */
export interface Options {
  readonly server: string;
  readonly host: string;
  readonly type: string;
  readonly mode: "inline" | "popup" | "badge";
  readonly link: string | null;
  readonly bookingId: string | null;
  readonly token: string | null;
  readonly date: string | null;
  readonly duration: number | null;
  readonly timeZone: string;
  readonly redirect: string | null;
  readonly label: string | null;
}

export interface Context {
  readonly options: Options;
  readonly store: Store;
  readonly api: Api;
  /** Aborted when the element goes. */
  readonly stop: AbortSignal;
  /** What the page knows of its guest, as of now. */
  readonly prefill: () => KalendsPrefill;
  /** Gives the widget a further style sheet. */
  readonly addStyle: (css: string) => void;
  readonly attribute: (name: string) => string | null;
  readonly emit: <T extends keyof KalendsEvents>(type: T, detail: KalendsEvents[T]) => void;
  /** The reader's language; another one may take its place while it is being loaded. */
  words: Words;
  format: Format;
  firstDay: number;
  /** A text that counts something. */
  readonly say: (key: "timesOf" | "seats" | "check" | "zoneFound", n: number) => string;
}
