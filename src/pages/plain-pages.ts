// Pages that say one thing.
import { type Html, html } from "../messages/html.ts";
import type { Page } from "./page.ts";

export const notFoundPage: Page = {
  title: "Nothing here",
  main: html`<h1>There is nothing here</h1>
<p>Perhaps the address has a slip in it, or the page was taken down by its owner. Please check the link with whoever sent it to you.</p>`,
};

/** A booking's link that is wrong, old or cut off. It never says whether such a booking exists. */
export const noSuchBookingPage: Page = {
  title: "This link does not open a booking",
  main: html`<h1>This link does not open a booking</h1>
<p>Mail programs sometimes break long links. Open the link from your confirmation mail again, or copy it from there as a whole.</p>
<p>If it still leads here, a newer mail about the booking may have replaced it: use the link in the latest one.</p>`,
};

/** Something that the reader can do something about, or nobody here. */
export const troublePage = (title: string, why: string, back: Html | null): Page => ({
  title,
  main: html`<h1>${title}</h1><p>${why}</p>${back}`,
});

export const noDemoPage: Page = {
  title: "No demo yet",
  main: html`<h1>There is no demo host yet</h1>
<p>Run <code>bun run db:seed</code>, or make your own: register at <a href="/swagger">/swagger</a>, create a meeting type, and open <code>/your-username</code>.</p>`,
};

/** Where a newcomer tries it out. */
export const demoPage = (host: { name: string; path: string; hasMailbox: boolean }): Page => ({
  title: "Try Kalends",
  main: html`<h1>Try Kalends</h1>
<p>${host.name} is a host made for trying things out. Book a time with a name and a mail address of your fancy.</p>
<p><a class="button" href="${host.path}">Book a time with ${host.name}</a></p>
<p class="muted">${host.hasMailbox && html`The mails that follow arrive in the <a href="/dev/mail">development mailbox</a>, not at the address. `}The whole API is at <a href="/swagger">/swagger</a>.</p>`,
});

/** What stands at the root: where to go from here. */
export const homePage = (isDevelopment: boolean): Page => ({
  title: "Scheduling",
  main: html`<h1>Kalends is running</h1>
<p>To book a time, open the address that your host gave you.</p>
<ul>
${
  isDevelopment &&
  html`<li><a href="/demo">Try it out</a> as the guest of a demo host</li>
<li><a href="/dev/mail">The development mailbox</a>: every mail that was sent</li>`
}
<li><a href="/swagger">The API</a>, to read and to try</li>
</ul>`,
});
