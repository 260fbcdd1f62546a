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
  /** Where a type is asked for by the names that the page knows. */
  const pathOf = ({ slug }: { slug: string }) => new RegExp(`/users/${host.username}/${slug}$`);
  /** Puts it on the page, which notes how often it says that it is ready. */
  const put = (markup: string) =>
    page.evaluate((html) => {
      const told: string[] = [];
      Object.assign(window, { told });
      document.addEventListener("ready", ({ type }) => told.push(type));
      document.body.insertAdjacentHTML("beforeend", html);
    }, markup);
  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
  const button = (name: string | RegExp) => widget.getByRole("button", { name }).first();
  const press = (name: string | RegExp) => button(name).click();
  const heading = (name: string) => widget.getByRole("heading", { name }).waitFor();
  const isFocused = (name: string) =>
    eventually(async () => expect(await focusedIn(page)).toBe(name));
  /** By then what came would have been drawn. */
  const drawn = () => page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  const came = (url: RegExp) =>
    page.waitForEvent("requestfinished", (request) => url.test(request.url()));
  /** Shown, heard of, read once more and looked ahead: nothing else is asked for by itself. */
  async function settled(markup: string): Promise<void> {
    const ahead = page.waitForResponse(/slots\?.*from=2026-12-01/);
    await put(markup);
    await ahead;
    await button("13:00").waitFor();
  }
  /** Keeps all such requests back until they fail, or are let go. */
  async function stuck(url: RegExp) {
    const released = Promise.withResolvers<boolean>();
    const asked: string[] = [];
    await page.route(url, async (route) => {
      asked.push(route.request().url());
      await ((await released.promise) ? route.continue() : route.abort());
    });
    return { asked, go: () => released.resolve(true), fail: () => released.resolve(false) };
  }
  const heard = ({ id }: { id: string }) =>
    eventually(() => expect(scene.asked).toContain(`GET /api/v1/meeting-types/${id}/slots/events`));

  test("says what it lacks also where its times come after", async () => {
    const type = await typeOf();
    const path = pathOf(type);
    await page.route(path, (route) => route.abort("connectionreset"));
    const times = await late(page, "answer", "GET", /slots\?/);
    await put(tag(type));
    await button("Try again").waitFor();
    const isThere = came(/slots\?/);
    times.go();
    await isThere;
    await drawn();
    expect(await button("Try again").count()).toBe(1);
    await page.unroute(path);
    await press("Try again");
    await press("13:00");
    await heading("Your details");
  });

  test.each([
    ["comes", "go"],
    ["comes by trying again", "fail"],
  ] as const)("keeps the time that was chosen before its type, which %s", async (_, outcome) => {
    const type = await typeOf();
    const path = pathOf(type);
    const asked = await late(page, "answer", "GET", path);
    const holds = await late(page, "answer", "POST", "**/holds");
    holds.go();
    await put(tag(type));
    await press("13:00");
    if (outcome === "fail") await page.route(path, (route) => route.abort(), { times: 1 });
    asked[outcome]();
    if (outcome === "fail") await press("Try again");
    await heading("Your details");
    await widget.getByText("This time is kept for you").waitFor();
    expect(holds.asked).toHaveLength(1);
  });

  test("asks for no more times of a booking once it is moved", async () => {
    const type = await typeOf();
    const made = (await book(api, type, `${MONDAY}T09:00:00Z`)).body;
    const token = new URL(made.cancelUrl).searchParams.get("token");
    await put(`<kalends-booking booking="${made.booking.id}" token="${token}"></kalends-booking>`);
    await press("Reschedule");
    await button("13:00").waitFor();
    await page.waitForRequest(/slots\?.*from=2026-12-01/);
    await heard(type);
    const again = await late(page, "answer", "GET", /slots\?/);
    await book(api, type, `${MONDAY}T10:00:00Z`);
    await eventually(() => expect(again.asked).toHaveLength(1));
    await press("13:00");
    await press("Move it here");
    await heading("Your booking has moved");
    const answered = came(/slots\?/);
    again.go();
    await answered;
    await drawn();
    expect(again.asked).toHaveLength(1);
  });

  test("takes the focus to a form that is loaded late", async () => {
    const part = await late(page, "request", "GET", `**${scene.widget.manifest.later.path}`);
    await put(tag(await typeOf()));
    await button("09:00").press("Enter");
    await widget.getByText("Loading free times").waitFor();
    part.go();
    await isFocused("Your details");
  });

  test("does not put back what was taken by an answer that comes late", async () => {
    const type = await typeOf();
    const released = Promise.withResolvers<void>();
    const fetched = Promise.withResolvers<void>();
    let count = 0;
    await page.route(/slots\?/, async (route) => {
      count += 1;
      // The first shows the times, the second is asked when the stream opens.
      if (count !== 2) return route.continue();
      const response = await route.fetch();
      fetched.resolve();
      await released.promise;
      await route.fulfill({ response });
    });
    await put(tag(type));
    await button("09:30").waitFor();
    await fetched.promise;
    await book(api, type, `${MONDAY}T08:30:00Z`);
    await button("09:30").waitFor({ state: "detached" });
    const answered = came(/slots\?/);
    released.resolve();
    await answered;
    await drawn();
    expect(await button("09:30").count()).toBe(0);
  });

  test("is ready once, however often one tries again", async () => {
    const type = await typeOf();
    const path = pathOf(type);
    await page.route(path, (route) => route.abort("connectionreset"));
    const times = await late(page, "answer", "GET", /slots\?/);
    await put(tag(type));
    await button("Try again").waitFor();
    await page.unroute(path);
    const named = await late(page, "answer", "GET", path);
    await press("Try again");
    await eventually(() => expect(named.asked).toHaveLength(1));
    const isThere = came(/slots\?/);
    times.go();
    await isThere;
    await drawn();
    expect(await told()).toEqual([]);
    named.go();
    await eventually(async () => expect(await told()).toEqual(["ready"]));
    await heard(type);
  });

  test("has what it lacked, whatever comes of the first attempt", async () => {
    const type = await typeOf();
    const named = await late(page, "request", "GET", pathOf(type));
    await page.route(/slots\?/, (route) => route.abort());
    await put(tag(type));
    await eventually(() => expect(named.asked).toHaveLength(1));
    await button("Try again").waitFor();
    await page.unroute(/slots\?/);
    await press("Try again");
    await button("13:00").waitFor();
    await heading("Intro call");
    await page.route(pathOf(type), (route) => route.abort());
    const failed = page.waitForEvent("requestfailed");
    named.fail();
    await failed;
    await page.waitForEvent("requestfailed");
    await drawn();
    expect(await button("Try again").count()).toBe(0);
  });

  test("looks for no first month for who looks at another one", async () => {
    const type = await typeOf({ notice: 45 * 24 * 60 });
    const december = await late(page, "answer", "GET", /slots\?.*from=2026-12-01/);
    await put(tag(type));
    await eventually(() => expect(december.asked).toHaveLength(1));
    await heading("Intro call");
    for (let i = 0; i < 3; i += 1) await press("Next month");
    await widget.getByRole("grid", { name: "February 2027" }).waitFor();
    const isThere = came(/slots\?.*from=2026-12-01/);
    december.go();
    await isThere;
    await eventually(async () => expect(await told()).toEqual(["ready"]));
    await drawn();
    expect(await widget.getByRole("grid", { name: "February 2027" }).count()).toBe(1);
  });

  test("does not tell that a question failed which nobody asks any more", async () => {
    const type = await typeOf();
    const first = await late(page, "request", "GET", /slots\?.*timeZone=Europe%2FBerlin/);
    await put(tag(type));
    await heading("Intro call");
    await press(/Europe\/Berlin/);
    await widget.getByRole("combobox").fill("tokyo");
    await page.keyboard.press("Enter");
    await button("17:00").waitFor();
    await page.route(/slots\?.*timeZone=Europe%2FBerlin/, (route) => route.abort());
    const failed = page.waitForEvent("requestfailed");
    first.fail();
    await failed;
    // Asked once more after a second.
    await page.waitForEvent("requestfailed");
    await drawn();
    expect(await widget.getByText("The connection failed").count()).toBe(0);
  });

  test("keeps the zone that the reader chose before his own was refused", async () => {
    const type = await typeOf();
    const first = await late(page, "request", "GET", /slots\?.*timeZone=Mars/);
    await put(tag(type, 'time-zone="Mars/Olympus"'));
    await heading("Intro call");
    await press(/Mars\/Olympus/);
    await widget.getByRole("combobox").fill("tokyo");
    await page.keyboard.press("Enter");
    await button("17:00").waitFor();
    const refused = came(/slots\?.*timeZone=Mars/);
    first.go();
    await refused;
    await drawn();
    expect(await button(/Asia\/Tokyo/).count()).toBe(1);
  });

  test("tells nothing of a month that is not shown any more", async () => {
    await settled(tag(await typeOf()));
    await page.route(/slots\?.*from=2027-01-01/, (route) => route.abort());
    await press("Next month");
    await press("Next month");
    await button("Try again").waitFor();
    await press("Previous month");
    await button("09:00").waitFor();
    await drawn();
    expect(await button("Try again").count()).toBe(0);
  });

  test("tells nothing of a month that fails after it was left", async () => {
    await settled(tag(await typeOf()));
    const january = await stuck(/slots\?.*from=2027-01-01/);
    await press("Next month");
    await press("Next month");
    await eventually(() => expect(january.asked).toHaveLength(2));
    await press("Previous month");
    await press("Previous month");
    await button("13:00").waitFor();
    const { length } = january.asked;
    january.fail();
    // Each of them is asked once more.
    await eventually(() => expect(january.asked).toHaveLength(2 * length));
    await drawn();
    expect(await button("Try again").count()).toBe(0);
  });

  test("does not say that a month is full which it does not know", async () => {
    const type = await typeOf();
    await settled(tag(type));
    const january = await stuck(/slots\?.*from=2027-01-01/);
    await press("Next month");
    await press("Next month");
    await eventually(() => expect(january.asked).toHaveLength(2));
    await book(api, type, `${MONDAY}T08:30:00Z`);
    await eventually(() => expect(january.asked).toHaveLength(3));
    await drawn();
    expect(await widget.getByText("No free times in").count()).toBe(0);
    january.go();
    await heading("Friday, 1 January 2027");
  });

  test("hears what is taken also while one is asked whether to move", async () => {
    const type = await typeOf();
    const made = (await book(api, type, `${MONDAY}T14:00:00Z`)).body;
    const token = new URL(made.cancelUrl).searchParams.get("token");
    await put(`<kalends-booking booking="${made.booking.id}" token="${token}"></kalends-booking>`);
    const ahead = page.waitForResponse(/slots\?.*from=2026-12-01/);
    await press("Reschedule");
    await ahead;
    await press("13:00");
    await heading("Move your booking");
    const again = page.waitForResponse(/slots\?/).catch(() => null);
    await book(api, type, `${MONDAY}T12:30:00Z`);
    await again;
    await press("Back");
    await button("13:00").waitFor();
    await drawn();
    expect(await button("13:30").count()).toBe(0);
  });

  test("is ready only as it is now", async () => {
    const type = await typeOf();
    const made = (await book(api, type, `${MONDAY}T14:00:00Z`)).body;
    const token = new URL(made.cancelUrl).searchParams.get("token");
    const first = await late(page, "request", "GET", /bookings\//);
    await put(`<kalends-booking booking="${made.booking.id}" token="x"></kalends-booking>`);
    await eventually(() => expect(first.asked).toHaveLength(1));
    await widget.evaluate((element, value) => element.setAttribute("token", value), token!);
    await heading("Your booking");
    first.go();
    await drawn();
    expect(await told()).toEqual(["ready"]);
  });

  test("leads the focus to the list of zones, however late it is loaded", async () => {
    const type = await typeOf();
    const part = await late(page, "request", "GET", `**${scene.widget.manifest.later.path}`);
    await put(tag(type));
    await button("13:00").waitFor();
    await press(/Europe\/Berlin/);
    part.go();
    await widget.getByRole("combobox").waitFor();
    await isFocused("Search for a city or zone");
  });

  test("loads the form once more after it could not be had, whatever is heard of times", async () => {
    const type = await typeOf();
    const part = await late(page, "request", "GET", `**${scene.widget.manifest.later.path}`);
    await put(tag(type));
    await button("13:00").waitFor();
    await heard(type);
    await press("13:00");
    part.fail();
    await button("Try again").waitFor();
    const read = page.waitForResponse(/slots\?/);
    await book(api, type, `${MONDAY}T08:30:00Z`);
    await read;
    await drawn();
    await press("Try again");
    await heading("Your details");
    await isFocused("Your details");
  });

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

  test("opens although what it shows was changed just before", async () => {
    const [one, two] = [await typeOf({ title: "First" }), await typeOf({ title: "Second" })];
    await put(tag(one, 'mode="popup"'));
    await widget.evaluate((element, slug) => {
      element.setAttribute("type", slug);
      (element as unknown as { open(): void }).open();
    }, two.slug);
    await heading("Second");
    await widget.evaluate((element, slug) => element.setAttribute("type", slug), one.slug);
    await heading("First");
    await widget.evaluate((element) => {
      const parent = element.parentElement!;
      element.remove();
      setTimeout(() => parent.append(element));
    });
    await widget.waitFor({ state: "attached" });
    await drawn();
    expect(await widget.getByRole("dialog").count()).toBe(0);
  });

  test("stays a popup where it is moved to while it is open", async () => {
    await put(`<div id="a">${tag(await typeOf(), 'mode="popup"')}</div><div id="b"></div>`);
    await widget.evaluate((element) => (element as unknown as { open(): void }).open());
    await button("13:00").waitFor();
    await widget.evaluate((element) => document.querySelector("#b")!.append(element));
    await drawn();
    expect(await widget.locator("dialog").evaluate((dialog) => dialog.matches(":modal"))).toBe(
      true,
    );
  });
});
