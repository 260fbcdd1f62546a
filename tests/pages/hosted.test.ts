// What a public page is before any script runs: for readers, search engines, messengers and caches.
import { describe, expect, test } from "bun:test";
import { buildWidget } from "../../scripts/widget/build.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";
import { browser, linksOf, wordsOf } from "./browser.ts";

const widget = await buildWidget();
const world: TestWorld = { ...(await testWorld()), widget };
const web = browser(world);

async function pageOf(given: Parameters<typeof makeMeetingType>[2] = {}, more = "") {
  const host = await makeHost(world, { zone: "Europe/Berlin" });
  const type = await makeMeetingType(world, host, given);
  if (more) await world.db.run(`update meeting_types set ${more} where id = $1`, [type.id]);
  return { host, type, path: `/${host.username}/${type.slug}` };
}

const meta = (html: string, name: string) =>
  new RegExp(`<meta (?:name|property)="${name}" content="([^"]*)"`).exec(html)?.[1];
const thingOf = (html: string) =>
  JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/.exec(html)?.[1] ?? "null");

describe("a meeting type's page", () => {
  test("says all there is to know before any script runs, and brings the widget by its hash", async () => {
    const { path } = await pageOf(
      { locationType: "IN_PERSON" },
      "description = 'Bring your own cup.'",
    );
    const page = await web.get(path);
    const words = wordsOf(page);
    for (const fact of [
      "Intro call",
      "Ada Lovelace",
      "30 minutes · In person",
      "Bring your own cup.",
    ])
      expect(words).toContain(fact);
    expect(words).toContain("Monday, 23 November 2026");
    expect(page.html).toContain(
      `<script type="module" src="${widget.manifest.script.path}" integrity="${widget.manifest.script.integrity}"></script>`,
    );
    expect(page.html).toMatch(
      /<kalends-booking host="host-[\da-f]+" type="intro-[\da-f]+" hidden="">/,
    );
    const policy = page.headers.get("content-security-policy")!;
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
  });

  test("is one page to search engines, whatever is asked of it, and a card to messengers", async () => {
    const { host, path } = await pageOf({ title: 'Tea "& <b>talk</b>' });
    const { html } = await web.get(`${path}?month=2027-01&utm_source=letter`);
    expect(html).toContain(`<link rel="canonical" href="http://kalends.test${path}">`);
    expect(html).not.toContain("noindex");
    expect(meta(html, "description")).toStartWith("30 minutes, By phone.");
    expect(meta(html, "og:title")).toBe(
      "Tea &quot;&amp; &lt;b&gt;talk&lt;/b&gt; with Ada Lovelace",
    );
    expect(meta(html, "og:url")).toBe(`http://kalends.test${path}`);
    expect(thingOf(html)).toMatchObject({
      "@type": "Service",
      name: 'Tea "& <b>talk</b>',
      provider: { name: "Ada Lovelace", url: `http://kalends.test/${host.username}` },
    });
    expect(html).not.toContain("<b>");
  });

  test("keeps its data within the element that holds them, whatever a title is", async () => {
    const { path } = await pageOf({ title: "</script><script src=//evil.example></script>" });
    expect((await web.get(path)).html).not.toContain("<script src=//evil");
  });

  test("clips what it says of itself to what people read at a glance", async () => {
    const { path } = await pageOf({}, `description = '${"word 😀 ".repeat(100)}'`);
    const description = meta((await web.get(path)).html, "description")!;
    expect([...description].length).toBeLessThanOrEqual(200);
    expect(description.isWellFormed()).toBe(true);
    expect(description).toEndWith("…");
  });

  test("is not for search engines where it is secret", async () => {
    const { path } = await pageOf({}, "visibility = 'secret'");
    expect(meta((await web.get(path)).html, "robots")).toBe("noindex");
  });

  test("is kept, and asked for again: 304 while nothing has changed", async () => {
    const { host, type, path } = await pageOf();
    const first = await web.get(path);
    expect(first.headers.get("cache-control")).toBe("public, no-cache");
    expect(first.headers.get("vary")).toMatch(/accept-language/i);
    const etag = first.headers.get("etag")!;
    const again = browser(world, { "if-none-match": etag });
    expect((await again.get(path)).status).toBe(304);
    await book(client(world), type, "2026-11-23T08:00:00Z");
    expect((await again.get(path)).status).toBe(200);
    expect((await again.get(`/${host.username}`)).status).toBe(200);
  });

  test("hands the widget what the address asks for", async () => {
    const { path } = await pageOf({ otherMinutes: [60] });
    const { html } = await web.get(
      `${path}?duration=60&date=2026-12-01&timeZone=asia/tokyo&x="><script>`,
    );
    const [tag] = /<kalends-booking[^>]*>/.exec(html)!;
    expect(tag).toContain('duration="60"');
    expect(tag).toContain('date="2026-12-01"');
    expect(tag).toContain('time-zone="Asia/Tokyo"');
    const { html: plain } = await web.get(`${path}?duration=7&date=2026-02-30&timeZone=Mars`);
    expect(/<kalends-booking[^>]*>/.exec(plain)![0]).not.toContain("2026-02-30");
  });

  test.each([
    ["de-AT,en;q=0.5", "de-AT"],
    ["fr,ar;q=0.9,en;q=0.8", "ar"],
    ["en-US", "en-US"],
    ["fr", null],
    ['de"><script>,fr', null],
  ])("has the widget speak the reader's language: %s", async (accepted, lang) => {
    const { path } = await pageOf();
    const { html } = await browser(world, { "accept-language": accepted }).get(path);
    const [tag] = /<kalends-booking[^>]*>/.exec(html)!;
    expect(/ lang="([^"]*)"/.exec(tag)?.[1] ?? null).toBe(lang);
  });

  test("with a time chosen is a form of its own, kept by nobody", async () => {
    const { path } = await pageOf();
    const form = await web.get(`${path}?start=2026-11-23T10:00:00Z`);
    expect(form.headers.get("cache-control")).toBe("no-store");
    expect(form.html).not.toContain("<kalends-booking");
  });
});

