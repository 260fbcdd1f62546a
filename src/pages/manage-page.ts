// One booking for its guest: what it is, and the ways to change it.

import type { AnswerFact, Location } from "../messages/facts.ts";
import { type Html, html, webAddress } from "../messages/html.ts";
import { answerLines, locationLines } from "../messages/templates/booking.ts";
import { english } from "../messages/templates/en.ts";
import { when } from "../messages/when.ts";
import { type Wrong, wrongAt, wrongNotice } from "./fields.ts";
import { href, segment } from "./href.ts";
import type { Page } from "./page.ts";
import { hidden } from "./zone-form.ts";

export interface ManageFacts {
  readonly id: string;
  readonly token: string;
  readonly title: string;
  /** Of this page; what belongs to it lies below. */
  readonly path: string;
  readonly hostName: string;
  /** Null: time that a host blocks for himself. */
  readonly guest: { readonly name: string; readonly email: string } | null;
  /** Who reads the reason of a change. */
  readonly otherName: string;
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
  readonly timeZone: string;
  readonly status: string;
  /** Of a request: until when the host may answer. */
  readonly expiresAt: Temporal.Instant | null;
  /** Whether another time must be agreed to by the host. */
  readonly asksAnew: boolean;
  /** Whether its guest has still to confirm it by mail. */
  readonly awaitsGuest: boolean;
  /** What has begun can no longer be changed by its guest. */
  readonly hasBegun: boolean;
  readonly location: Location;
  readonly notes: string | null;
  /** The guest's own. */
  readonly answers: readonly AnswerFact[];
  readonly companions: readonly { readonly name: string; readonly email: string }[];
  /** Why the guest may no longer do it; null while he may. */
  readonly forbidden: Readonly<Record<"cancel" | "reschedule", string | null>>;
  readonly isReasonRequired: boolean;
  readonly cancelReason: string | null;
  /** Of what the meeting type tells its guests by mail. */
  readonly isMailed: Readonly<Record<NonNullable<Done>, boolean>>;
  /** The calendar file; null where there is none to take. */
  readonly icsUrl: string | null;
  /** Where to book anew; null when the meeting type is gone. */
  readonly pageUrl: string | null;
}

export type Done = "booked" | "moved" | "cancelled" | null;

export const managePath = (id: string): string => `/b/${segment(id)}`;

/** Whether the guest can still change it. */
export const isOpen = ({ status, hasBegun }: ManageFacts): boolean =>
  !hasBegun && (status === "CONFIRMED" || status === "PENDING");

/**
 * The booking as it stands. `done` is what the reader has just done with it, `question` what he is asked. Where what its
 * guest said of himself stands elsewhere, `isShort` leaves it out.
 */
export function managePage(
  facts: ManageFacts,
  done: Done,
  question: Html | null = null,
  isShort = false,
): Page {
  const { path, token, icsUrl, pageUrl, forbidden } = facts;
  const heading = headingOf(facts);
  return {
    title: `${heading}: ${facts.title}`,
    main: html`${done && doneNotice(done, facts)}
${question}
<h1>${heading}</h1>
${facts.status === "PENDING" && waitingNotice(facts)}
${factsList(facts, isShort ? [] : givenRows(facts))}
${
  isOpen(facts)
    ? html`<p class="row">${icsUrl && html`<a class="button" href="${icsUrl}">Add to calendar</a>`}
${!forbidden.reschedule && html`<a class="button quiet" id="reschedule" href="${href(`${path}/reschedule`, { token })}">Choose another time</a>`}
${!forbidden.cancel && html`<a class="button quiet" id="cancel" href="${href(`${path}/cancel`, { token })}">Cancel booking</a>`}</p>
${[forbidden.reschedule, forbidden.cancel].map((why) => why && html`<p class="muted">${why}</p>`)}
<p class="muted">Keep the address of this page, or the mail that it is linked in: with it the booking can be changed.</p>`
    : pageUrl && html`<p><a class="button" href="${pageUrl}">Book a new time</a></p>`
}`,
  };
}

/** Asks once more, and for a reason, before it cancels. */
export function cancelPage(facts: ManageFacts, typed: string, wrong: readonly Wrong[]): Page {
  const { path, token, title } = facts;
  return {
    title: `Cancel ${title}?`,
    main: html`<h1>Cancel this booking?</h1>
${wrongNotice(wrong)}
${factsList(facts, givenRows(facts))}
<form action="${path}/cancel" method="post">
${hidden({ token })}
${reasonField(facts, typed, wrong)}
<div class="row"><button>Cancel the booking</button> <a class="button quiet" href="${href(path, { token })}">Keep it</a></div>
</form>`,
  };
}

