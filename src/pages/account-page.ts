// Pages that mailed links about an account lead to. Opening one changes nothing; its button does.
import { html } from "../messages/html.ts";
import { type Wrong, wrongAt, wrongNotice } from "./fields.ts";
import type { Page } from "./page.ts";
import { hidden } from "./zone-form.ts";

/** The mailed link leads here; the button confirms, since opening a link must change nothing. */
export const verifyPage = (token: string): Page => ({
  title: "Confirm your mail address",
  main: html`<h1>Confirm your mail address</h1>
<p>One click, and your account is complete.</p>
<form action="/verify" method="post">${hidden({ token })}<button>Confirm my address</button></form>`,
});

export const verifiedPage: Page = {
  title: "Address confirmed",
  main: html`<h1>Thank you</h1><p>Your mail address is confirmed. You can close this page.</p>`,
};

export const staleVerificationPage: Page = {
  title: "This link does not work any more",
  main: html`<h1>This link does not work any more</h1>
<p>A link to confirm an address is good for two days, and only for the address it was sent to.
Perhaps the address was confirmed already, or a part of the link was lost on the way: try the link in the mail once more.</p>`,
};

/** Where a new password is set. */
export const resetPage = (token: string, minimum: number, wrong: readonly Wrong[]): Page => ({
  title: "Set a new password",
  main: html`<h1>Set a new password</h1>
${wrongNotice(wrong)}
<form action="/reset" method="post">${hidden({ token })}
<div class="field">
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="${String(minimum)}" required${wrongAt(wrong, "password").attributes}>
${wrongAt(wrong, "password").message}
<p class="muted">At least ${String(minimum)} characters. Everybody who is signed in to your account is signed out.</p>
</div>
<div class="row"><button>Set the password</button></div>
</form>`,
});

export const passwordSetPage: Page = {
  title: "Password set",
  main: html`<h1>Your password is set</h1><p>Sign in with it from now on. You can close this page.</p>`,
};

/** Where a link is asked for. */
export const forgotPage = (typed: string, wrong: readonly Wrong[], isStale = false): Page => ({
  title: isStale ? "This link does not work any more" : "Forgot your password?",
  main: html`<h1>${isStale ? "This link does not work any more" : "Forgot your password?"}</h1>
<p>${isStale && "A link to set a password is good for 30 minutes and for one use. "}Give the address of your account, and a link is mailed to it.</p>
${wrongNotice(wrong)}
<form action="/reset" method="post">
<div class="field">
<label for="email">Your mail address</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="254" required value="${typed}"${wrongAt(wrong, "email").attributes}>
${wrongAt(wrong, "email").message}
</div>
<div class="row"><button>Mail me a link</button></div>
</form>`,
});

/** The same for everybody: it must not tell who has an account. */
export const linkMailedPage: Page = {
  title: "Look into your mail",
  main: html`<h1>Look into your mail</h1>
<p>If there is an account with this address, a link is on its way. It is good for 30 minutes.</p>`,
};

/** Where the former address of an account takes it back. */
export const undoEmailPage = (token: string): Page => ({
  title: "Take your account back",
  main: html`<h1>Take your account back</h1>
<p>Was the address of your account changed without you? Then the account gets its former address again, everybody is signed out,
the password is taken away, and a link to set a new one is mailed to you.</p>
<form action="/undo-email" method="post">${hidden({ token })}<button>That was not me: take it back</button></form>`,
});

export const emailRestoredPage: Page = {
  title: "Address restored",
  main: html`<h1>The account is yours again</h1>
<p>It has its former address, and everybody is signed out. Now look into your mail: there is a link to set a new password.</p>`,
};

export const staleUndoPage: Page = {
  title: "This link does not work any more",
  main: html`<h1>This link does not work any more</h1>
<p>A change of address can be taken back for a week, and once. If your account is still not yours, please write to whoever runs this installation.</p>`,
};
