import type { Mail, NoticeFacts, NoticeType, Reader } from "../facts.ts";
import { oneLine } from "../line.ts";
import { type Action, type Letter, letterHtml, letterText } from "./letter.ts";
import { noticeText } from "./notice.ts";
import { wordsFor } from "./words.ts";

interface Links {
  /** Where he answers; null where nothing is asked. */
  readonly answerUrl: string | null;
  /** Where he stops mails like this one; null: he cannot. */
  readonly unsubscribeUrl: string | null;
}

/** Tells a host of his calendar, in the words of the notification. */
export function calendarMail<T extends NoticeType>(
  type: T,
  facts: NoticeFacts[T],
  reader: Reader,
  { answerUrl, unsubscribeUrl }: Links,
): Mail {
  const words = wordsFor(reader.locale);
  const { title, message } = noticeText(type, facts, reader);
  const stop: Action | null =
    unsubscribeUrl === null ? null : { label: words.unsubscribe.link.host, url: unsubscribeUrl };
  const letter: Letter = {
    lang: words.lang,
    subject: title,
    heading: title,
    paragraphs: [words.greeting(oneLine(reader.name, 50)), message],
    details: [],
    button: answerUrl === null ? null : { label: words.actions.answer, url: answerUrl },
    actions: [],
    footer: words.footer.account,
    unsubscribe: stop,
  };
  return { subject: letter.subject, html: letterHtml(letter), text: letterText(letter) };
}
