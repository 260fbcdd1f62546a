// The guest's details for a chosen time; and the same again when something was wrong with them.
import { wallAt } from "../availability/zone.ts";
import { type Html, html } from "../messages/html.ts";
import { when } from "../messages/when.ts";
import { introduction, type TypeFacts, typePath } from "./booking-page.ts";
import { type Wrong, wrongAt, wrongNotice } from "./fields.ts";
import { href, type Query } from "./href.ts";
import type { Page } from "./page.ts";
import { guestsField, phoneField } from "./party-fields.ts";
import { questionFields, type Typed } from "./question-fields.ts";
import { hidden } from "./zone-form.ts";

export interface FormFacts {
  readonly type: TypeFacts;
  readonly start: Temporal.Instant;
  readonly timeZone: string;
  /** Makes a form that is sent twice book once. */
  readonly key: string;
  readonly typed: {
    readonly name: string;
    readonly email: string;
    readonly phone: string;
    readonly notes: string;
    readonly guests: string;
    readonly answers: Typed;
  };
  /** Where the guest came from, carried along unseen. */
  readonly tracking: Query;
  readonly wrong: readonly Wrong[];
  /** The time cannot be had: why, and free ones near it (maybe none). */
  readonly gone: {
    readonly why: string;
    readonly alternatives: readonly Temporal.Instant[];
  } | null;
}

const LOCALE = "en-GB";

/** The form that books. */
export function formPage(facts: FormFacts): Page {
  const { type, start, timeZone, key, typed, wrong, gone } = facts;
  const path = typePath(type);
  const kept = { ...facts.tracking, duration: type.durationMinutes, timeZone, link: type.link };
  const { date } = wallAt(timeZone, start.epochMilliseconds);
  const elsewhere = href(path, { ...kept, date });
  const told = whenOf(facts, start);
  return {
    title:
      gone || wrong.length > 0 ? `Not booked yet: ${type.title}` : `${type.title}: your details`,
    main: html`${introduction(type)}
${gone && goneNotice(gone.why, told.full, gone.alternatives.length > 0)}
${wrongNotice(wrong)}
${!gone && html`<p class="notice"><strong>${told.day}<br>${told.times}</strong><br>${told.zone}<br><a href="${elsewhere}">Choose another time</a></p>`}
<form action="${path}" method="post">
${hidden({ ...kept, key })}
${gone ? alternativesField(facts, gone.alternatives) : hidden({ start: start.toString() })}
<div class="field">
<label for="name">Your name</label>
<input id="name" name="name" required maxlength="200" autocomplete="name" value="${typed.name}"${wrongAt(wrong, "name").attributes}>
${wrongAt(wrong, "name").message}
</div>
<div class="field">
<label for="email">Your mail address</label>
<input id="email" name="email" type="email" required maxlength="254" autocomplete="email" value="${typed.email}"${wrongAt(wrong, "email").attributes}>
${wrongAt(wrong, "email").message}
</div>
${type.offersSms && phoneField(typed.phone, wrong)}
${questionFields(type.questions, typed.answers, wrong)}
${guestsField(typed.guests, wrong)}
<div class="field">
<label for="notes">What should ${type.hostName} know? <span class="muted">(optional)</span></label>
<textarea id="notes" name="notes" maxlength="5000"${wrongAt(wrong, "notes").attributes}>
${typed.notes}</textarea>
${wrongAt(wrong, "notes").message}
</div>
${gone?.alternatives.length === 0 ? html`<a class="button" href="${elsewhere}">Choose another time</a>` : html`${type.requiresConfirmation && html`<p>${type.hostName} answers your request; the time is held for you until then.</p>`}<button>${type.requiresConfirmation ? "Ask for this time" : "Book this time"}</button>`}
</form>`,
  };
}

const goneNotice = (why: string, when: string, hasOthers: boolean): Html => html`
<div class="notice bad" role="alert">
<p><strong>${why}</strong></p>
<p>${when}</p>
<p>${hasOthers ? "Choose one of the free times below. What you typed is still there." : "There is no other free time at the moment."}</p>
</div>`;

function alternativesField(
  facts: FormFacts,
  alternatives: readonly Temporal.Instant[],
): Html | null {
  if (alternatives.length === 0) return null;
  const { type, timeZone, tracking } = facts;
  return html`<fieldset>
<legend>Other free times</legend>
${alternatives.map((start, i) => html`<label class="choice"><input type="radio" name="start" value="${start.toString()}" required${i === 0 && html` checked`}> <span>${whenOf(facts, start).day}<br>${whenOf(facts, start).times}</span></label>\n`)}<p><a href="${href(typePath(type), { ...tracking, duration: type.durationMinutes, timeZone, link: type.link })}">See all free times</a></p>
</fieldset>`;
}

const whenOf = ({ type, timeZone }: FormFacts, start: Temporal.Instant) =>
  when(start, start.add({ minutes: type.durationMinutes }), timeZone, LOCALE);
