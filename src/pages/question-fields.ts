// The questions of a meeting type as fields of a form, and what was typed into them.
import { type Answer, type Question, readAnswers } from "../bookings/answers.ts";
import { type Html, html } from "../messages/html.ts";
import { severalLines } from "../messages/line.ts";
import { type Wrong, wrongAt } from "./fields.ts";
import { textAt } from "./input.ts";

/** By the question's id; nothing is thrown away before it has been shown again. */
export type Typed = ReadonlyMap<string, Answer["value"]>;

// No id of a question holds a colon.
const fieldOf = ({ id }: Question): string => `q:${id}`;

/** What a form says to the questions. */
export const typedAnswers = (questions: readonly Question[], form: unknown): Typed =>
  new Map(
    questions.flatMap((question) => {
      const value = typedAt(question, form);
      return value === undefined ? [] : [[question.id, value] as const];
    }),
  );

function typedAt(question: Question, form: unknown): Answer["value"] | undefined {
  const { type, options = [] } = question;
  const field = fieldOf(question);
  if (type === "multiSelect")
    return options.filter((_, i) => textAt(form, `${field}:${i}`) !== undefined);
  const text = textAt(form, field);
  if (type === "checkbox") return text !== undefined;
  if (text === undefined) return undefined;
  if (type !== "number") return severalLines(text);
  // What is no number stays as it was typed, and is refused by the same rule as in the API.
  return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

/** What is wrong with the answers, at the fields of the form. */
export const wrongAnswers = (questions: readonly Question[], typed: Typed): Wrong[] =>
  wrongsOf(questions, readAnswers(questions, Object.fromEntries(typed)).errors);

/** The errors of a request that belong to answers. */
export const wrongsOf = (
  questions: readonly Question[],
  errors: readonly { path: string; message: string }[],
): Wrong[] =>
  errors.flatMap(({ path, message }) => {
    const question = questions.find(({ id }) => path === `answers.${id}`);
    return question
      ? [{ field: fieldOf(question), label: `${question.label}:`, message: `${message}.` }]
      : [];
  });

/** Every question as a field. */
export const questionFields = (
  questions: readonly Question[],
  typed: Typed,
  wrong: readonly Wrong[],
): Html[] =>
  questions.map((question) => {
    const { type, label, required = false } = question;
    const field = fieldOf(question);
    const value = typed.get(question.id);
    const { attributes, message } = wrongAt(wrong, field);
    const optional = !required && html` <span class="muted">(optional)</span>`;
    if (type === "checkbox")
      return html`<div class="field"><label class="choice"><input type="checkbox" id="${field}" name="${field}" value="yes"${required && html` required`}${value === true && html` checked`}${attributes}> <span>${label}${optional}</span></label>${message}</div>\n`;
    if (type === "multiSelect") {
      const chosen = Array.isArray(value) ? value : [];
      return html`<fieldset id="${field}"${attributes}><legend>${label}${optional}</legend>
${question.options?.map((option, i) => html`<label class="choice"><input type="checkbox" name="${field}:${i}" value="yes"${chosen.includes(option) && html` checked`}> <span>${option}</span></label>\n`)}${message}</fieldset>\n`;
    }
    const common = html`id="${field}" name="${field}"${required && html` required`}${attributes}`;
    return html`<div class="field"><label for="${field}">${label}${optional}</label>
${control(question, common, value === undefined ? "" : String(value))}
${message}</div>\n`;
  });

function control({ type, options = [], maxLength }: Question, common: Html, value: string): Html {
  switch (type) {
    case "longText":
      return html`<textarea ${common} maxlength="${maxLength ?? 5000}">\n${value}</textarea>`;
    case "select":
      return html`<select ${common}><option value="">Please choose</option>${options.map(
        (option) => html`<option${option === value && html` selected`}>${option}</option>`,
      )}</select>`;
    case "text":
      return html`<input ${common} maxlength="${maxLength ?? 500}" value="${value}">`;
    default:
      return html`<input ${common} ${INPUTS[type]} value="${value}">`;
  }
}

const INPUTS: Readonly<Partial<Record<Question["type"], Html>>> = {
  phone: html`type="tel" maxlength="40" autocomplete="tel" placeholder="+12025550123"`,
  email: html`type="email" maxlength="254"`,
  url: html`type="url" maxlength="2000" placeholder="https://"`,
  number: html`type="number" step="any"`,
  date: html`type="date"`,
};
