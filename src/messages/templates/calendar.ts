import type { Mail, NoticeFacts, Reader } from "../facts.ts";
import { oneLine } from "../line.ts";
import { type Action, type Letter, letterHtml, letterText } from "./letter.ts";
import { noticeText } from "./notice.ts";
import { wordsFor } from "./words.ts";

export type CalendarMailKind = "CALENDAR_NEEDS_REAUTH" | "CALENDAR_UNREACHABLE";

/** Tells how a calendar stands, in the words of the notification. */
export function calendarMail<K extends CalendarMailKind>(
  kind: K,
  facts: NoticeFacts[K],
  reader: Reader,
  unsubscribeUrl: string | null,
): Mail {
  const words = wordsFor(reader.locale);
  const { title, message } = noticeText(kind, facts, reader);
  const stop: Action | null =
    unsubscribeUrl === null ? null : { label: words.unsubscribe.link.host, url: unsubscribeUrl };
  const letter: Letter = {
    lang: words.lang,
    subject: title,
    heading: title,
    paragraphs: [words.greeting(oneLine(reader.name, 50)), message],
    details: [],
    button: null,
    actions: [],
    footer: words.footer.account,
    unsubscribe: stop,
  };
  return { subject: letter.subject, html: letterHtml(letter), text: letterText(letter) };
}
