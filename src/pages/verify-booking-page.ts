// A booking that waits for its guest's word that it is his.
import { nameOf } from "../accounts/schema.ts";
import type { FoundBooking } from "../bookings/queries.ts";
import { html } from "../messages/html.ts";
import { english } from "../messages/templates/en.ts";
import { when } from "../messages/when.ts";
import { managePath } from "./manage-page.ts";
import type { Page } from "./page.ts";
import { hidden } from "./zone-form.ts";

interface Unverified
  extends Pick<FoundBooking, "id" | "title" | "start" | "end" | "expiresAt" | "hosts"> {
  readonly token: string;
  readonly guest: { readonly name: string; readonly email: string; readonly timeZone: string };
}

/** The question. Its button answers, since opening a link must change nothing. */
export function verifyBookingPage(facts: Unverified): Page {
  const { id, token, title, guest, start, end, expiresAt, hosts } = facts;
  const { labels, dates } = english;
  const { day, times, zone } = when(start, end, guest.timeZone, dates);
  const until = expiresAt && when(expiresAt, expiresAt, guest.timeZone, dates).short;
  return {
    title: `Confirm: ${title}`,
    main: html`<h1>Is this booking yours?</h1>
<p>Confirm it, and the time is yours.${until && html` It is held for you until ${until}.`}</p>
<dl class="facts"><dt>${labels.what}</dt><dd>${title}</dd>
<dt>${labels.when}</dt><dd>${day}<br>${times} <span class="muted">(${zone})</span></dd>
<dt>${labels.host}</dt><dd>${hosts.map(nameOf).join(", ")}</dd>
<dt>${labels.guest}</dt><dd>${guest.name}<br>${guest.email}</dd></dl>
<p class="muted">You did not ask for it? Close this page: without your word the booking lapses by itself.</p>
<form action="${managePath(id)}/verify" method="post">
${hidden({ token })}
<div class="row"><button>Confirm the booking</button></div>
</form>`,
  };
}

/** A link that is wrong, or whose booking is gone. It never says which. */
export const nothingToVerifyPage: Page = {
  title: "Nothing to confirm here",
  main: html`<h1>There is nothing to confirm here</h1>
<p>The booking was not confirmed in time, was cancelled, or a part of the link was lost on the way: try the link in the mail once more.</p>
<p>If the time still suits you, book it again.</p>`,
};
