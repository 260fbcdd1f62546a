// What goes into headers, made fit for them before any provider sees it.
import { oneLine } from "../line.ts";
import type { Email, Mailbox } from "./provider.ts";

const MAX_SUBJECT = 250;
const MAX_NAME = 120;

/**
 * The mail without anything that could end a header line or begin another address. Names are of guests:
 * they may hold what they like, quotes and angle brackets among it.
 */
export const fit = (mail: Email): Email => ({
  ...mail,
  from: oneLine(mail.from, 320),
  to: mailbox(mail.to),
  ...(mail.replyTo && { replyTo: mailbox(mail.replyTo) }),
  subject: oneLine(mail.subject, MAX_SUBJECT),
  attachments: mail.attachments.map((each) => ({
    ...each,
    filename: each.filename.replace(/[^\w.-]/g, "_").slice(-80),
    contentType: oneLine(each.contentType, 200),
  })),
  ...(mail.headers && {
    headers: Object.fromEntries(
      Object.entries(mail.headers).map(([name, value]) => [name, oneLine(value, 998)]),
    ),
  }),
});

const mailbox = ({ name, email }: Mailbox): Mailbox => ({
  name: oneLine(name.replace(/["<>\\]/g, " "), MAX_NAME),
  email: oneLine(email, 320),
});

/** Nobody's absence note shall answer (RFC 3834, 5). */
export const AUTOMATIC = { "Auto-Submitted": "auto-generated" } as const;

/** "Grace Hopper" <grace@example.com>; of what `fit` has passed. */
export const addressLine = ({ name, email }: Mailbox): string =>
  name === "" ? email : `"${name}" <${email}>`;

/** The method of an invitation (RFC 6047, 2.4); null of any other attachment. */
export const methodOf = ({ contentType }: { readonly contentType: string }): string | null =>
  /^text\/calendar\b.*;\s*method=([A-Z]+)/i.exec(contentType)?.[1]?.toUpperCase() ?? null;
