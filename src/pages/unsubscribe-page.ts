// Mails of one kind: to stop them, and to have them sent again.
import { html } from "../messages/html.ts";
import { wordsFor } from "../messages/templates/words.ts";
import type { SubscriptionState } from "../unsubscribe/find-subscription.ts";
import type { Page } from "./page.ts";
import { hidden } from "./zone-form.ts";

/** The question. Its button answers, since opening a link must change nothing. */
export function unsubscribePage(token: string, state: SubscriptionState): Page {
  const { lang, unsubscribe, kinds } = wordsFor(state.locale);
  const words = state.isOn ? unsubscribe.page.on : unsubscribe.page.off;
  const what = state.hostName === null ? kinds[state.kind] : unsubscribe.page.guest(state.hostName);
  return {
    lang,
    title: words.title,
    main: html`<h1>${words.title}</h1>
<dl class="facts"><dt>${unsubscribe.page.what}</dt><dd>${what}</dd>
<dt>${unsubscribe.page.to}</dt><dd>${state.email}</dd></dl>
<p>${words.explanation[state.hostName === null ? "user" : "guest"]}</p>
<form action="/unsubscribe/${token}" method="post">
${hidden({ mails: state.isOn ? "stop" : "send" })}
<div class="row"><button${!state.isOn && html` class="quiet"`}>${words.button}</button></div>
</form>`,
  };
}

/** A link that is wrong, or whose guest is gone. It never says which. */
export const noSuchSubscriptionPage: Page = {
  title: "Nothing to unsubscribe from",
  main: html`<h1>There is nothing to unsubscribe from</h1>
<p>Mail programs sometimes break long links. Open the link from the mail again, or copy it from there as a whole.</p>`,
};
