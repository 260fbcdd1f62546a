// /demo as a visitor sees it: every mode, on a page of another look, under a strict policy.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { CHROMIUM, type Stage, stage } from "./support/stage.ts";

describe.skipIf(!CHROMIUM)("/demo", () => {
  let house: Stage;
  beforeAll(async () => {
    house = await stage();
    const host = await makeHost(house.world, { zone: "Europe/Berlin" });
    await house.world.db.run("update users set username = 'ada' where id = $1", [host.id]);
    for (const slug of ["intro", "consultation", "workshop"])
      await makeMeetingType(house.world, host, { slug, title: `The ${slug}` });
  });
  afterAll(() => house?.close());

  test("shows every mode, and what it hears of them", async () => {
    const page = await house.open(`${house.server}/demo`);
    const free = { name: "09:00", exact: true };
    await page.locator("#inline").getByRole("button", free).waitFor();
    await page.frameLocator("iframe").getByRole("button", free).waitFor();
    await page.getByRole("link", { name: "Ask a bookbinder" }).click();
    await page
      .getByRole("dialog", { name: "The consultation" })
      .getByRole("button", free)
      .waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Book a time" }).click();
    const badge = page.getByRole("dialog", { name: "The intro" });
    await badge.getByRole("button", free).waitFor();
    await page.keyboard.press("Escape");
    // Times may be there before their type, and the frame tells of it later than it shows it.
    for (const type of ["intro", "consultation", "workshop"])
      await page
        .locator("#events", { hasText: `type_viewed {"host":"ada","type":"${type}"}` })
        .waitFor();
    await eventually(async () =>
      expect((await page.locator("iframe").boundingBox())?.height).not.toBe(760),
    );
    // Its own look: letters and colours of the page around.
    const look = await page
      .locator("#inline")
      .getByRole("button", free)
      .evaluate((time) => {
        const { color, fontFamily } = getComputedStyle(time);
        return { color, fontFamily };
      });
    expect(look.color).toBe("rgb(29, 77, 58)");
    expect(look.fontFamily).toStartWith("Georgia");
    expect(house.complaints).toEqual([]);
    await page.context().close();
  });

  test("has nothing inline, and leads on where no script runs", async () => {
    const answer = await fetch(`${house.server}/demo`);
    const html = await answer.text();
    expect(html).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:/i);
    expect(answer.headers.get("content-security-policy")).not.toContain("unsafe");
    const page = await house.open(`${house.server}/demo`, { javaScriptEnabled: false });
    await page.getByRole("link", { name: "See when we are free" }).click();
    await page.waitForURL(`${house.server}/ada/intro`);
    await page.context().close();
  });
});
