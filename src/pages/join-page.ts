// Joining an organization, and agreeing to be a host of it.
import { type Html, html } from "../messages/html.ts";
import type { Page } from "./page.ts";
import { hidden } from "./zone-form.ts";

export interface InvitationFacts {
  readonly token: string;
  readonly organization: string;
  /** Null where he is gone. */
  readonly inviter: string | null;
  readonly role: "admin" | "member";
  /** The invited address, and the account that has it. */
  readonly email: string;
  readonly userId: string | null;
  readonly state: "ready" | "unconfirmed" | "no account" | "not active" | "accepted";
  /** Where accounts are made, if that is not by the API alone. */
  readonly frontendUrl: string | null;
}

const MEANING = html`<p class="muted">Members can be named as hosts of the organization's meetings: guests then book times at which you are open and free. You can take that back, or leave, at any time.</p>`;

/** What it is about, and the next step of this reader. */
export function invitationPage(facts: InvitationFacts): Page {
  const { organization, inviter, role } = facts;
  return {
    title: `Invitation to ${organization}`,
    main: html`<h1>${facts.state === "accepted" ? html`You belong to ${organization}` : html`Join ${organization}`}</h1>
${facts.state !== "accepted" && html`<p>${inviter ?? "Somebody"} invites you as ${role === "admin" ? "an admin" : "a member"}.</p>`}
${stepOf(facts)}`,
  };
}

function stepOf({ state, token, email, frontendUrl }: InvitationFacts): Html {
  switch (state) {
    case "ready":
      return html`${MEANING}
<p>You join with the account of ${email}.</p>
<form action="/invitation" method="post">${hidden({ token })}<div class="row"><button>Join</button></div></form>`;
    case "unconfirmed":
      return html`<p>There is an account of ${email}, but nobody has confirmed yet that the address is theirs.</p>
<ol><li>Open the mail by which you were asked to confirm your address, and confirm it.</li>
<li>Then open this page again, and join.</li></ol>${MEANING}`;
    case "no account":
      return html`<ol><li>Make an account with the address ${email}, to which this invitation was sent.</li>
<li>Confirm the address by the link of the mail that you get.</li>
<li>Then open this page again, and join.</li></ol>
${frontendUrl && html`<p><a class="button" href="${frontendUrl}">Make an account</a></p>`}${MEANING}`;
    case "not active":
      return html`<p>The account of ${email} is not active, so it cannot join. Please ask whoever runs this installation.</p>`;
    case "accepted":
      return html`<p>This invitation has been accepted. You can close this page.</p>`;
  }
}

export const joinedPage = (organization: string): Page => ({
  title: `Welcome to ${organization}`,
  main: html`<h1>Welcome to ${organization}</h1>
<p>You belong to it now, and colleagues can name you as a host. You can close this page.</p>`,
});

/** The question of the mail to who was added. */
export const mayHostPage = (facts: { token: string; organization: string }): Page => ({
  title: `Meetings of ${facts.organization}`,
  main: html`<h1>May colleagues name you as a host?</h1>
<p>In ${facts.organization} they can then offer your open and free times to guests, who book them with you or together with others. Who looks after a meeting type can see when you are busy, never with what.</p>
<p>If not, simply close this page: without your yes nobody takes your time. You can take it back at any time.</p>
<form action="/hosting" method="post">${hidden({ token: facts.token })}<div class="row"><button>Yes, they may</button></div></form>`,
});

export const mayNowHostPage = (organization: string): Page => ({
  title: "You can be named as a host",
  main: html`<h1>You can be named as a host</h1>
<p>Colleagues in ${organization} can offer your open and free times to guests now. You can close this page.</p>`,
});

/** A link that is wrong, old, renewed or taken back. It never says which. */
export const staleInvitationPage: Page = {
  title: "This link does not work any more",
  main: html`<h1>This link does not work any more</h1>
<p>Invitations are good for 14 days, and only the link of the latest mail counts. Perhaps it was taken back, or a part of the link was lost on the way: try the link in the mail once more.</p>
<p>If it still leads here, please ask whoever invited you for a new one.</p>`,
};
