// The widget in a real browser, on a page of another origin under a strict policy.
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { CHROMIUM, focusedIn, stage } from "./support/stage.ts";

const NOW = "2026-11-23T07:30:00Z";
const MONDAY = "2026-11-23";

// Without a browser there is nothing to look at: the pure parts are tested beside this.
describe.skipIf(CHROMIUM === undefined)("the widget", async () => {
  if (CHROMIUM === undefined) return;
  const scene = await stage();
  const { world, show } = scene;
  world.setNow(NOW);
  const api = client(world);
  let host: Host;
  // Of each test its own: what one takes would be gone for another.
  beforeEach(async () => {
    host = await makeHost(world, { zone: "Europe/Berlin", name: "Ada Lovelace" });
  });
  afterAll(async () => {
    await scene.close();
    expect(scene.complaints).toEqual([]);
  });

  type Given = Parameters<typeof makeMeetingType>[2];
  const typeOf = (given: Given = {}) =>
    makeMeetingType(world, host, { horizon: { kind: "rolling", days: 60 }, ...given });
  const tag = ({ slug }: { slug: string }, attributes = "") =>
    `<kalends-booking host="${host.username}" type="${slug}" ${attributes}></kalends-booking>`;
  const widgetOf = (page: Page): Locator => page.locator("kalends-booking");
  const timeOf = (widget: Locator, name: string | RegExp) =>
    widget.getByRole("button", { name }).first();

  async function fillIn(widget: Locator): Promise<void> {
    await widget.getByLabel("Name").fill("Grace Hopper");
    await widget.getByLabel("Email").fill("grace@example.com");
  }

  const holds = async (): Promise<number> =>
    (await world.db.run("select 1 from reservations where hold_id is not null", [])).length;

  /** Notes what the element tells the page. */
  const listening = (page: Page) =>
    page.evaluate(() => {
      const told: [string, unknown][] = [];
      Object.assign(window, { told });
      for (const type of [
        "ready",
        "type_viewed",
        "date_selected",
        "slot_selected",
        "booking_created",
        "booking_rescheduled",
        "booking_cancelled",
      ])
        document.addEventListener(type, (event) =>
          told.push([type, (event as CustomEvent).detail]),
        );
    });
  const told = (page: Page): Promise<[string, Record<string, string>][]> =>
    page.evaluate(() => (window as unknown as { told: [string, Record<string, string>][] }).told);

  test("shows the first times after two requests, asked side by side", async () => {
    const type = await typeOf();
    const from = scene.asked.length;
    const page = await show(tag(type));
    await timeOf(widgetOf(page), "09:00").waitFor();
    const path = `/api/v1/users/${host.username}/${type.slug}`;
    const asked = scene.asked
      .slice(from)
      .filter((each) => each.includes(type.slug) || each.includes(type.id));
    expect(asked.slice(0, 2).sort()).toEqual([`GET ${path}`, `GET ${path}/slots`]);
    await page.context().close();
  });

  test("books, moves and cancels by mouse, and tells the page of each", async () => {
    const type = await typeOf();
    const page = await show("", { search: "?utm_source=newsletter&kalends-notes=Hello" });
    await listening(page);
    await page.evaluate(
      (markup) => document.body.insertAdjacentHTML("beforeend", markup),
      tag(type),
    );
    const widget = widgetOf(page);
    // Times may be there before what is told first.
    await eventually(async () => expect(await told(page)).toContainEqual(["ready", {}]));
    await widget.getByRole("button", { name: /^Tuesday, 24 November 2026, / }).click();
    await timeOf(widget, "10:30").click();
    await fillIn(widget);
    expect(await widget.getByLabel("Anything we should know?").inputValue()).toBe("Hello");
    await widget.getByText("This time is kept for you").waitFor();
    await widget.getByRole("button", { name: "Book this time" }).dblclick();
    await widget.getByRole("heading", { name: "You’re booked" }).waitFor();
    const [booked, ...others] = await world.db.run(
      "select id, tracking ->> 'utm_source' as source, notes, status from bookings where meeting_type_id = $1",
      [type.id],
    );
    expect(others).toEqual([]);
    expect(booked).toMatchObject({ source: "newsletter", notes: "Hello", status: "CONFIRMED" });
    expect(await widget.getByRole("link", { name: /Google/ }).getAttribute("href")).toContain(
      "20261124T093000Z",
    );

    await widget.getByRole("button", { name: "Reschedule" }).click();
    await widget.getByRole("button", { name: /^Wednesday, 25 November 2026, / }).click();
    await timeOf(widget, "14:00").click();
    await widget.getByRole("button", { name: "Move it here" }).click();
    await widget.getByRole("heading", { name: "Your booking has moved" }).waitFor();
    await widget.getByRole("button", { name: "Cancel booking" }).click();
    await widget.getByRole("button", { name: "Yes, cancel it" }).click();
    await widget.getByRole("heading", { name: "Your booking is cancelled" }).waitFor();

    const id = booked?.["id"] as string;
    expect(await told(page)).toEqual([
      ["type_viewed", { host: host.username, type: type.slug }],
      ["ready", {}],
      ["date_selected", { date: "2026-11-24" }],
      ["slot_selected", expect.objectContaining({ start: "2026-11-24T09:30:00Z" })],
      ["booking_created", { id, start: "2026-11-24T09:30:00Z", end: "2026-11-24T10:00:00Z" }],
      ["date_selected", { date: "2026-11-25" }],
      ["slot_selected", expect.objectContaining({ timeZone: "Europe/Berlin" })],
      ["booking_rescheduled", expect.objectContaining({ id, start: "2026-11-25T13:00:00Z" })],
      ["booking_cancelled", { id }],
    ]);
    await page.context().close();
  });

  test("books by the keyboard alone", async () => {
    const type = await typeOf();
    const page = await show(`<a href="#top">Before</a>${tag(type)}`);
    const widget = widgetOf(page);
    await timeOf(widget, "09:00").waitFor();
    await page.getByRole("link", { name: "Before" }).focus();
    // Past the two buttons that turn the month.
    for (let i = 0; i < 3; i += 1) await page.keyboard.press("Tab");
    expect(await focusedIn(page)).toContain("Monday, 23 November 2026");
    await page.keyboard.press("End");
    expect(await focusedIn(page)).toContain("Sunday, 29 November 2026, no free times");
    await page.keyboard.press("PageDown");
    await eventually(async () =>
      expect(await focusedIn(page)).toBe("Tuesday, 29 December 2026, 16 free times"),
    );
    await page.keyboard.press("Enter");
    await widget.getByRole("heading", { name: "Tuesday, 29 December 2026" }).waitFor();
    for (let i = 0; i < 2; i += 1) await page.keyboard.press("Tab");
    expect(await focusedIn(page)).toBe("09:00");
    await page.keyboard.press("Enter");
    await widget.getByRole("heading", { name: "Your details" }).waitFor();
    await eventually(async () => expect(await focusedIn(page)).toBe("Your details"));
    for (let i = 0; i < 2; i += 1) await page.keyboard.press("Tab");
    await page.keyboard.type("Grace Hopper");
    await page.keyboard.press("Enter");
    // The mail address is missing: the focus is there.
    await widget.getByText("Please fill this in.").waitFor();
    await page.keyboard.type("grace@example.com");
    await page.keyboard.press("Enter");
    await widget.getByRole("heading", { name: "You’re booked" }).waitFor();
    await eventually(async () => expect(await focusedIn(page)).toBe("You’re booked"));
    await page.context().close();
  });

  test("shows the nearest times when one was taken meanwhile, and loses nothing typed", async () => {
    const type = await typeOf();
    const page = await show(tag(type));
    const widget = widgetOf(page);
    await timeOf(widget, "10:00").click();
    await fillIn(widget);
    await widget.getByText("This time is kept for you").waitFor();
    await world.db.run("delete from reservations where hold_id is not null", []);
    expect((await book(api, type, `${MONDAY}T09:00:00Z`)).status).toBe(201);
    await widget.getByRole("button", { name: "Book this time" }).click();
    await widget.getByText("Somebody was faster").waitFor();
    expect(await widget.getByLabel("Name").inputValue()).toBe("Grace Hopper");
    await widget.getByRole("button", { name: "Mon 23 November, 10:30" }).click();
    await widget.getByRole("button", { name: "Book this time" }).click();
    await widget.getByRole("heading", { name: "You’re booked" }).waitFor();
    await page.context().close();
  });

  test("never books twice when the answer got lost and one tries again", async () => {
    const type = await typeOf();
    const page = await show(tag(type));
    const widget = widgetOf(page);
    await timeOf(widget, "11:00").click();
    await fillIn(widget);
    let lost = 0;
    await page.route("**/api/v1/bookings", async (route) => {
      if (route.request().method() !== "POST" || lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort("connectionreset");
    });
    await widget.getByRole("button", { name: "Book this time" }).click();
    await widget.getByText("The connection failed").waitFor();
    await widget.getByRole("button", { name: "Book this time" }).click();
    await widget.getByRole("heading", { name: "You’re booked" }).waitFor();
    const [count] = await world.db.run(
      "select count(*)::int as n from bookings where meeting_type_id = $1",
      [type.id],
    );
    expect([lost, count?.["n"]]).toEqual([1, 1]);
    await page.context().close();
  });

  test("hears that a time was taken, and takes it off", async () => {
    const type = await typeOf();
    const page = await show(tag(type));
    const widget = widgetOf(page);
    await timeOf(widget, "09:30").waitFor();
    await eventually(() =>
      expect(scene.asked).toContain(`GET /api/v1/meeting-types/${type.id}/slots/events`),
    );
    await book(api, type, `${MONDAY}T08:30:00Z`);
    await widget.getByRole("button", { name: "09:30" }).waitFor({ state: "detached" });
    await widget.getByText("The free times have changed.").waitFor({ state: "attached" });
    await page.context().close();
  });

  test("takes off what was taken while nothing could be heard", async () => {
    const type = await typeOf();
    const page = await show("");
    let tries = 0;
    const isSeen = Promise.withResolvers<void>();
    await page.route("**/slots/events", async (route) => {
      tries += 1;
      if (tries === 1) return route.abort("connectionreset");
      await isSeen.promise;
      if (tries === 2) await book(api, type, `${MONDAY}T08:30:00Z`);
      return route.continue();
    });
    await page.evaluate(
      (markup) => document.body.insertAdjacentHTML("beforeend", markup),
      tag(type),
    );
    const widget = widgetOf(page);
    await timeOf(widget, "09:30").waitFor();
    isSeen.resolve();
    await widget.getByRole("button", { name: "09:30" }).waitFor({ state: "detached" });
    await page.context().close();
  });

  test("tells times that come twice apart, by the server's clock", async () => {
    world.setNow("2026-10-24T08:00:00Z");
    const hours = ["saturday", "sunday"].map((weekday) => ({
      weekday,
      from: "00:00",
      until: "24:00",
    }));
    const nightly = await makeHost(world, { zone: "Europe/Berlin", hours });
    const type = await makeMeetingType(world, nightly, {});
    const page = await show(
      `<kalends-booking host="${nightly.username}" type="${type.slug}" date="2026-10-25"></kalends-booking>`,
    );
    const times = widgetOf(page).locator(".time");
    await times.first().waitFor();
    expect((await times.allTextContents()).slice(3, 9)).toEqual([
      "01:30",
      "02:00 UTC+2",
      "02:30 UTC+2",
      "02:00 UTC+1",
      "02:30 UTC+1",
      "03:00",
    ]);
    world.setNow(NOW);
    await page.context().close();
  });

  test("opens as a popup, keeps the focus in it, and gives it back", async () => {
    const type = await typeOf();
    const page = await show(`<button data-kalends>Meet us</button>${tag(type, 'mode="popup"')}`);
    await expect(await widgetOf(page).getByRole("dialog").count()).toBe(0);
    await page.getByRole("button", { name: "Meet us" }).click();
    const dialog = widgetOf(page).getByRole("dialog");
    await timeOf(widgetOf(page), "09:00").waitFor();
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe("kalends-booking");
    // What is behind cannot be reached.
    await page.getByRole("button", { name: "Meet us" }).focus();
    expect(await page.evaluate(() => document.activeElement?.textContent)).not.toBe("Meet us");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Meet us");
    await page.context().close();
  });

  test("fits 320 pixels, speaks Arabic from right to left, and German by its attribute", async () => {
    const type = await typeOf();
    const narrow = await show(tag(type, 'lang="ar"'), { viewport: { width: 320, height: 640 } });
    await widgetOf(narrow).locator(".time").first().waitFor();
    await widgetOf(narrow).getByText("صباحًا").waitFor();
    const { overflow, direction, small } = await narrow.evaluate(() => {
      const root = document.querySelector("kalends-booking")!.shadowRoot!;
      const sizes = [...root.querySelectorAll("button")].map((each) =>
        each.getBoundingClientRect(),
      );
      return {
        overflow: document.documentElement.scrollWidth,
        direction: getComputedStyle(root.querySelector(".card")!).direction,
        small: sizes.filter(({ width, height }) => width < 24 || height < 24).length,
      };
    });
    expect({ overflow, direction, small }).toEqual({ overflow: 320, direction: "rtl", small: 0 });
    await narrow.context().close();
    const german = await show(tag(type, 'lang="de"'));
    await widgetOf(german).getByText("Vormittag").waitFor();
    await german.context().close();
  });

  test("manages a booking by its link, and says what is wrong with a wrong one", async () => {
    const type = await typeOf();
    const made = (
      await book(api, type, `${MONDAY}T14:00:00Z`, { guest: { timeZone: "Asia/Tokyo" } })
    ).body;
    const token = new URL(made.cancelUrl).searchParams.get("token");
    const page = await show(
      `<kalends-booking booking="${made.booking.id}" token="${token}"></kalends-booking>`,
    );
    await widgetOf(page).getByRole("heading", { name: "Your booking" }).waitFor();
    expect(await widgetOf(page).locator(".facts").textContent()).toContain("23:00");
    await page.context().close();
    const wrong = await show(
      `<kalends-booking booking="${made.booking.id}" token="nonsense"></kalends-booking>`,
    );
    await widgetOf(wrong).getByText("There is nothing to book here").waitFor();
    await wrong.context().close();
  });

  test("goes on where it is moved to, and stops everything when it is taken away", async () => {
    const type = await typeOf();
    await world.db.run("delete from reservations where hold_id is not null", []);
    const page = await show(`<div id="a">${tag(type)}</div><div id="b"></div>`);
    const widget = widgetOf(page);
    await timeOf(widget, "12:00").click();
    await widget.getByLabel("Name").fill("Grace");
    await page.evaluate(() =>
      document.querySelector("#b")!.append(document.querySelector("kalends-booking")!),
    );
    expect(await widget.getByLabel("Name").inputValue()).toBe("Grace");
    await eventually(async () => expect(await holds()).toBe(1));
    await page.evaluate(() => document.querySelector("kalends-booking")!.remove());
    await eventually(async () => expect(await holds()).toBe(0));
    await page.context().close();
  });
});
