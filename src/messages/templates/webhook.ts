import type { Mail, Reader, WebhookFacts } from "../facts.ts";
import { oneLine } from "../line.ts";
import { when } from "../when.ts";
import { type Letter, letterHtml, letterText } from "./letter.ts";
import { wordsFor } from "./words.ts";

/** Tells the owner of a webhook that it fails, or that it was stopped. */
export function webhookMail(facts: WebhookFacts, reader: Reader): Mail {
  const words = wordsFor(reader.locale);
  const { webhook } = words;
  const since = facts.failingSince;
  const told = webhook[facts.kind](oneLine(facts.host, 100));
  const letter: Letter = {
    lang: words.lang,
    subject: told.subject,
    heading: told.heading,
    paragraphs: [
      ...(facts.kind === "WEBHOOK_DISABLED" ? [webhook.reasons[facts.reason]] : []),
      ...told.intro,
    ],
    details: [
      { label: webhook.address, lines: [facts.host] },
      ...(since
        ? [
            {
              label: webhook.since,
              lines: [when(since, since, reader.timeZone, words.dates).short],
            },
          ]
        : []),
    ],
    button: null,
    actions: [],
    footer: words.footer.webhook,
  };
  return { subject: letter.subject, html: letterHtml(letter), text: letterText(letter) };
}
