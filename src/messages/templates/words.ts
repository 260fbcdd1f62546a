// The languages of mails and notifications. Another one is another file like en.ts, named here.
import type { NoticeFacts, NoticeType } from "../facts.ts";
import { english } from "./en.ts";

/** What a sentence of a mail may speak of. Names and titles are clipped already. */
export interface Terms {
  readonly title: string;
  readonly host: string;
  readonly guest: string;
  /** "Tue, 1 Dec 2026, 09:00" */
  readonly start: string;
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

/** The words for a locale. English is all there is yet, so it is what everybody reads. */
export const wordsFor = (_locale: string): Words => english;
