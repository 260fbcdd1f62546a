import type { NoticeFacts, NoticeType, Reader } from "../facts.ts";
import { when } from "../when.ts";
import { wordsFor } from "./words.ts";

/** A notification in the app, in its reader's language and zone. */
export function noticeText<T extends NoticeType>(
  type: T,
  facts: NoticeFacts[T],
  { timeZone, locale }: Pick<Reader, "timeZone" | "locale">,
): { title: string; message: string } {
  const words = wordsFor(locale);
  const at = (text: string) => {
    const instant = Temporal.Instant.from(text);
    return when(instant, instant, timeZone, words.dates).short;
  };
  return words.notices[type](facts, at);
}
