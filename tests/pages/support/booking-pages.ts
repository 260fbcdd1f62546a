// What guests see of their bookings.
import { tokenOf } from "../../bookings/support/guest.ts";
import { book, makeHost } from "../../support/make.ts";
import { makeType } from "../../support/make-type.ts";
import { ANSWERS, QUESTIONS } from "../../widget/support/states.ts";
import type { Tour } from "./tour.ts";

const WIDGET = "kalends-booking .card button";

/** Bookings in every state, and the ways to change them. */
export async function bookingPages(tour: Tour): Promise<void> {
  const { house, api, open, visit, plain, german, fill, press, linkTo } = tour;
  const { world } = house;
  const host = await makeHost(world, { zone: "Europe/Berlin", name: "Dorothy Vaughan" });
  const typeOf = (title: string, settings: object = {}) =>
    makeType(
      world,
      host,
      { title, locationType: "CUSTOM_LINK", locationDetails: "https://meet.example.com/dorothy" },
      settings,
    );
  async function booked(
    type: { id: string },
    start: string,
    given: Parameters<typeof book>[3] = {},
  ) {
    const made = await book(api, type, start, given);
    if (made.status !== 201) throw new Error(made.text);
    const path = `/b/${made.body.booking.id}`;
    const query = `token=${tokenOf(made)}`;
    return { path, query, url: `${path}?${query}` };
  }

  const type = await typeOf("Product walk-through", { questions: QUESTIONS });
  const given = {
    answers: ANSWERS,
    notes: "I have two questions about Bernoulli numbers.\nAnd one about looms.",
    guests: [{ email: "howard@example.com" }, { name: "Mary Jackson", email: "mary@example.com" }],
  };
  const one = await booked(type, "2026-11-23T10:00:00Z", given);
  await visit("booked", `${one.url}&done=booked`);
  await visit("a booking", one.url, WIDGET);
  await german("a booking, in German", one.url, WIDGET);
  await plain("a booking, plain", one.url);
  await visit("another time", `${one.path}/reschedule?${one.query}`);
  await visit("move?", `${one.path}/reschedule?${one.query}&start=2026-11-24T10:00:00Z`);
  await booked(type, "2026-11-24T10:00:00Z", { answers: ANSWERS });
  await press("not moved", "Move the booking");
  await open(`${one.path}/reschedule?${one.query}&start=2026-11-24T11:00:00Z`);
  await press("moved", "Move the booking");
  await visit("cancel?", `${one.path}/cancel?${one.query}`);
  await fill({ reason: "I caught a cold, sorry." });
  await press("cancelled", "Cancel the booking");
  await visit("cancelled before", one.url);

  const strict = await typeOf("Board meeting", {
    policies: { reasonRequired: true, rescheduleUntilMinutesBefore: 2880 },
  });
  const two = await booked(strict, "2026-11-23T12:00:00Z");
  await visit("a booking that may not be moved", two.url);
  await visit("cancel, for a reason?", `${two.path}/cancel?${two.query}`);
  await press("no reason", "Cancel the booking");
  const three = await booked(strict, "2026-11-26T12:00:00Z");
  await visit(
    "move, for a reason?",
    `${three.path}/reschedule?${three.query}&start=2026-11-26T13:00:00Z`,
  );

  const asking = await typeOf("Interview", { requiresConfirmation: true });
  const asked = await booked(asking, "2026-11-24T08:00:00Z");
  await visit("asked", `${asked.url}&done=booked`);
  await visit("asked before", asked.url, WIDGET);
  await visit("a request", await linkTo(host.email, `${asked.path}/decide`));
  await fill({ reason: "x".repeat(1001) });
  await press("a request, mistakes", "Decline");
  await fill({ reason: "I am on leave." });
  await press("declined by its host", "Decline");
  await visit("declined", asked.url);
  const wanted = await booked(asking, "2026-11-24T09:00:00Z");
  const decide = await linkTo(host.email, `${wanted.path}/decide`);
  await open(decide);
  await press("confirmed by its host", "Confirm");
  await visit("nothing to answer", decide);

  const verified = await typeOf("First call", { policies: { guestVerification: "email" } });
  const doubted = await booked(verified, "2026-11-24T12:00:00Z");
  await visit("to be confirmed", doubted.url);
  const verify = await linkTo("grace@example.com", `${doubted.path}/verify`);
  await visit("yours?", verify);
  await press("confirmed by its guest", "Confirm the booking");

  const late = await booked(asking, "2026-11-25T09:00:00Z");
  const forgotten = await booked(verified, "2026-11-25T12:00:00Z");
  const verifyLate = await linkTo("grace@example.com", `${forgotten.path}/verify`);
  const now = world.now().toString();
  world.setNow("2026-11-25T09:10:00Z");
  await visit("begun", wanted.url);
  await visit("not answered", late.url);
  await visit("not confirmed", forgotten.url);
  await visit("nothing to confirm", verifyLate);
  world.setNow(now);
  await visit("no booking", `${one.path}?token=x`);
}
