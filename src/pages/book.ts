// The public pages: a host, one of his meeting types, and booking it by a form.
import { Value } from "@sinclair/typebox/value";
import { findPublicCard, findPublicType } from "../accounts/public-card.ts";
import { findZone } from "../availability/zone.ts";
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
import { choosePage, type TypeFacts, typePath } from "./booking-page.ts";
import { cardPage } from "./card-page.ts";
import type { Wrong } from "./fields.ts";
import { type FormFacts, formPage } from "./form-page.ts";
import { freeDays, nextFree } from "./free-days.ts";
import { href } from "./href.ts";
import { instantAt, isId, textAt } from "./input.ts";
import { managePath } from "./manage-page.ts";
import { pageResponse, seeOther } from "./page.ts";
import { addressesIn, trackingAt, wrongGuests, wrongPhone } from "./party-fields.ts";
import { picker } from "./picker.ts";
import { troublePage } from "./plain-pages.ts";
import { findPageLink } from "./queries.ts";
import { typedAnswers, wrongAnswers, wrongsOf } from "./question-fields.ts";

/** Where a meeting type is found. */
interface At {
  readonly username: string;
  readonly slug: string;
}

/** A host's card. Problems: not_found. */
export async function showHost(world: World, username: string): Promise<Response> {
  assertName(username);
  return pageResponse(cardPage(await findPublicCard(world, username)));
}

/** The times of a meeting type; with a time chosen, the form for the guest's details. Problems: not_found. */
export async function showType(world: World, at: At, query: unknown): Promise<Response> {
  const { id, type, zone, isGuess, isOver } = await typeFor(world, at, query);
  // A form that is sent again is answered all the same: what used the link up may be its own booking.
  if (isOver) throw new Problem("link_used_up");
  const start = instantAt(query, "start");
  const tracking = trackingAt(query);
  if (start !== null) {
    const facts: FormFacts = {
      type,
      start,
      timeZone: zone,
      key: newId(),
      typed: { name: "", email: "", phone: "", notes: "", guests: "", answers: new Map() },
      tracking,
      wrong: [],
      gone: null,
    };
    return pageResponse(formPage(facts));
  }
  const wanted = wantedOf(id, type, zone);
  const found = await freeDays(world, wanted, query);
  const duration = textAt(query, "duration") === undefined ? null : type.durationMinutes;
  const keep = { ...tracking, duration, link: type.link };
  const path = typePath(type);
  const choice = picker({ ...found, path, keep, timeZone: zone, isGuessedZone: isGuess });
  return pageResponse(choosePage(type, choice, { ...tracking, timeZone: isGuess ? null : zone }));
}

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

/** The type as its page shows it, in the zone and of the duration that the reader asked for. */
async function typeFor(world: World, at: At, asked: unknown) {
  assertName(at.username);
  assertName(at.slug);
  const found = await findPublicType(world, at);
  const link = await linkFor(world, found.id, asked);
  const own = link?.durationMinutes ?? null;
  const offered = own === null ? [found.durationMinutes, ...found.durationOptions] : [own];
  const durations = [...new Set(offered)].sort((a, b) => a - b);
  const duration = Number(textAt(asked, "duration"));
  const zone = findZone(textAt(asked, "timeZone") ?? "");
  const type: TypeFacts = {
    ...found,
    username: found.host.username,
    hostName: found.host.name,
    hostNames: found.hosts.map(({ name }) => name),
    durations,
    durationMinutes: durations.includes(duration) ? duration : (own ?? found.durationMinutes),
    link: link?.id ?? null,
  };
  const isOver = link?.isOpen === false;
  return { id: found.id, type, zone: zone ?? found.host.timeZone, isGuess: zone === null, isOver };
}

/** The booking link that the reader came by, if any. Problems: link_used_up, where the type has no such link. */
async function linkFor(world: World, meetingTypeId: string, asked: unknown) {
  const linkId = textAt(asked, "link");
  if (linkId === undefined) return null;
  const found = isId(linkId)
    ? await findPageLink(world.db, { linkId, meetingTypeId, now: world.now() })
    : null;
  if (!found) throw new Problem("link_used_up");
  return { id: linkId, ...found };
}

/** What the picker looks for. */
const wantedOf = (meetingTypeId: string, type: TypeFacts, timeZone: string) => ({
  meetingTypeId,
  timeZone,
  durationMinutes: type.durationMinutes,
  ...(type.link !== null && { link: type.link }),
});

/** Browsers ask for "favicon.ico" and robots for worse: no question for the database. */
function assertName(text: string): void {
  if (!/^[a-z\d-]{1,64}$/i.test(text)) throw new Problem("not_found");
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
