// Brings the widget to every state that a guest can see it in, one after the other, on pages of a customer.
import type { Locator, Page } from "playwright-core";
import ar from "../../../src/widget/languages/ar.json";
import de from "../../../src/widget/languages/de.json";
import en from "../../../src/widget/languages/en.json";
import { book, type MeetingType, makeHost } from "../../support/make.ts";
import { makeType } from "../../support/make-type.ts";
import { client } from "../../support/world.ts";
import type { Shown, Stage } from "./stage.ts";

const LANGUAGES = { en, de, ar } as const;
export const NOW = "2026-11-23T07:30:00Z";

export interface Look extends Shown {
  readonly language?: keyof typeof LANGUAGES;
}

/** Called in each state, before the guest goes on. */
export type Visit = (state: string, page: Page) => Promise<void>;

/** Every kind of question, each of which must be answered. */
export const QUESTIONS = [
  { id: "company", label: "Company", type: "text" },
  { id: "goal", label: "What would you like to have achieved by the end?", type: "longText" },
  { id: "mobile", label: "Mobile", type: "phone" },
  { id: "boss", label: "Who should get a copy?", type: "email" },
  { id: "site", label: "Your site", type: "url" },
  { id: "people", label: "How many people are you?", type: "number" },
  { id: "size", label: "Plan", type: "select", options: ["Starter", "Business", "Enterprise"] },
  { id: "topics", label: "Topics", type: "multiSelect", options: ["Pricing", "Security", "API"] },
  { id: "terms", label: "I have read the terms", type: "checkbox" },
  { id: "launch", label: "Launch date", type: "date" },
].map((question) => ({ ...question, required: true }));

export const ANSWERS = {
  company: "Eckert–Mauchly",
  goal: "To know whether it compiles.",
  mobile: "+1 202 555 0123",
  boss: "howard@example.com",
  site: "https://example.com",
  people: 3,
  size: "Business",
  topics: ["Security"],
  terms: true,
  launch: "2026-12-24",
};

