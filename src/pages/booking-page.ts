import type { Question } from "../bookings/answers.ts";
import { type Html, html } from "../messages/html.ts";
import { english } from "../messages/templates/en.ts";
import { durationInWords } from "./card-page.ts";
import type { Head } from "./head.ts";
import { href, type Query, segment } from "./href.ts";
import type { Page } from "./page.ts";

/** A meeting type as its page introduces it. */
export interface TypeFacts {
  readonly username: string;
  readonly hostName: string;
  /** Of everybody who can be met by it. */
  readonly hostNames: readonly string[];
  /** Whether a time is the guest's only when the host says yes. */
  readonly requiresConfirmation: boolean;
  /** Whether guests can be told by SMS too. */
  readonly offersSms: boolean;
  readonly slug: string;
  readonly title: string;
  readonly description: string | null;
  readonly durations: readonly number[];
  readonly durationMinutes: number;
  readonly locationType: string;
  readonly questions: readonly Question[];
  /** The booking link by which the guest came. */
  readonly link: string | null;
}

export const typePath = ({ username, slug }: Pick<TypeFacts, "username" | "slug">): string =>
  `/${segment(username)}/${segment(slug)}`;

/** The page where a guest chooses a time. `keep` is what the duration's links carry along. */
export const choosePage = (
  type: TypeFacts,
  picker: Html,
  keep: Query,
  where: { readonly server: string; readonly isSecret: boolean },
): Page => ({
  title: titleOf(type),
  isWide: true,
  head: typeHead(type, where),
  main: html`${introduction(type)}<div class="choice-of-times">${durationPills(type, keep)}${picker}</div>`,
});

const titleOf = ({ title, hostName }: TypeFacts): string => `${title} with ${hostName}`;

/** A meeting type for search engines and messengers. */
function typeHead(
  type: TypeFacts,
  { server, isSecret }: { readonly server: string; readonly isSecret: boolean },
): Head {
  const url = `${server}${typePath(type)}`;
  const facts = `${durationInWords(type.durationMinutes)}, ${english.locations[type.locationType] ?? type.locationType}`;
  const description = type.description ?? `Book a time with ${type.hostName}.`;
  return {
    url,
    title: titleOf(type),
    description: `${facts}. ${description}`,
    isSecret,
    thing: {
      "@type": "Service",
      name: type.title,
      description,
      url,
      provider: {
        "@type": "Person",
        name: type.hostName,
        url: `${server}/${segment(type.username)}`,
      },
      potentialAction: { "@type": "ReserveAction", target: url },
    },
  };
}

/** Who and what, above every step of a booking. */
export const introduction = (type: TypeFacts): Html => html`
<p class="eyebrow"><a href="/${segment(type.username)}">${type.hostName}</a></p>
<h1>${type.title}</h1>
<p class="muted">${durationInWords(type.durationMinutes)} · ${english.locations[type.locationType] ?? type.locationType}</p>
${type.hostNames.length > 1 && html`<p class="muted">Hosts: ${type.hostNames.join(", ")}</p>`}
${type.description && html`<p class="prose">${type.description}</p>`}`;

const durationPills = (type: TypeFacts, keep: Query): Html | null =>
  type.durations.length < 2
    ? null
    : html`<p class="visually-hidden" id="durations">How long?</p><ul class="pills" aria-labelledby="durations">${type.durations.map(
        (minutes) =>
          html`<li><a href="${href(typePath(type), { ...keep, duration: minutes, link: type.link })}"${minutes === type.durationMinutes && html` aria-current="true"`}>${durationInWords(minutes)}</a></li>`,
      )}</ul>`;
