import { type Html, html } from "../messages/html.ts";

/** A field of a form, by its name, and what is wrong with it. */
export interface Wrong {
  readonly field: string;
  readonly message: string;
  /** How the form calls the field, where that is not the same for every form. */
  readonly label?: string;
}

/** What a form says above its fields when something is wrong; read out at once. */
export const wrongNotice = (wrong: readonly Wrong[]): Html | null =>
  wrong.length === 0
    ? null
    : html`<div class="notice bad" role="alert"><p><strong>Please correct this:</strong></p>
<ul>${wrong.map((each) => html`<li>${labelOf(each) && html`<a href="#${each.field}">${labelOf(each)}</a> `}${each.message}</li>`)}</ul></div>`;

/** What a field itself carries when it is wrong. */
export function wrongAt(
  wrong: readonly Wrong[],
  name: string,
): { attributes: Html | null; message: Html | null } {
  const found = wrong.find(({ field }) => field === name);
  if (!found) return { attributes: null, message: null };
  return {
    attributes: html` aria-invalid="true" aria-describedby="${name}-wrong"`,
    message: html`<p class="wrong" id="${name}-wrong">${labelOf(found)} ${found.message}</p>`,
  };
}

const labelOf = ({ field, label }: Wrong): string | undefined => label ?? LABELS[field];

const LABELS: Readonly<Record<string, string>> = {
  name: "Your name",
  email: "Your mail address",
  notes: "Your notes",
  phone: "Your mobile number",
  guests: "Whom you bring along:",
  reason: "The reason",
  password: "The password",
};
