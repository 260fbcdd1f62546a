// Booking by the form of a public page.
import { Value } from "@sinclair/typebox/value";
import type { FieldError } from "../bookings/answers.ts";
import { book as bookIt } from "../bookings/book.ts";
import { guestToken } from "../bookings/links.ts";
import { GuestBooking } from "../bookings/schema.ts";
import { newId } from "../db/id.ts";
import { fieldErrors } from "../http/problems.ts";
import { html } from "../messages/html.ts";
import { severalLines } from "../messages/line.ts";
import type { Language } from "../messages/templates/words.ts";
import { readPhone } from "../phone.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { typePath } from "./booking-page.ts";
import type { Wrong } from "./fields.ts";
import { type FormFacts, formPage } from "./form-page.ts";
import { type At, typeFor, wantedOf } from "./found-type.ts";
import { nextFree } from "./free-days.ts";
import { href } from "./href.ts";
import { instantAt, isId, textAt } from "./input.ts";
import { managePath } from "./manage-page.ts";
import { pageResponse, seeOther } from "./page.ts";
import { addressesIn, trackingAt, wrongGuests, wrongPhone } from "./party-fields.ts";
import { troublePage } from "./plain-pages.ts";
import { typedAnswers, wrongAnswers, wrongsOf } from "./question-fields.ts";

/** Books what the form says, and leads on to the booking's page. What is wrong is shown on the form. */
export async function bookByForm(
  world: World,
  at: At,
  form: unknown,
  language: Language | null,
): Promise<Response> {
  const { id, type, zone } = await typeFor(world, at, form);
  const start = instantAt(form, "start");
  if (start === null) return seeOther(href(typePath(type), { timeZone: zone, link: type.link }));
  const typed = {
    name: textAt(form, "name")?.trim() ?? "",
    email: textAt(form, "email")?.trim() ?? "",
    phone: (type.offersSms && textAt(form, "phone")?.trim()) || "",
    notes: severalLines(textAt(form, "notes") ?? "").trim(),
    guests: severalLines(textAt(form, "guests") ?? "").trim(),
    answers: typedAnswers(type.questions, form),
  };
  const tracking = trackingAt(form);
  const addresses = addressesIn(typed.guests);
  const given = textAt(form, "key");
  const key = given !== undefined && isId(given) ? given : newId();
  const facts: FormFacts = {
    type,
    start,
    timeZone: zone,
    key,
    typed,
    tracking,
    wrong: [],
    gone: null,
  };
  const input: GuestBooking = {
    meetingTypeId: id,
    start: start.toString(),
    durationMinutes: type.durationMinutes,
    guest: {
      name: typed.name,
      email: typed.email,
      timeZone: zone,
      // As people write it; what is no number is said to be none.
      ...(typed.phone !== "" && { phone: readPhone(typed.phone) ?? typed.phone, smsOptIn: true }),
    },
    answers: Object.fromEntries(typed.answers),
    ...(addresses.length > 0 && { guests: addresses.map((email) => ({ email })) }),
    ...(typed.notes !== "" && { notes: typed.notes }),
    tracking,
    ...(type.link !== null && { link: type.link }),
  };
  const errors = fieldErrors(Value.Errors(GuestBooking, input));
  const wrong = [
    ...wrongOf(input),
    ...wrongPhone(errors),
    ...wrongAnswers(type.questions, typed.answers),
    ...wrongGuests(errors, addresses),
  ];
  if (wrong.length > 0) return pageResponse(formPage({ ...facts, wrong }), 422);
  try {
    const { booking } = await bookIt(world, input, key, language);
    const token = guestToken(world, booking.attendees[0]!);
    return seeOther(href(managePath(booking.id), { token, done: "booked" }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const errors = (error.extra["errors"] ?? []) as readonly FieldError[];
    const found = [
      ...wrongPhone(errors),
      ...wrongsOf(type.questions, errors),
      ...wrongGuests(errors, addresses),
    ];
    if (found.length > 0) return pageResponse(formPage({ ...facts, wrong: found }), 422);
    return refused(world, { ...facts, key: newId() }, id, error);
  }
}

function wrongOf(input: GuestBooking): Wrong[] {
  const paths = new Set([...Value.Errors(GuestBooking, input)].map(({ path }) => path));
  const wrong = (path: string, field: string, message: string) =>
    paths.has(path) ? [{ field, message }] : [];
  return [
    ...wrong(
      "/guest/name",
      "name",
      input.guest.name === "" ? "is missing." : "must be one line of at most 200 characters.",
    ),
    ...wrong(
      "/guest/email",
      "email",
      input.guest.email === "" ? "is missing." : "does not look like a mail address.",
    ),
    ...wrong("/notes", "notes", "must be plain text of at most 5000 characters."),
  ];
}

/** What the verb refused: whatever it was, nothing typed is lost. */
async function refused(
  world: World,
  facts: FormFacts,
  meetingTypeId: string,
  problem: Problem,
): Promise<Response> {
  const { type, timeZone } = facts;
  if (problem.problem === "idempotency_mismatch") {
    const back = html`<p><a class="button" href="${href(typePath(type), { timeZone, link: type.link })}">See the free times</a></p>`;
    const why =
      "A time was booked with this form already: look into your mail. To book another one, start anew.";
    return pageResponse(troublePage("This form was used already", why, back), problem.httpStatus);
  }
  if (!TIME_PROBLEMS.has(problem.problem)) throw problem;
  const near = problem.extra["alternatives"] as readonly { start: string }[] | undefined;
  const wanted = wantedOf(meetingTypeId, type, timeZone);
  const alternatives = near?.length
    ? near.map(({ start }) => Temporal.Instant.from(start))
    : await nextFree(world, wanted, 3);
  const why =
    problem.problem === "slot_taken" ? "Somebody else has just taken this time." : problem.message;
  return pageResponse(formPage({ ...facts, gone: { why, alternatives } }), problem.httpStatus);
}

const TIME_PROBLEMS: ReadonlySet<string> = new Set([
  "slot_taken",
  "outside_hours",
  "too_soon",
  "too_late",
  "start_in_past",
  "cap_reached",
  "seats_full",
  "type_inactive",
]);
