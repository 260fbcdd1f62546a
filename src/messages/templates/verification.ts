import type { Mail, Reader, VerificationFacts } from "../facts.ts";
import { oneLine } from "../line.ts";
import { type Letter, letterHtml, letterText } from "./letter.ts";
import { wordsFor } from "./words.ts";

/** Asks to confirm an address that a user changed to. */
export function verificationMail(facts: VerificationFacts, reader: Reader): Mail {
  const words = wordsFor(reader.locale);
  const letter: Letter = {
    lang: words.lang,
    subject: words.verification.subject,
    heading: words.verification.heading(oneLine(reader.name, 50)),
    paragraphs: words.verification.intro,
    details: [],
    button: { label: words.verification.button, url: facts.verifyUrl },
    actions: [],
    footer: words.footer.welcome,
  };
  return { subject: letter.subject, html: letterHtml(letter), text: letterText(letter) };
}
