// A meeting type in a frame, as a customer's page has it, in a browser.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { frameUrl, type Shown } from "../../src/embed/snippets.ts";
import { eventually } from "../support/eventually.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { CHROMIUM, type Stage, stage, strictFor } from "./support/stage.ts";

describe.skipIf(!CHROMIUM)("a frame", () => {
  let house: Stage;
  beforeAll(async () => {
    house = await stage();
  });
  afterAll(() => house?.close());

  async function typeOf(patch: object = {}) {
    const host = await makeHost(house.world, { zone: "Europe/Berlin" });
    const type = await makeMeetingType(house.world, host);
    const api = client(house.world);
    const path = `/meeting-types/${type.id}`;
    expect((await api("PATCH", path, { token: host.token, body: patch })).status).toBe(200);
    return { host, type, api };
  }
  const frameOf = (
    { host, type }: Awaited<ReturnType<typeof typeOf>>,
    origin = house.site,
  ): Shown => ({
    ...{ server: house.server, username: host.username, slug: type.slug, title: "Intro", origin },
  });
  /** A page with the frame, and everything that it hears kept in `heard`. */
  const around = (src: string, script = "") =>
    house.publish(
      `<!doctype html><title>A customer's page</title>
<script type="module">window.heard = []; addEventListener("message", ({ data, origin }) => heard.push({ ...data, origin }));</script>
<iframe src="${src}" title="Intro" width="100%" height="300" frameborder="0"></iframe>${script}`,
      // Its own script listens.
      strictFor(house.server).replace("script-src", "script-src 'unsafe-inline'"),
    );
  const heardOf = (page: Page) =>
    page.evaluate(() => (window as unknown as { heard: { type: string }[] }).heard);
  const inside = (page: Page) => page.frameLocator("iframe");
  /** What it takes to scroll within the frame, in pixels. */
  const rest = (page: Page) =>
    page
      .frames()[1]!
      .evaluate(
        () => document.documentElement.scrollHeight - document.documentElement.clientHeight,
      );

  test("has its heading for who cannot see while the widget still loads", async () => {
    const { host, type } = await typeOf({ title: "Ask me anything" });
    const page = await house.open("about:blank");
    await page.route("**/api/v1/**", () => {});
    await page.goto(`${house.server}/embed/${host.username}/${type.slug}`);
    await page.getByText("Loading free times").waitFor({ state: "attached" });
    await page.getByRole("heading", { level: 1, name: "Ask me anything" }).waitFor();
    await page.context().close();
  });

  test("books, tells the page around it what happens, and is as high as what it shows", async () => {
    const made = await typeOf();
    const script = `<script type="module" src="${house.server}/embed.js"></script>`;
    const page = await house.open(around(frameUrl(frameOf(made)), script));
    const frame = inside(page);
    await frame.getByRole("button", { name: "09:00", exact: true }).click();
    await frame.getByLabel("Name").fill("Grace Hopper");
    await frame.getByLabel("Email").fill("grace@example.com");
    await eventually(async () => expect(await rest(page)).toBe(0));
    await frame.getByRole("button", { name: "Book this time" }).click();
    await frame.getByRole("heading", { name: "You’re booked" }).waitFor();
    await eventually(async () => expect(await rest(page)).toBe(0));
    // What the frame says travels from one process of the browser to another.
    const heard = await eventually(async () => {
      const all = await heardOf(page);
      const types = all.map(({ type }) => type);
      for (const type of [
        "page_height",
        "ready",
        "type_viewed",
        "slot_selected",
        "booking_created",
      ])
        expect(types).toContain(type);
      return all;
    });
    const booked = heard.find(({ type }) => type === "booking_created");
    expect(booked).toMatchObject({
      ...{ source: "kalends", version: 1, origin: house.server },
      payload: {
        id: expect.any(String),
        start: "2026-11-23T08:00:00Z",
        end: "2026-11-23T08:30:00Z",
      },
    });
    expect(house.complaints).toEqual([]);
    // Counted on the server, as from a page that has the element itself.
    const { token } = made.host;
    await eventually(async () => {
      await house.world.events.flush();
      const { body } = await made.api("GET", "/analytics/bookings", { token });
      expect(body.overview.conversion).toEqual({ opened: 1, booked: 1, rate: 1 });
    });
    await page.context().close();
  });

  test("tells nobody but the origin that its address names", async () => {
    const page = await house.open(
      around(frameUrl(frameOf(await typeOf(), "https://other.example"))),
    );
    await inside(page).getByRole("button", { name: "09:00", exact: true }).click();
    await inside(page).getByRole("heading", { name: "Your details" }).waitFor();
    expect(await heardOf(page)).toEqual([]);
    await page.context().close();
  });

  test("scrolls by itself where the page around does not follow its height", async () => {
    const page = await house.open(around(frameUrl(frameOf(await typeOf()))));
    await inside(page).getByRole("button", { name: "09:00", exact: true }).waitFor();
    expect(await rest(page)).toBeGreaterThan(100);
    // A page that follows is given a moment for it.
    await eventually(async () => {
      const overflow = await page
        .frames()[1]!
        .evaluate(() => getComputedStyle(document.documentElement).overflowY);
      expect(overflow).not.toBe("hidden");
    });
    await page.context().close();
  });

  test("tells its height again to who listens late", async () => {
    const page = await house.open(around(frameUrl(frameOf(await typeOf()))));
    await inside(page).getByRole("button", { name: "09:00", exact: true }).waitFor();
    await page.evaluate((src) => {
      const script = document.createElement("script");
      Object.assign(script, { type: "module", src });
      document.head.append(script);
    }, `${house.server}/embed.js`);
    await eventually(async () => expect(await rest(page)).toBe(0));
    expect(house.complaints).toEqual([]);
    await page.context().close();
  });

  test("is shown on pages of the origins that are named, and on no other", async () => {
    const made = await typeOf({ allowedOrigins: [house.site] });
    const url = around(frameUrl(frameOf(made)));
    const page = await house.open(url);
    await inside(page).getByRole("button", { name: "09:00", exact: true }).waitFor();
    const before = house.complaints.length;
    const other = await house.open(url.replace("customer.test", "stranger.test"));
    await eventually(() =>
      expect(house.complaints.slice(before).join()).toContain("frame-ancestors"),
    );
    expect(await other.frames()[1]!.content()).not.toContain("kalends-booking");
    await page.context().close();
    await other.context().close();
    house.complaints.length = before;
  });

  test.each([
    ["light", "dark", "rgb(27, 35, 48)"],
    ["dark", "light", "rgb(232, 235, 240)"],
  ] as const)(
    "that is to be %s is so all over, also where its reader likes it %s",
    async (theme, colorScheme, ink) => {
      const src = `${frameUrl(frameOf(await typeOf()))}&theme=${theme}`;
      const page = await house.open(around(src), { colorScheme });
      await inside(page).getByRole("button", { name: "09:00", exact: true }).waitFor();
      // A browser paints the ground of a frame whose scheme is not that of the page around it.
      const found = await page
        .frames()[1]!
        .evaluate(() => [
          getComputedStyle(document.documentElement).colorScheme,
          getComputedStyle(document.body).color,
        ]);
      expect(found).toEqual([theme, ink]);
      await page.context().close();
    },
  );

  test("has an address that names only origins which are allowed", async () => {
    const made = await typeOf({ allowedOrigins: [house.site] });
    const ask = (origin: string) =>
      fetch(frameUrl(frameOf(made, origin)), { headers: { accept: "text/html" } });
    const allowed = await ask(house.site);
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get("content-security-policy")).toContain(
      `frame-ancestors 'self' ${house.site}`,
    );
    expect(allowed.headers.has("x-frame-options")).toBe(false);
    expect((await ask(house.server)).status).toBe(200);
    for (const [origin, status] of [
      ["https://evil.example", 403],
      ["http://customer.test.evil.example", 403],
      ["*", 422],
      ["null", 422],
      ["https://a;b", 422],
    ] as const) {
      const refused = await ask(origin);
      expect([origin, refused.status]).toEqual([origin, status]);
      expect(refused.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    }
    const open = await fetch(frameUrl(frameOf(await typeOf())));
    expect(open.headers.get("content-security-policy")).toContain("frame-ancestors *");
    const secret = await typeOf({ visibility: "secret" });
    const closed = await fetch(frameUrl(frameOf(secret)).replace(/\?.*/, ""));
    expect(closed.headers.get("content-security-policy")).toMatch(/frame-ancestors 'self'$/);
    // Every other page of ours stays out of frames.
    const own = await fetch(`${house.server}/${made.host.username}/${made.type.slug}`);
    expect(own.headers.get("x-frame-options")).toBe("DENY");
    expect(own.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  test("believes no messages but its own server's", async () => {
    const script = `<script type="module" src="${house.server}/embed.js"></script>
<script type="module">const frame = document.querySelector("iframe"); frame.addEventListener("booking_created", () => heard.push("fooled"));
postMessage({ source: "kalends", version: 1, type: "booking_created", payload: {} }, "*");
postMessage({ source: "kalends", version: 1, type: "page_height", payload: { height: 5000 } }, "*");</script>`;
    const page = await house.open(around(frameUrl(frameOf(await typeOf())), script));
    await page.waitForTimeout(500);
    expect(await heardOf(page)).not.toContain("fooled" as never);
    expect(await page.locator("iframe").evaluate(({ style }) => style.height)).not.toBe("5000px");
    await page.context().close();
  });
});
