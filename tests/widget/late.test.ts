// What comes late, in another order or not at all, while the reader goes on.
import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { late } from "./support/late.ts";
import { CHROMIUM, focusedIn, stage } from "./support/stage.ts";

const NOW = "2026-11-23T07:30:00Z";
const MONDAY = "2026-11-23";

describe.skipIf(CHROMIUM === undefined)("the widget, answered late,", async () => {
  if (CHROMIUM === undefined) return;
  const scene = await stage();
  const { world } = scene;
  world.setNow(NOW);
  const api = client(world);
  let host: Host;
  let page: Page;
  let widget: Locator;
  beforeEach(async () => {
    host = await makeHost(world, { zone: "Europe/Berlin", name: "Ada Lovelace" });
    page = await scene.show("");
    widget = page.locator("kalends-booking");
  });
  afterEach(() => page.context().close());
  afterAll(async () => {
    await scene.close();
    expect(scene.complaints).toEqual([]);
  });

  type Given = Parameters<typeof makeMeetingType>[2];
  const typeOf = (given: Given = {}) =>
    makeMeetingType(world, host, { horizon: { kind: "rolling", days: 100 }, ...given });
  const tag = ({ slug }: { slug: string }, attributes = "") =>
    `<kalends-booking host="${host.username}" type="${slug}" ${attributes}></kalends-booking>`;
  /** Puts it on the page, which notes how often it says that it is ready. */
  const put = (markup: string) =>
    page.evaluate((html) => {
      const told: string[] = [];
      Object.assign(window, { told });
      document.addEventListener("ready", ({ type }) => told.push(type));
      document.body.insertAdjacentHTML("beforeend", html);
    }, markup);
  const button = (name: string | RegExp) => widget.getByRole("button", { name }).first();
  const press = (name: string | RegExp) => button(name).click();
  const heading = (name: string) => widget.getByRole("heading", { name }).waitFor();
  const heard = ({ id }: { id: string }) =>
    eventually(() => expect(scene.asked).toContain(`GET /api/v1/meeting-types/${id}/slots/events`));

  test("leaves the focus on a time when an earlier one is taken", async () => {
    const type = await typeOf();
    await put(tag(type));
    await button("10:00").waitFor();
    await heard(type);
    await button("10:00").focus();
    await book(api, type, `${MONDAY}T08:30:00Z`);
    await widget.getByRole("button", { name: "09:30" }).waitFor({ state: "detached" });
    expect(await focusedIn(page)).toBe("10:00");
  });

  test("leaves the focus in the month when its times cannot be had", async () => {
    const type = await typeOf();
    await put(tag(type));
    await button("10:00").waitFor();
    await page.route(/slots\?.*from=2027-0/, (route) => route.abort());
    await button(/^Monday, 23 November/).focus();
    await page.keyboard.press("PageDown");
    await page.keyboard.press("PageDown");
    await button("Try again").waitFor();
    expect(await focusedIn(page)).toMatch(/23 January 2027/);
  });

  test("leaves the focus in the form when one tries again", async () => {
    const type = await typeOf();
    await put(tag(type));
    await press("13:00");
    await widget.getByText("This time is kept for you").waitFor();
    await widget.getByLabel("Name").fill("Grace Hopper");
    await widget.getByLabel("Email").fill("grace@example.com");
    const lost = await late(page, "request", "POST", "**/api/v1/bookings");
    lost.fail();
    await press("Book this time");
    await widget.getByText("The connection failed").waitFor();
    await page.unroute("**/api/v1/bookings");
    const booking = await late(page, "request", "POST", "**/api/v1/bookings");
    await widget.getByLabel("Name").press("Enter");
    await eventually(() => expect(booking.asked).toHaveLength(1));
    expect(await widget.getByLabel("Name").evaluate((field) => field.matches(":focus"))).toBe(true);
    booking.go();
    await heading("You’re booked");
  });
});
