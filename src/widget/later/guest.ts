// What a guest types, where it may come from, and the request that it becomes. Pure.
import type { KalendsPrefill } from "../kalends-booking.d.ts";
import type { MeetingType, NewBooking, Question, Slot } from "../wire.ts";

export type TypedAnswer = string | boolean | readonly string[];

/** What stands in the form, as it was typed. */
export interface Typed {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly smsOptIn: boolean;
  readonly notes: string;
  /** Addresses of whom the guest brings along. */
  readonly guests: readonly string[];
  readonly answers: Readonly<Record<string, TypedAnswer>>;
}

const LINES = ["name", "email", "phone", "notes"] as const;

/** What is known of the guest: `get` gives a text by its name, `answers` as JSON. */
export function prefillBy(get: (name: string) => string | null): KalendsPrefill {
  const found: Record<string, unknown> = {};
  for (const name of LINES) {
    const value = get(name);
    if (value !== null) found[name] = value;
  }
  const guests = get("guests");
  if (guests !== null) found["guests"] = guests.split(",").map((each) => each.trim());
  try {
    const answers: unknown = JSON.parse(get("answers") ?? "null");
    if (answers && typeof answers === "object") found["answers"] = answers;
  } catch {
    // Not JSON: then nothing is known.
  }
  return found;
}

/** What was typed stays; what is blank is filled in. Later ones give way to earlier ones. */
export function filledIn(typed: Typed, ...known: readonly KalendsPrefill[]): Typed {
  const filled: Record<string, unknown> = { ...typed };
  const answers: Record<string, TypedAnswer> = {};
  for (const each of [...known].reverse()) {
    for (const [id, value] of Object.entries(each.answers ?? {}))
      answers[id] = typeof value === "number" ? String(value) : value;
    for (const name of LINES)
      if (!typed[name] && typeof each[name] === "string") filled[name] = each[name];
    if (typed.guests.length === 0 && Array.isArray(each.guests))
      filled["guests"] = each.guests.filter(Boolean).slice(0, MOST_GUESTS);
    if (each.smsOptIn === true) filled["smsOptIn"] = true;
  }
  return { ...(filled as unknown as Typed), answers: { ...answers, ...typed.answers } };
}

export const MOST_GUESTS = 10;

export type Wrong =
  | "missing"
  | "tick"
  | "choose"
  | "text"
  | "email"
  | "phone"
  | "mobile"
  | "url"
  | "number"
  | "date"
  | "twice";

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What is wrong with the form, by the paths that the API would name too, in the order of the fields. */
export function wrongIn(type: MeetingType, typed: Typed): Record<string, Wrong> {
  const wrong: Record<string, Wrong> = {};
  if (!typed.name.trim()) wrong["guest.name"] = "missing";
  if (!typed.email.trim()) wrong["guest.email"] = "missing";
  else if (!ADDRESS.test(typed.email.trim())) wrong["guest.email"] = "email";
  if (type.offersSms && typed.smsOptIn && !typed.phone.trim()) wrong["guest.phone"] = "missing";
  else if (typed.phone.trim() && !isPhone(typed.phone)) wrong["guest.phone"] = "phone";
  const seen = new Set([typed.email.trim().toLowerCase()]);
  guestsOf(typed).forEach((email, i) => {
    if (!email) return;
    if (!ADDRESS.test(email)) wrong[`guests.${i}.email`] = "email";
    else if (seen.has(email.toLowerCase())) wrong[`guests.${i}.email`] = "twice";
    seen.add(email.toLowerCase());
  });
  for (const question of type.questions) {
    const trouble = wrongAnswer(question, typed.answers[question.id]);
    if (trouble) wrong[`answers.${question.id}`] = trouble;
  }
  return wrong;
}

