// Every page that people see, as people with other needs meet it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { pages } from "../../src/pages/routes.ts";
import { CHROMIUM, type Stage, stage } from "../embed/support/stage.ts";
import { misfits, violations } from "../support/page-judge.ts";
import { hashCheaply } from "../support/passwords.ts";
import { walk } from "./support/every-page.ts";

hashCheaply();

const SLOW = 600_000;
const WIDE = { width: 1000, height: 800 };
const NARROW = { width: 320, height: 640 };
/** Files of pages, and what a program takes. */
const NO_PAGE = /^GET \/(assets|dev\/mail\/:id\/(raw|attachments))/;

/** All that is wrong with it in the dark on a phone, and in light where there is room. */
async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [colorScheme, viewport] of [
    ["dark", NARROW],
    ["light", WIDE],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const here = [...(await violations(page)), ...(await misfits(page))];
    found.push(...here.map((each) => `${viewport.width} wide, ${colorScheme}: ${each}`));
  }
  return found;
}

describe.skipIf(!CHROMIUM)("the pages that people see", () => {
  let house: Stage;
  beforeAll(async () => {
    house = await stage();
  }, SLOW);
  afterAll(() => house?.close(), SLOW);

  test(
    "break no rule of accessibility, in light and in dark, and fit a phone",
    async () => {
      const found: string[] = [];
      const seen: string[] = [];
      const asked = await walk(house, async (name, page) => {
        seen.push(name);
        found.push(...(await faults(page)).map((each) => `${name}, ${each}`));
      });
      expect(found).toEqual([]);
      expect(house.complaints).toEqual([]);
      expect(seen.length).toBe(new Set(seen).size);
      // A new page needs a visit.
      expect(unasked(asked)).toEqual([]);
    },
    SLOW,
  );

  test(
    "would be found out",
    async () => {
      const page = await house.open(`${house.server}/reset`);
      await page.evaluate(() => {
        document.querySelector("h1")!.style.color = "#ddd";
        document.querySelector("label")!.remove();
        document.querySelector<HTMLElement>("input[type=email]")!.style.minWidth = "3000px";
        document.querySelector<HTMLElement>("button")!.style.cssText =
          "min-height: 0; height: 20px; padding: 0; font-size: 8px";
      });
      const found = await faults(page);
      for (const [look, fault] of [
        ["1000 wide, light", "color-contrast: h1"],
        ["320 wide, dark", "label: #email"],
        ["320 wide, dark", "the page is "],
        ["1000 wide, light", "button Mail me a link is "],
      ] as const)
        expect(found.some((each) => each.startsWith(`${look}: ${fault}`))).toBe(true);
      await page.context().close();
    },
    SLOW,
  );

  /** The routes of pages that nothing came to. */
  function unasked(asked: readonly string[]): string[] {
    const routes = pages(house.world)
      .routes.map(({ method, path }) => `${method} ${path}`)
      .filter((route) => !NO_PAGE.test(route))
      .map((route) => ({ route, pattern: patternOf(route), holes: route.split(":").length }))
      // "/demo" is no username.
      .sort((a, b) => a.holes - b.holes);
    const came = new Set(asked.map((each) => routes.find(({ pattern }) => pattern.test(each))));
    return routes.filter((each) => !came.has(each)).map(({ route }) => route);
  }
});

const patternOf = (route: string): RegExp =>
  new RegExp(`^${route.replace(/:\w+/g, "[^/]+").replace(/\/$/, "/?")}$`);