/** Why the guest changes it: a courtesy, or what the host asks for. */
export const reasonField = (
  { otherName, isReasonRequired }: ManageFacts,
  typed: string,
  wrong: readonly Wrong[],
): Html => html`<div class="field">
<label for="reason">A word for ${otherName}${!isReasonRequired && html` <span class="muted">(optional)</span>`}</label>
<textarea id="reason" name="reason" maxlength="1000"${isReasonRequired && html` required`}${wrongAt(wrong, "reason").attributes}>
${typed}</textarea>
${wrongAt(wrong, "reason").message}
</div>`;

type Row = readonly [label: string, value: Html | string | null];

/** What, when, where and with whom; then the others. */
function factsList(facts: ManageFacts, others: readonly Row[]): Html {
  const { labels } = english;
  const { day, times, zone } = when(facts.start, facts.end, facts.timeZone, english.dates);
  const time = html`${day}<br>${times} <span class="muted">(${zone})</span>`;
  const isOff = OFF.has(facts.status);
  return listOf([
    [labels.what, facts.title],
    [labels.when, isOff ? html`<s>${time}</s>` : time],
    [labels.where, isOff ? null : where(facts.location)],
    [labels.host, facts.hostName],
    ...others,
    [
      labels.reason,
      isOff ? facts.cancelReason && html`<span class="prose">${facts.cancelReason}</span>` : null,
    ],
  ]);
}

/** What the guest said when he booked, on a card of its own. */
export const givenCard = (facts: ManageFacts): Html =>
  html`<section class="card" aria-labelledby="given"><h2 id="given">What you told us</h2>${listOf(givenRows(facts))}</section>`;

function givenRows(facts: ManageFacts): Row[] {
  const { labels } = english;
  return [
    [labels.guest, facts.guest && html`${facts.guest.name}<br>${facts.guest.email}`],
    [
      labels.companions,
      linesOf(
        facts.companions.map(({ name, email }) => (name === email ? email : `${name}, ${email}`)),
      ),
    ],
    ...facts.answers.map(
      (answer): Row => [
        answer.label,
        html`<span class="prose">${linesOf(answerLines(answer, english))}</span>`,
      ],
    ),
    [labels.notes, facts.notes && html`<span class="prose">${facts.notes}</span>`],
  ];
}

const listOf = (rows: readonly Row[]): Html =>
  html`<dl class="facts">${rows.map(
    ([label, value]) => value && html`<dt>${label}</dt><dd>${value}</dd>`,
  )}</dl>`;

const linesOf = (lines: readonly string[]): Html | null =>
  lines.length === 0 ? null : html`${lines.map((line, i) => html`${i > 0 && html`<br>`}${line}`)}`;

const where = (location: Location): Html =>
  html`${locationLines(location, english).map((line, i) => html`${i > 0 && html`<br>`}${webAddress(line) ? html`<a href="${line}" rel="noreferrer">${line}</a>` : line}`)}`;

const OFF: ReadonlySet<string> = new Set(["CANCELLED", "DECLINED", "EXPIRED"]);

const waitingNotice = (facts: ManageFacts): Html =>
  facts.awaitsGuest ? unconfirmedNotice(facts) : unansweredNotice(facts);

const unconfirmedNotice = ({ guest, expiresAt, timeZone }: ManageFacts): Html => html`
<p>Open the mail that was sent to ${guest?.email}, and confirm the booking by its link. The time is held for you${expiresAt && html` until ${when(expiresAt, expiresAt, timeZone, english.dates).short}`}.</p>`;

const unansweredNotice = ({ hostName, expiresAt, timeZone }: ManageFacts): Html => html`
<p>The time is held for you until ${hostName} answers${expiresAt && html`, at the latest until ${when(expiresAt, expiresAt, timeZone, english.dates).short}`}. You get a mail.</p>`;

function headingOf({ status, hasBegun, awaitsGuest }: ManageFacts): string {
  if (status === "CANCELLED") return "This booking is cancelled";
  if (status === "DECLINED") return "The host declined this booking";
  if (status === "EXPIRED")
    return awaitsGuest
      ? "This booking was not confirmed in time"
      : "The host did not answer in time";
  if (hasBegun) return "This meeting has begun or is over";
  if (status !== "PENDING") return "Your booking";
  return awaitsGuest ? "Almost done: check your mail" : "Your booking waits for the host";
}

function doneNotice(
  done: NonNullable<Done>,
  { isMailed, status, awaitsGuest }: ManageFacts,
): Html | null {
  if (awaitsGuest) return null;
  const [what, mail] = status === "PENDING" ? ASKED : DONE[done];
  return html`<div class="notice good" role="status"><p><strong>${what}</strong> ${isMailed[done] && mail}</p></div>`;
}

const ASKED = ["The host is asked.", "A mail about it is on its way to you."] as const;
const DONE: Readonly<Record<NonNullable<Done>, readonly [what: string, mail: string]>> = {
  booked: ["It is booked.", "A mail with the invitation is on its way to you."],
  moved: ["The booking has a new time.", "A mail with the new invitation is on its way to you."],
  cancelled: ["The booking is cancelled.", "A mail that confirms it is on its way to you."],
};
