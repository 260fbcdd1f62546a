// The development mailbox: what would have been mailed, to read and to click.
import { type Html, html } from "../messages/html.ts";
import type { StoredMail } from "../messages/queries.ts";
import { dayInWords } from "../messages/when.ts";
import { href } from "./href.ts";
import type { Page } from "./page.ts";

export interface MailboxFacts {
  readonly mails: readonly StoredMail[];
  readonly to: string | null;
  /** Of the next page; null on the last. */
  readonly nextCursor: string | null;
  readonly isFirstPage: boolean;
}

/** Every mail, newest first. */
export function mailboxPage({ mails, to, nextCursor, isFirstPage }: MailboxFacts): Page {
  return {
    title: "Development mailbox",
    isWide: true,
    main: html`<h1>Development mailbox</h1>
<p class="muted">No mail leaves this machine: what Kalends would have sent is here, newest first.</p>
<form class="zone" action="/dev/mail" method="get" role="search">
<div><label for="to">Mails to</label><input id="to" name="to" type="search" placeholder="grace@example.com" value="${to}"></div>
<button class="quiet">Show</button>
</form>
${mails.length === 0 ? emptiness(to, isFirstPage) : html`<ul class="list">${mails.map(row)}</ul>`}
${(!isFirstPage || nextCursor) && html`<p class="row">${!isFirstPage && html`<a class="button quiet" href="${href("/dev/mail", { to })}">Newest</a>`}${nextCursor && html`<a class="button quiet" href="${href("/dev/mail", { to, cursor: nextCursor })}">Older mails</a>`}</p>`}`,
  };
}

const row = (mail: StoredMail): Html => html`
<li>
<div class="between"><a class="title" href="/dev/mail/${mail.id}">${mail.subject}</a> ${time(mail)}</div>
<p>To ${mail.recipient}${mail.attachments.length > 0 && html` <span class="muted">· ${mail.attachments.map((each) => each.filename).join(", ")}</span>`}</p>
<p class="muted snippet">${mail.text.slice(0, 200)}</p>
</li>`;

const emptiness = (to: string | null, isFirstPage: boolean): Html =>
  to !== null || !isFirstPage
    ? html`<p>No mails${to !== null && html` to ${to}`} here. <a href="/dev/mail">Show all</a></p>`
    : html`<p>No mail yet. Register an account at <a href="/swagger">/swagger</a> or book a time at <a href="/demo">/demo</a>: a moment later its mails are here. Then reload this page.</p>
<p class="muted">Nothing comes? The worker sends the mails: see whether it runs.</p>`;

/** One mail: as HTML, as text, with its attachments. */
export function mailPage(mail: StoredMail, view: "html" | "text"): Page {
  const path = `/dev/mail/${mail.id}`;
  const tab = (name: "html" | "text", label: string) =>
    html`<li><a href="${href(path, { view: name })}"${view === name && html` aria-current="page"`}>${label}</a></li>`;
  return {
    title: mail.subject,
    isWide: true,
    hasFrame: true,
    main: html`<p class="eyebrow"><a href="/dev/mail">Development mailbox</a></p>
<h1>${mail.subject}</h1>
<dl class="facts"><dt>From</dt><dd>${mail.sender}</dd><dt>To</dt><dd>${mail.recipient}</dd><dt>Sent</dt><dd>${time(mail)}</dd></dl>
<ul class="pills">${tab("html", "HTML")}${tab("text", "Text")}<li><a href="${path}/raw" download="${mail.id}.eml">Raw (.eml)</a></li></ul>
${view === "html" ? frame(path, mail.subject) : html`<pre>${linked(mail.text)}</pre>`}
${mail.attachments.length > 0 && html`<h2>Attachments</h2>${mail.attachments.map((each, i) => attachment(path, each, i))}`}`,
  };
}

// The frame may open links, and nothing else: no script, no form, no look at this page.
const frame = (path: string, subject: string): Html =>
  html`<iframe class="letter" src="${path}/html" title="${subject}" sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"></iframe>`;

const attachment = (path: string, each: StoredMail["attachments"][number], i: number): Html => html`
<p class="between"><a href="${path}/attachments/${i}" download="${each.filename}">${each.filename}</a> <span class="muted">${each.contentType}</span></p>
<details><summary>Look into it</summary><pre>${each.content}</pre></details>`;

/** Text with its web addresses as links. */
const linked = (text: string): Html[] =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, i) => (i % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));

function time({ createdAt }: StoredMail): Html {
  const [date = "", clock = ""] = createdAt.toString({ smallestUnit: "second" }).split(/[TZ]/);
  const told = `${dayInWords(date, "en-GB", "short")}, ${clock} UTC`;
  return html`<time class="muted" datetime="${createdAt.toString()}">${told}</time>`;
}
