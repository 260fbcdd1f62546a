// The mails about the safety of an account.
import type { EmailChangedFacts, Mail, Reader } from "../facts.ts";
import { oneLine } from "../line.ts";
import { type Action, type Letter, letterHtml, letterText } from "./letter.ts";
import { type Words, wordsFor } from "./words.ts";

/** The link to set a new password, for whoever asked for it. */
export function passwordResetMail(
  { resetUrl }: { readonly resetUrl: string },
  reader: Reader,
): Mail {
  const words = wordsFor(reader.locale);
  const { intro, button, ...told } = words.security.passwordReset;
  return letterOf(words, reader, told, intro, { label: button, url: resetUrl });
}

/** Tells that the password is another now. */
export function passwordChangedMail(
  { forgotUrl }: { readonly forgotUrl: string },
  reader: Reader,
): Mail {
  const words = wordsFor(reader.locale);
  const { intro, button, ...told } = words.security.passwordChanged;
  return letterOf(words, reader, told, intro, { label: button, url: forgotUrl });
}

/** The farewell to who has deleted his account. */
export function accountErasedMail(reader: Reader): Mail {
  const words = wordsFor(reader.locale);
  const { intro, ...told } = words.security.accountErased;
  return letterOf(words, reader, told, intro, null);
}

/** Tells the old address of an account that there is a new one. It does not say which. */
export function emailChangedMail({ undoUrl }: EmailChangedFacts, reader: Reader): Mail {
  const words = wordsFor(reader.locale);
  const { intro, undo, noUndo, button, ...told } = words.security.emailChanged;
  return undoUrl === null
    ? letterOf(words, reader, told, [intro, noUndo], null)
    : letterOf(words, reader, told, [intro, undo], { label: button, url: undoUrl });
}

function letterOf(
  words: Words,
  reader: Reader,
  { subject, heading }: { readonly subject: string; readonly heading: string },
  paragraphs: readonly string[],
  button: Action | null,
): Mail {
  const letter: Letter = {
    lang: words.lang,
    subject,
    heading,
    paragraphs: [words.greeting(oneLine(reader.name, 50)), ...paragraphs],
    details: [],
    button,
    actions: [],
    footer: words.security.footer,
  };
  return { subject: letter.subject, html: letterHtml(letter), text: letterText(letter) };
}
