import { html } from "../messages/html.ts";
import { segment } from "./href.ts";
import type { Page } from "./page.ts";

export interface CardFacts {
  readonly username: string;
  readonly name: string;
  readonly meetingTypes: readonly {
    readonly title: string;
    readonly slug: string;
    readonly description: string | null;
    readonly durationMinutes: number;
  }[];
}

/** A host as strangers see him: the meetings they may book. */
export const cardPage = ({ username, name, meetingTypes }: CardFacts, server: string): Page => ({
  title: `Book a time with ${name}`,
  head: {
    url: `${server}/${segment(username)}`,
    title: `Book a time with ${name}`,
    description:
      meetingTypes.length === 0
        ? `See when ${name} is free.`
        : meetingTypes
            .map(({ title, durationMinutes }) => `${title} (${durationInWords(durationMinutes)})`)
            .join(", "),
    thing: { "@type": "ProfilePage", mainEntity: { "@type": "Person", name } },
  },
  main: html`<h1>${name}</h1>
${
  meetingTypes.length === 0
    ? html`<p>There is nothing to book here at the moment.</p>`
    : html`<p class="muted">Choose a meeting to see when it is free.</p>
<ul class="list">${meetingTypes.map(
        (type) => html`
<li>
<div class="between"><a class="title" href="/${segment(username)}/${segment(type.slug)}">${type.title}</a>
<span class="muted">${durationInWords(type.durationMinutes)}</span></div>
${type.description && html`<p class="muted prose">${type.description}</p>`}
</li>`,
      )}
</ul>`
}`,
});

/** "45 minutes", "1 hour", "1 hour 30 minutes" */
export function durationInWords(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [
    ...(hours > 0 ? [hours === 1 ? "1 hour" : `${hours} hours`] : []),
    ...(rest > 0 ? [rest === 1 ? "1 minute" : `${rest} minutes`] : []),
  ];
  return parts.join(" ");
}
