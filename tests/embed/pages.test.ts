// Pages of our own in a browser: plain where no script runs, the widget where one does, and nothing jumps.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { CHROMIUM, type Stage, stage } from "./support/stage.ts";

/** How far what stood still has moved (web.dev/cls), counted from the first paint on. */
const shiftOf = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as unknown as { value: number }[])
            sum += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(sum), 500);
      }),
  );

describe.skipIf(!CHROMIUM)("a page of ours", () => {
  let house: Stage;
  beforeAll(async () => {
    house = await stage();
  });
  afterAll(() => house?.close());

  async function made() {
    const host = await makeHost(house.world, { zone: "Europe/Berlin" });
    const type = await makeMeetingType(house.world, host, { otherMinutes: [60] });
    return { host, type, url: `${house.server}/${host.username}/${type.slug}` };
  }
  const booked = async (type: { id: string }, start: string) => {
    const { body } = await book(client(house.world), type, start, { notes: "With a friend" });
    const token = new URL(body.cancelUrl).searchParams.get("token");
    return `${house.server}/b/${body.booking.id}?token=${token}`;
  };
  const nine = (page: Page, role: "button" | "link" = "button") =>
    page.getByRole(role, { name: "09:00", exact: true });

  test.each([1000, 360])(
    "puts the widget in the place of the plain one, and nothing jumps at a width of %d",
    async (width) => {
      const { url } = await made();
      const page = await house.open(url, { viewport: { width, height: 800 } });
      await nine(page).waitFor();
      expect(await page.locator("#plain").count()).toBe(0);
      expect(await page.locator("h1").textContent()).toBe("Intro call");
      expect(await shiftOf(page)).toBeLessThan(0.02);
      const { scrollWidth } = await page.evaluate(() => ({
        scrollWidth: document.documentElement.scrollWidth,
      }));
      expect(scrollWidth).toBeLessThanOrEqual(width);
      expect(house.complaints).toEqual([]);
      await page.context().close();
    },
  );

  test("is all there and all usable where the widget does not come, or the reader was quicker", async () => {
    const { url } = await made();
    const page = await house.open("about:blank");
    await page.route("**/widget.*", (route) => route.abort());
    await page.goto(url);
    await nine(page, "link").waitFor();
    expect(await page.locator("#times").isVisible()).toBe(true);
    await nine(page, "link").click();
    await page.getByLabel("Your name").waitFor();
    await page.context().close();

    const quick = await house.open("about:blank");
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    await quick.route("**/widget.*", (route) => held.then(() => route.continue()));
    await quick.goto(url, { waitUntil: "commit" });
    // Two seconds later the plain page is shown; what is hidden takes no focus.
    await nine(quick, "link").waitFor();
    await nine(quick, "link").focus();
    go();
    await quick.waitForTimeout(1500);
    expect(await nine(quick, "link").isVisible()).toBe(true);
    expect(await quick.locator("kalends-booking").count()).toBe(0);
    await quick.context().close();
    house.complaints.length = 0;
  });

  test("stays plain for who had begun with it before any script came", async () => {
    const { url } = await made();
    const page = await house.open("about:blank");
    const scripts = Promise.withResolvers<void>();
    await page.route("**/*.js*", async (route) => {
      await scripts.promise;
      await route.continue();
    });
    await page.goto(url, { waitUntil: "commit" });
    // What is hidden takes no focus: for a while it is, by the style sheet.
    await page.waitForFunction(() => document.styleSheets.length > 0);
    await nine(page, "link").waitFor();
    await nine(page, "link").focus();
    scripts.resolve();
    await page.locator("kalends-booking").waitFor({ state: "detached" });
    expect(await nine(page, "link").isVisible()).toBe(true);
    await page.context().close();
  });

  test("keeps the zone that was chosen before any script came", async () => {
    const { url } = await made();
    const { widget } = house.world;
    house.world.widget = null;
    const page = await house.open("about:blank", { timezoneId: "Asia/Tokyo" });
    const scripts = Promise.withResolvers<void>();
    await page.route("**/*.js*", async (route) => {
      await scripts.promise;
      await route.continue();
    });
    await page.goto(url, { waitUntil: "commit" });
    await page.getByLabel("Time zone").selectOption("America/New_York");
    scripts.resolve();
    await page.waitForLoadState("networkidle");
    expect(await page.getByLabel("Time zone").inputValue()).toBe("America/New_York");
    await page.context().close();
    house.world.widget = widget;
  });

  test("books, moves and cancels without any script", async () => {
    const { url } = await made();
    const page = await house.open(url, { javaScriptEnabled: false });
    await nine(page, "link").click();
    await page.getByLabel("Your name").fill("Grace Hopper");
    await page.getByLabel("Your mail address").fill("grace@example.com");
    await page.getByRole("button", { name: "Book this time" }).click();
    await page.getByText("It is booked.").waitFor();
    await page.getByRole("link", { name: "Choose another time" }).click();
    await page.getByRole("link", { name: "10:30", exact: true }).click();
    await page.getByRole("button", { name: "Move the booking" }).click();
    await page.getByText("The booking has a new time.").waitFor();
    await page.getByRole("link", { name: "Cancel booking" }).click();
    await page.getByRole("button", { name: "Cancel the booking" }).click();
    await page.getByText("The booking is cancelled.").first().waitFor();
    await page.context().close();
  });

  test("lets the guest move and cancel his booking by the widget, beside what he has said", async () => {
    const { type } = await made();
    const page = await house.open(await booked(type, "2026-11-27T09:00:00Z"));
    await page.getByRole("button", { name: "Reschedule" }).click();
    await nine(page).click();
    await page.getByRole("button", { name: "Move it here" }).click();
    await page.getByRole("heading", { name: "Your booking has moved" }).waitFor();
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByRole("button", { name: "Yes, cancel it" }).click();
    await page.getByRole("heading", { name: "Your booking is cancelled" }).waitFor();
    expect(await page.getByText("With a friend").isVisible()).toBe(true);
    const [{ status } = {}] = await house.world.db.run(
      "select status from bookings where meeting_type_id = $1",
      [type.id],
    );
    expect(status).toBe("CANCELLED");
    expect(house.complaints).toEqual([]);
    await page.context().close();
  });

  test("leaves the plain page to a mail's link that points at one of its buttons", async () => {
    const { type } = await made();
    const page = await house.open(`${await booked(type, "2026-11-27T10:00:00Z")}#cancel`);
    await page.waitForTimeout(1500);
    expect(await page.getByRole("link", { name: "Cancel booking" }).isVisible()).toBe(true);
    expect(await page.locator("kalends-booking").count()).toBe(0);
    await page.context().close();
  });

  test("speaks the reader's language where the widget has it", async () => {
    const { url } = await made();
    const page = await house.open(url, { locale: "de-AT" });
    await page.getByRole("heading", { name: "Montag, 23. November 2026" }).waitFor();
    await page.context().close();
  });
});
