import { describe, expect, test } from "bun:test";
import { register } from "../../src/accounts/register.ts";
import { verificationUrl } from "../../src/accounts/verify-email.ts";
import { endOfMonth, laterMonth, weeksOf } from "../../src/pages/month.ts";
import { picker } from "../../src/pages/picker.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { testWorld } from "../support/world.ts";
import { browser, linksOf, wordsOf } from "./browser.ts";

const world = await testWorld();
const web = browser(world);
const host = await makeHost(world);
const type = await makeMeetingType(world, host);
const PAGES = [
  `/${host.username}`,
  `/${host.username}/${type.slug}`,
  `/${host.username}/${type.slug}?start=2026-11-23T10:00:00Z`,
  "/b/x?token=x",
  "/verify?token=x",
  "/reset",
  "/reset?token=x",
  "/undo-email?token=x",
  "/dev/mail",
  "/demo",
  "/nobody",
];

describe("every page", () => {
  test.each(PAGES)("%s has nothing inline, so that the strictest policy holds", async (path) => {
    const { html, headers } = await web.get(path);
    expect(html).not.toMatch(
      /<style|\sstyle=|<script(?![^>]*(\ssrc=|ld.json))|\son\w+=|javascript:/i,
    );
    const policy = headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
  });

  test.each(PAGES)(
    "%s says its language and title, has one h1 and a way past the head",
    async (path) => {
      const { html } = await web.get(path);
      expect(html).toStartWith('<!doctype html>\n<html lang="en">');
      expect(html.match(/<h1>/g)).toHaveLength(1);
      expect(html).toMatch(/<title>[^<]+ · Kalends<\/title>/);
      expect(html).toContain('<a class="skip" href="#main">');
      const fields = [
        ...html.matchAll(/<(?:input|select|textarea)(?![^>]*hidden)[^>]*\sid="(\w+)"/g),
      ];
      for (const [, id] of fields) expect(html).toContain(`<label for="${id}">`);
    },
  );

  test("names a stylesheet that is there, kept for ever under its hash only", async () => {
    const page = await web.get(`/${host.username}/${type.slug}`);
    const assets = linksOf(page).filter((link) => link.startsWith("/assets/"));
    expect(assets).toHaveLength(2);
    for (const asset of assets) {
      const pinned = await web.get(asset);
      expect(pinned.status).toBe(200);
      expect(pinned.headers.get("cache-control")).toContain("immutable");
      const old = await web.get(asset.replace(/v=\w+/, "v=old"));
      expect(old.headers.get("cache-control")).not.toContain("immutable");
    }
    expect((await web.get(assets[0]!)).headers.get("content-type")).toBe("text/css; charset=utf-8");
  });
});

test("a frame waits for no widget where none is built", async () => {
  const { html } = await web.get(`/embed/${host.username}/${type.slug}`);
  expect(html).toContain("See when it is free");
  expect(html).not.toContain("upgrading");
});

describe("/verify", () => {
  test("confirms the address by its button, and not by being opened", async () => {
    const { user } = await register(world, {
      name: "Ada Lovelace",
      email: "ada@example.com",
      password: "correct horse battery",
    });
    const isVerified = async () =>
      (
        await world.db.run("select email_verified_at is not null as yes from users where id = $1", [
          user.id,
        ])
      )[0]?.["yes"];
    const url = new URL(verificationUrl(world, user));
    const token = url.searchParams.get("token")!;
    expect((await web.get(`${url.pathname}${url.search}`)).html).toContain(`value="${token}"`);
    expect(await isVerified()).toBe(false);
    const done = await web.post("/verify", { token });
    expect(wordsOf(done)).toContain("Your mail address is confirmed");
    expect(await isVerified()).toBe(true);
  });

  test.each(["", "x", "a.b.c"])("says of the token %j that it does not work", async (token) => {
    const page = await web.post("/verify", { token });
    expect(page.status).toBe(404);
    expect(wordsOf(page)).toContain("This link does not work any more");
  });

  test("escapes the token it was given", async () => {
    expect((await web.get('/verify?token="><script>')).html).not.toContain("<script>");
  });
});

describe("/", () => {
  test("says where to go from here", async () => {
    const page = await web.get("/");
    expect(page.status).toBe(200);
    expect(wordsOf(page)).toContain("Kalends is running");
  });
});

describe("a page whose database does not answer", async () => {
  const web = browser(await testWorld({ DATABASE_URL: "postgres://127.0.0.1:1/none" }));

  test.each([
    "/ada",
    "/ada/intro?timeZone=Asia%2FTokyo&month=2026-12",
    "/b/0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e?token=x",
    "/demo",
  ])("is 503, says when to come again, and leads to itself: %s", async (path) => {
    const page = await web.get(path);
    expect([page.status, page.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(wordsOf(page)).toContain("That did not work");
    expect(linksOf(page)).toContain("");
  });

  test("has nothing to lead to where a form was sent", async () => {
    const page = await web.post("/ada/intro", { start: "2026-12-01T09:00:00Z" });
    expect([page.status, page.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(wordsOf(page)).toContain("That did not work");
    expect(linksOf(page)).not.toContain("");
  });
});

describe("/demo", () => {
  test("leads to the demo host, once there is one", async () => {
    const fresh = await testWorld();
    const there = browser(fresh);
    const none = await there.get("/demo");
    expect(none.status).toBe(404);
    expect(wordsOf(none)).toContain("There is no demo host yet");
    const demo = await makeHost(fresh);
    await makeMeetingType(fresh, demo, { slug: "intro" });
    await fresh.db.run("update users set username = 'ada' where id = $1", [demo.id]);
    const page = await there.get("/demo");
    expect(page.status).toBe(200);
    expect(linksOf(page)).toContain("/ada/intro");
    expect((await there.get("/ada/intro")).status).toBe(200);
  });
});

describe("picker()", () => {
  test("tells the two showings of a repeated hour apart", () => {
    const starts = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map((at) =>
      Temporal.Instant.from(at),
    );
    const days = [{ date: "2026-10-25", starts }];
    const { markup } = picker({
      path: "/a/b",
      keep: {},
      timeZone: "Europe/Berlin",
      isGuessedZone: false,
      today: "2026-10-01",
      month: "2026-10",
      lastMonth: "2028-10",
      days,
      date: "2026-10-25",
    });
    expect(markup).toContain(">02:30 UTC+02:00</a>");
    expect(markup).toContain(">02:30 UTC+01:00</a>");
  });
});

describe("weeksOf()", () => {
  test("lays a month out from Monday to Sunday, each day once", () => {
    const weeks = weeksOf("2026-11");
    expect(weeks[0]).toEqual([null, null, null, null, null, null, "2026-11-01"]);
    expect(weeks.flat().filter(Boolean)).toHaveLength(30);
    expect(weeksOf("2027-02")).toHaveLength(4);
    for (const week of weeks) expect(week).toHaveLength(7);
  });
});

describe("laterMonth()", () => {
  test("crosses years", () => {
    expect(laterMonth("2026-12", 1)).toBe("2027-01");
    expect(laterMonth("2026-01", -1)).toBe("2025-12");
    expect(endOfMonth("2026-12")).toBe("2027-01-01");
  });
});
