// What guests see before they have a booking.
import { book, type Host, makeHost } from "../../support/make.ts";
import { makeType } from "../../support/make-type.ts";
import { QUESTIONS } from "../../widget/support/states.ts";
import { TIMES, type Tour } from "./tour.ts";

const GRACE = { name: "Grace Hopper", email: "grace@example.com" };
const at = (path: string, start: string) => `${path}?start=${start}&timeZone=Europe/Berlin`;

/** The demo, cards, times and forms. */
export async function guestPages(tour: Tour, ada: Host): Promise<void> {
  const { house, page, api, open, visit, plain, german, see, fill, press } = tour;
  const { world, site } = house;
  await open("/demo");
  await page
    .locator(`#inline ${TIMES.split(" ").slice(1).join(" ")}`)
    .first()
    .waitFor();
  await page.frameLocator("iframe").locator(TIMES).first().waitFor();
  await see("the demo");
  await visit("a host", "/ada");
  await visit("a host with nothing to book", `/${(await makeHost(world)).username}`);

  await visit("times", "/ada/intro", TIMES);
  await german("times, in German", "/ada/intro", TIMES);
  const katherine = await makeHost(world, { zone: "Europe/Berlin", name: "Katherine Johnson" });
  const typeOf = (given: Parameters<typeof makeType>[2], settings: object = {}) =>
    makeType(world, katherine, given, settings);
  const rich = await typeOf(
    {
      title: "Product walk-through",
      otherMinutes: [15, 60, 90],
      locationType: "IN_PERSON",
      locationDetails: "Hauptstraße 1, 10827 Berlin",
    },
    {
      description: "We look at what you are building, and where we can help.\nBring questions.",
      questions: QUESTIONS,
      notifications: { sms: true },
      requiresConfirmation: true,
    },
  );
  await plain("times, plain", rich.path);
  await plain("a day, plain", `${rich.path}?date=2026-12-08&duration=60`);
  const house5 = await typeOf({ title: "Open house" }, { capacity: 5 });
  await plain("seats, plain", house5.path);
  const scarce = await typeOf({ horizon: range("2026-11-28", "2026-11-29") });
  await plain("no times, plain", scarce.path);
  await visit("no times", scarce.path, "kalends-booking .month .muted");

  await visit("details", at("/ada/intro", "2026-11-23T09:00:00Z"));
  await press("details, nothing filled in", "Book this time");
  await visit("details with questions", at(rich.path, "2026-11-23T09:00:00Z"));
  await fill({ email: "grace", phone: "12", guests: "nobody", "q:site": "x", "q:mobile": "12" });
  await press("mistakes", "Ask for this time");

  const one = await typeOf({ title: "Coffee" });
  await open(at(one.path, "2026-11-23T10:00:00Z"));
  await book(api, one, "2026-11-23T10:00:00Z");
  await fill(GRACE);
  await press("taken meanwhile", "Book this time");
  const last = await typeOf({ minutes: 480, horizon: range("2026-11-24", "2026-11-24") });
  await open(at(last.path, "2026-11-24T08:00:00Z"));
  await book(api, last, "2026-11-24T08:00:00Z");
  await fill(GRACE);
  await press("taken, the last one", "Book this time");

  await open(at(one.path, "2026-11-25T11:00:00Z"));
  const key = await page.locator("[name=key]").inputValue();
  await fill(GRACE);
  await press("booked by a form", "Book this time");
  await open(at(one.path, "2026-11-25T12:00:00Z"));
  await page.locator("[name=key]").evaluate((field, used) => {
    (field as HTMLInputElement).value = used;
  }, key);
  await fill(GRACE);
  await press("a form used already", "Book this time");
  const body = { pattern: "rude@example.com" };
  await api("POST", "/blocked-guests", { token: katherine.token, body });
  await open(at(one.path, "2026-11-25T12:00:00Z"));
  await fill({ ...GRACE, email: "rude@example.com" });
  await press("not taken", "Book this time");

  const links = `/meeting-types/${one.id}/links`;
  const { body: link } = await api("POST", links, { token: katherine.token, body: {} });
  await visit("a secret link", link.url, TIMES);
  await visit("a secret link, used up", `${one.path}?link=nonsense`);

  const frame = `/embed/ada/intro?origin=${encodeURIComponent(site)}`;
  await visit("a frame", frame, TIMES);
  await german("a frame, in German", frame, TIMES);
  await plain("a frame, plain", frame);
  await visit("a frame for no origin", "/embed/ada/intro?origin=nonsense");
  await visit("code to embed", `/embed/${ada.username}/intro/code`);
}

const range = (from: string, until: string) => ({ kind: "range", from, until });
