import type { Mail, NoticeFacts, Reader } from "../facts.ts";
import { oneLine } from "../line.ts";
import { type Action, type Letter, letterHtml, letterText } from "./letter.ts";
import { noticeText } from "./notice.ts";
import { wordsFor } from "./words.ts";

/** Tells that a calendar must be connected again, in the words of the notification. */
export function calendarMail(
  facts: NoticeFacts["CALENDAR_NEEDS_REAUTH"],
  reader: Reader,
  unsubscribeUrl: string | null,
): Mail {
  const words = wordsFor(reader.locale);
  const { title, message } = noticeText("CALENDAR_NEEDS_REAUTH", facts, reader);
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
