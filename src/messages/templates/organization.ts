import type { Mail, OrganizationFacts, Reader } from "../facts.ts";
import { oneLine } from "../line.ts";
import { type Letter, letterHtml, letterText } from "./letter.ts";
import { wordsFor } from "./words.ts";

/** Tells who was added to an organization, or asks an address to join it. */
export function organizationMail(facts: OrganizationFacts, reader: Reader): Mail {
  const words = wordsFor(reader.locale);
  const { plain, roles, footer, [facts.kind]: told } = words.organization;
  const organization = plainName(facts.organization) ?? plain.organization;
  const inviter = (facts.inviter === null ? null : plainName(facts.inviter)) ?? plain.inviter;
  const letter: Letter = {
    lang: words.lang,
    subject: oneLine(told.subject(organization), 200),
    heading: told.heading(organization),
    paragraphs: [
      ...(facts.kind === "added" ? [words.greeting(oneLine(reader.name, 50))] : []),
      told.intro(inviter, organization, roles[facts.role]),
      ...(facts.url === null ? [] : [told.consent]),
    ],
    details: [],
    button: facts.url === null ? null : { label: told.button, url: facts.url },
    actions: [],
    footer: footer[facts.kind],
  };
  return { subject: letter.subject, html: letterHtml(letter), text: letterText(letter) };
}

// Anybody may call himself and his organization anything, and have that mailed to any address: nothing
// that a mail program makes a link of.
const plainName = (name: string): string | null =>
  /[/:@]|\.\p{L}{2}/u.test(name) ? null : oneLine(name, 60);
