// What a browser shows that comes back from a provider and has no frontend to go to.
import { html } from "../messages/html.ts";
import type { Page } from "../pages/page.ts";
import { troublePage } from "../pages/plain-pages.ts";
import type { Problem } from "../problem.ts";

/** The account is connected. */
export const connectedPage: Page = {
  title: "Calendar connected",
  main: html`<h1>Your calendar is connected</h1>
<p>Its main calendar is checked for conflicts from now on. Which others count, and where bookings are written to, you choose in your settings.</p>
<p>You can close this window.</p>`,
};

/** The provider has agreed, and this is not the browser that asked. */
export const codePage = (code: string): Page => ({
  title: "One more step",
  main: html`<h1>One more step</h1>
<p>The provider has agreed. Nothing is connected before whoever began this confirms it, with his token, within ten minutes: send this code to <code>POST /api/v1/calendar/connect/complete</code>.</p>
<p><code>${code}</code></p>
<p>You did not begin this? Then close this window: nobody but who began it can use the code.</p>`,
});

/** Nothing is connected, and why. */
export const notConnectedPage = (problem: Problem): Page =>
  troublePage(
    "Your calendar is not connected",
    problem.message,
    html`<p>Nothing has changed. Go back to your settings and connect it again.</p>`,
  );