function wrongAnswer({ type, required }: Question, given: TypedAnswer | undefined): Wrong | null {
  const isBlank =
    !given ||
    (typeof given === "string" ? !given.trim() : given === true ? false : given.length === 0);
  if (isBlank) return required ? MISSING[type] : null;
  if (typeof given !== "string") return null;
  const text = given.trim();
  if (type === "email" && !ADDRESS.test(text)) return "email";
  if (type === "phone" && !isPhone(text)) return "phone";
  if (type === "url" && !/^https?:\/\/\S+$/i.test(text)) return "url";
  if (type === "number" && !Number.isFinite(Number(text))) return "number";
  return null;
}

const MISSING: Readonly<Record<Question["type"], Wrong>> = {
  text: "missing",
  longText: "missing",
  phone: "missing",
  email: "missing",
  url: "missing",
  number: "missing",
  date: "missing",
  select: "choose",
  multiSelect: "choose",
  checkbox: "tick",
};

/** The API's word on a field, in ours. */
export function wrongAs(type: MeetingType | null, path: string, message: string): Wrong {
  if (/missing/.test(message)) return "missing";
  if (/twice|address of who books/.test(message)) return "twice";
  if (/takes no SMS/.test(message)) return "mobile";
  const question = type?.questions.find(({ id }) => path === `answers.${id}`);
  const kind = question?.type ?? path.split(".").at(-1) ?? "";
  if (kind === "select" || kind === "multiSelect") return "choose";
  if (kind === "checkbox") return "tick";
  return kind === "email" ||
    kind === "phone" ||
    kind === "url" ||
    kind === "number" ||
    kind === "date"
    ? kind
    : "text";
}

/** A number as E.164 writes it, of one that people write in groups. */
const phoneOf = (text: string): string => text.replace(/[\s()./-]/g, "").replace(/^00/, "+");
const isPhone = (text: string): boolean => /^\+[1-9]\d{6,14}$/.test(phoneOf(text));

const guestsOf = ({ guests }: Typed): string[] => guests.map((each) => each.trim());

/** What the booking is asked for with. */
export function newBooking(
  type: MeetingType,
  slot: Slot,
  typed: Typed,
  rest: Pick<NewBooking, "durationMinutes" | "link" | "tracking"> & {
    timeZone: string;
    locale: string;
  },
): NewBooking {
  const { timeZone, locale, durationMinutes, link, tracking } = rest;
  const phone = phoneOf(typed.phone);
  const guests = guestsOf(typed).filter(Boolean);
  const answers: Record<string, unknown> = {};
  for (const { id, type: kind } of type.questions) {
    const given = typed.answers[id];
    if (given !== undefined && given !== "")
      answers[id] = kind === "number" ? Number(given) : given;
  }
  return {
    meetingTypeId: type.id,
    start: slot.start,
    ...(durationMinutes !== undefined && { durationMinutes }),
    guest: {
      name: typed.name.trim(),
      email: typed.email.trim(),
      ...(phone && { phone }),
      ...(type.offersSms && typed.smsOptIn && { smsOptIn: true }),
      timeZone,
      locale,
    },
    ...(Object.keys(answers).length > 0 && { answers }),
    ...(guests.length > 0 && { guests: guests.map((email) => ({ email })) }),
    ...(typed.notes.trim() && { notes: typed.notes.trim() }),
    ...(tracking && { tracking }),
    ...(link !== undefined && { link }),
  };
}

const TAGS = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"] as const;

/** Where the guest came from: the tags of the page's address, and the page, without its query. */
export function trackingOf(search: string, page: string): NewBooking["tracking"] {
  const given = new URLSearchParams(search);
  const found: Record<string, string> = {};
  for (const tag of TAGS) {
    const value = line(given.get(tag));
    if (value) found[tag] = value;
  }
  const url = URL.parse(page);
  if (url && /^https?:$/.test(url.protocol))
    found["referrer"] = line(`${url.origin}${url.pathname}`);
  return Object.keys(found).length > 0 ? found : undefined;
}

/** One line of at most 200 characters, as the API takes it. */
const line = (text: string | null): string =>
  (text ?? "")
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, " ")
    .trim()
    .slice(0, 200)
    .trim();