test("a host's page lists his meetings to search engines", async () => {
  const { host, path } = await pageOf();
  const { html } = await web.get(`/${host.username}`);
  expect(html).toContain(`<link rel="canonical" href="http://kalends.test/${host.username}">`);
  expect(meta(html, "description")).toBe("Intro call (30 minutes)");
  expect(thingOf(html).mainEntity).toEqual({ "@type": "Person", name: "Ada Lovelace" });
  expect(html).toContain(`href="${path}"`);
});

describe("a booking's page", () => {
  async function booked(more = "") {
    const { type } = await pageOf({}, more);
    const { body } = await book(client(world), type, "2026-11-27T09:00:00Z", {
      notes: "With a friend",
    });
    const url = new URL(body.cancelUrl);
    return `/b/${body.booking.id}?token=${url.searchParams.get("token")}`;
  }

  test("brings the widget with the guest's link, and is neither kept nor listed", async () => {
    const page = await web.get(await booked());
    expect(page.html).toMatch(
      /<kalends-booking booking="[\da-f-]{36}" token="[^"]+" host="[^"]+" type="[^"]+" hidden="">/,
    );
    expect(meta(page.html, "robots")).toBe("noindex");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(wordsOf(page)).toContain(
      "What you told us Guest Grace Hopper grace@example.com Notes With a friend",
    );
    expect(linksOf(page).some((link) => link.includes("/reschedule?token="))).toBe(true);
  });

  test("stays plain after a form was sent, and where the host's rules forbid something", async () => {
    expect((await web.get(`${await booked()}&done=booked`)).html).not.toContain("<kalends-booking");
    const policies = `{"cancelUntilMinutesBefore": 525600, "rescheduleUntilMinutesBefore": null, "reasonRequired": false, "maxActivePerGuest": null, "guestVerification": "none"}`;
    const page = await web.get(await booked(`policies = '${policies}'`));
    expect(page.html).not.toContain("<kalends-booking");
  });
});

test("where no widget is built every page is plain", async () => {
  const { path } = await pageOf();
  const page = await browser({ ...world, widget: null }).get(path);
  expect(page.status).toBe(200);
  expect(page.html).not.toContain("kalends-booking");
  expect(page.html).toContain("/assets/pages.js");
});