/** Walks through all states in one language on pages of one look. */
export async function walk(stage: Stage, look: Look, visit: Visit): Promise<void> {
  const { language = "en", ...shown } = look;
  const { world } = stage;
  const words = { ...LANGUAGES[language].times, ...LANGUAGES[language].later };
  world.setNow(NOW);
  const host = await makeHost(world, { zone: "Europe/Berlin", name: "Ada Lovelace" });
  const api = client(world);
  const typeOf = (given: Parameters<typeof makeType>[2], settings: object = {}) =>
    makeType(world, host, given, settings);
  const tag = ({ slug }: MeetingType, attributes = "") =>
    `<kalends-booking host="${host.username}" type="${slug}" lang="${language}" theme="auto" ${attributes}></kalends-booking>`;
  /** A page with the widget on it, for as long as `act` lasts. */
  async function on(
    markup: string,
    act: (page: Page, widget: Locator) => Promise<void>,
    prepare?: (page: Page) => Promise<unknown>,
  ) {
    const page = await stage.show("<main><h1>Talk to us</h1></main>", {
      head: '<meta name="color-scheme" content="light dark">',
      reducedMotion: "reduce",
      ...shown,
    });
    await prepare?.(page);
    await page.evaluate(
      (html) => document.querySelector("main")!.insertAdjacentHTML("beforeend", html),
      markup,
    );
    await act(page, page.locator("kalends-booking"));
    await page.context().close();
  }
  const press = (within: Locator, name: string) =>
    within.getByRole("button", { name, exact: true }).click();
  const said = (within: Locator, text: string) =>
    within.getByText(text, { exact: true }).first().waitFor();
  const submit = (widget: Locator) => widget.locator("[part~=submit]").click();
  const firstTime = (widget: Locator) => widget.locator(".times .time").first();
  const KNOWN = 'name="Grace Hopper" email="grace@example.com"';

  const rich = await typeOf(
    {
      title: "Product walk-through",
      otherMinutes: [15, 60],
      locationType: "IN_PERSON",
      locationDetails: "Hauptstraße 1, 10827 Berlin",
    },
    {
      description: "We look at what you are building, and where we can help.\nBring questions.",
      questions: QUESTIONS,
      notifications: { sms: true },
    },
  );
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await on(
    tag(rich),
    async (page, widget) => {
      await widget.locator(".skeleton").first().waitFor();
      await visit("loading", page);
      release();
      await firstTime(widget).waitFor();
      await visit("times", page);

      await widget.locator("#zone").click();
      await widget.getByRole("combobox").fill("new");
      await visit("zones", page);
      await widget.getByRole("combobox").fill("atlantis");
      await said(widget, words.zoneNone);
      await visit("no such zone", page);
      await widget.getByRole("combobox").press("Escape");

      await firstTime(widget).click();
      await said(widget, words.held);
      await visit("details", page);
      await press(widget, words.addGuest);
      await widget.locator(".companion input").fill("nobody");
      await widget.locator("label.tick input").first().check();
      await submit(widget);
      await widget.locator(".wrong").first().waitFor();
      await visit("mistakes", page);

      await press(widget, words.change);
      await widget.evaluate((element, answers) => {
        Object.assign(element, {
          prefill: {
            name: "Grace Hopper",
            email: "grace@example.com",
            phone: "+1 202 555 0123",
            answers,
          },
        });
      }, ANSWERS);
      await firstTime(widget).click();
      await widget.locator(".companion input").fill("howard@example.com");
      await said(widget, words.held);
      await visit("filled in", page);

      await page.route("**/api/v1/bookings", (route) => route.abort("internetdisconnected"));
      await submit(widget);
      await said(widget, words.refused.unreachable);
      await visit("connection lost", page);
      await page.unroute("**/api/v1/bookings");

      const [lost] = await world.db.run(
        "delete from reservations where hold_id is not null returning lower(reserved) as start",
        [],
      );
      const other = await book(api, rich, String(lost?.["start"]), {
        answers: ANSWERS,
      });
      if (other.status !== 201) throw new Error(other.text);
      await submit(widget);
      await said(widget, words.refused.slot_taken);
      await visit("taken meanwhile", page);
      await widget.locator(".alternatives .time").first().click();
      await submit(widget);
      await said(widget, words.done);
      await visit("booked", page);

      await press(widget, words.reschedule);
      await firstTime(widget).waitFor();
      await visit("another time", page);
      await firstTime(widget).click();
      await said(widget, words.moveAsk);
      await visit("move?", page);
      await press(widget, words.move);
      await said(widget, words.moved);
      await visit("moved", page);
      await press(widget, words.cancel);
      await said(widget, words.cancelAsk);
      await visit("cancel?", page);
      await press(widget, words.cancelYes);
      await said(widget, words.cancelled);
      await visit("cancelled", page);
    },
    (page) =>
      page.route(
        (url) => url.pathname.startsWith("/api/v1/users/"),
        async (route) => {
          await held;
          await route.continue();
        },
      ),
  );

  const asked = await typeOf({}, { requiresConfirmation: true });
  await on(tag(asked, KNOWN), async (page, widget) => {
    await firstTime(widget).click();
    await submit(widget);
    await said(widget, words.requested);
    await visit("requested", page);
  });
  const verified = await typeOf({}, { policies: { guestVerification: "email" } });
  await on(tag(verified, KNOWN), async (page, widget) => {
    await firstTime(widget).click();
    await submit(widget);
    await said(widget, words.verify);
    await visit("to be verified", page);
  });

  const seats = await typeOf({ title: "Open house" }, { capacity: 5 });
  await on(tag(seats), async (page, widget) => {
    await widget.locator(".seats").first().waitFor();
    await visit("seats", page);
  });
  const empty = await typeOf({
    horizon: { kind: "range", from: "2026-11-28", until: "2026-11-29" },
  });
  await on(tag(empty), async (page, widget) => {
    await widget.locator(".month .muted").waitFor();
    await visit("no times", page);
  });
  await on(
    tag(seats),
    async (page, widget) => {
      await said(widget, words.refused.unreachable);
      await visit("offline", page);
    },
    (page) => page.route("**/api/v1/**", (route) => route.abort("internetdisconnected")),
  );
  await on(tag({ id: "", slug: "nothing" }), async (page, widget) => {
    await said(widget, words.refused.not_found);
    await visit("not found", page);
  });
  await on(tag(seats, 'mode="badge"'), async (page, widget) => {
    await widget.locator(".badge").waitFor();
    await visit("badge", page);
    await widget.locator(".badge").click();
    await firstTime(widget).waitFor();
    await visit("popup", page);
  });
}
