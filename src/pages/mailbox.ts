// The development mailbox over HTTP. It exists in development and tests alone.
import { oneLine } from "../messages/line.ts";
import { findMail, listMails, type StoredMail } from "../messages/queries.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { isId, textAt } from "./input.ts";
import { mailboxPage, mailPage } from "./mailbox-page.ts";
import { pageResponse } from "./page.ts";

const PAGE_SIZE = 25;

/** A page of mails, newest first; as JSON for who asks for that. */
export async function showMailbox(world: World, query: unknown, accept: string): Promise<Response> {
  const to = textAt(query, "to")?.trim() || null;
  const cursor = readCursor(textAt(query, "cursor"));
  const rows = await listMails(world.db, {
    recipient: to,
    beforeTime: cursor?.time ?? null,
    beforeId: cursor?.id ?? null,
    atMost: PAGE_SIZE + 1,
  });
  const mails = rows.slice(0, PAGE_SIZE);
  const last = rows.length > PAGE_SIZE ? mails.at(-1) : undefined;
  const nextCursor = last ? `${last.createdAt.toString()}_${last.id}` : null;
  if (/\bapplication\/json\b/.test(accept)) return json({ data: mails, nextCursor });
  return pageResponse(mailboxPage({ mails, to, nextCursor, isFirstPage: cursor === null }));
}

/** One mail. Problems: not_found. */
export async function showMail(
  world: World,
  id: string,
  query: unknown,
  accept: string,
): Promise<Response> {
  const mail = await find(world, id);
  if (/\bapplication\/json\b/.test(accept)) return json(mail);
  return pageResponse(mailPage(mail, textAt(query, "view") === "text" ? "text" : "html"));
}

/** The mail's HTML for the frame: it may look as it likes, open links, and do nothing else. */
export async function showMailHtml(world: World, id: string): Promise<Response> {
  const mail = await find(world, id);
  // In the frame itself the linked pages would refuse to be shown.
  const html = mail.html.replace("<head>", '<head><base target="_blank">');
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
      "x-frame-options": "SAMEORIGIN",
      "cache-control": "no-store",
    },
  });
}

/** The mail as a mail program would file it. */
export async function downloadMail(world: World, id: string): Promise<Response> {
  const { sender, recipient, subject, html, text, attachments, headers, createdAt } = await find(
    world,
    id,
  );
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer/index.js");
  const composer = new MailComposer({
    from: sender,
    to: recipient,
    subject,
    html,
    text,
    date: mailDate(createdAt),
    messageId: `<${id}@kalends>`,
    headers,
    attachments: attachments.map((each) => ({ ...each })),
  });
  const raw = await composer.compile().build();
  return download(raw.toString("utf8"), "message/rfc822", `${id}.eml`);
}

/** One attachment of a mail. Problems: not_found. */
export async function downloadAttachment(
  world: World,
  id: string,
  index: string,
): Promise<Response> {
  const { attachments } = await find(world, id);
  const found = /^\d{1,3}$/.test(index) ? attachments[Number(index)] : undefined;
  if (!found) throw new Problem("not_found");
  return download(found.content, found.contentType, found.filename);
}

async function find(world: World, id: string): Promise<StoredMail> {
  const mail = isId(id) ? await findMail(world.db, { id }) : null;
  if (!mail) throw new Problem("not_found");
  return mail;
}

function readCursor(text: string | undefined): { time: Temporal.Instant; id: string } | null {
  const [time = "", id = ""] = text?.split("_") ?? [];
  try {
    return isId(id) ? { time: Temporal.Instant.from(time), id } : null;
  } catch {
    return null;
  }
}

/** As mails write it (RFC 5322): "Sun, 22 Nov 2026 10:00:00 +0000". */
function mailDate(instant: Temporal.Instant): string {
  const text = instant.toString({ smallestUnit: "second" });
  const { day, month, year, dayOfWeek } = Temporal.PlainDate.from(text.slice(0, 10));
  return `${DAYS[dayOfWeek - 1]}, ${day} ${MONTHS[month - 1]} ${year} ${text.slice(11, 19)} +0000`;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const json = (value: unknown): Response =>
  Response.json(value, { headers: { "cache-control": "no-store" } });

const download = (content: string, contentType: string, filename: string): Response =>
  new Response(content, {
    headers: {
      "content-type": contentType,
      "content-disposition": `attachment; filename="${oneLine(filename, 80).replace(/[^\w.-]/g, "_")}"`,
      "cache-control": "no-store",
    },
  });
