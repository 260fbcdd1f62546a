// The languages of mails and notifications. Another one is another file like en.ts, named here.
import type { NoticeFacts, NoticeType } from "../facts.ts";
import { german } from "./de.ts";
import { english } from "./en.ts";

/** What a sentence of a mail may speak of. Names and titles are clipped already. */
export interface Terms {
  readonly title: string;
  readonly host: string;
  readonly guest: string;
  /** "Tue, 1 Dec 2026, 09:00" */
  readonly start: string;
}

/** What an SMS speaks of. */
export interface TextTerms {
  readonly title: string;
  /** The other one. */
  readonly who: string;
  readonly start: string;
  readonly isGuest: boolean;
}

/** Who is told: the guest, the host of a guest's booking, or the owner of a personal one. */
export type Audience = "guest" | "host" | "owner";

/** The texts of notifications; `at` tells an instant as the reader's clock shows it. */
export type NoticeWords = {
  readonly [T in NoticeType]: (
    facts: NoticeFacts[T],
    at: (instant: string) => string,
  ) => { readonly title: string; readonly message: string };
};

export type Words = typeof english;

const LANGUAGES = { en: english, de: german } satisfies Record<string, Words>;
export type Language = keyof typeof LANGUAGES;

/** The languages that there are words in. */
export const LOCALES = Object.keys(LANGUAGES) as Language[];

/** The language of a tag (RFC 5646): "de" of "de-AT". Null: there are no words in it. */
export function languageOf(tag: string): Language | null {
  const [primary = ""] = tag.toLowerCase().split(/[-_]/);
  return LOCALES.find((each) => each === primary) ?? null;
}

/** The words for a locale; in English where there are none. */
export const wordsFor = (locale: string): Words => LANGUAGES[languageOf(locale) ?? "en"];
