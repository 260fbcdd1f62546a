import type { Mail, Reader, WelcomeFacts } from "../facts.ts";
import { oneLine } from "../line.ts";
import { type Letter, letterHtml, letterText } from "./letter.ts";
import { wordsFor } from "./words.ts";

/** The first mail to a new user: it asks to confirm the address. */
export function welcomeMail(facts: WelcomeFacts, reader: Reader): Mail {
  const words = wordsFor(reader.locale);
  const letter: Letter = {
    lang: words.lang,
    subject: words.welcome.subject,
    heading: words.welcome.heading(oneLine(reader.name, 50)),
    paragraphs: words.welcome.intro,
    details: [{ label: words.welcome.page, lines: [facts.pageUrl] }],
    button: { label: words.welcome.button, url: facts.verifyUrl },
    actions: [],
    footer: words.footer.welcome,
  };
  return { subject: letter.subject, html: letterHtml(letter), text: letterText(letter) };
}
