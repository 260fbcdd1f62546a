// Every state of the widget, as people with other needs meet it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { misfits, violations } from "../support/page-judge.ts";
import { CHROMIUM, type Stage, stage } from "./support/stage.ts";
import { type Look, walk } from "./support/states.ts";

const SLOW = 600_000;
const NARROW = { width: 320, height: 640 };

describe.skipIf(CHROMIUM === undefined)("in every state the widget", () => {
  let scene: Stage;
  beforeAll(async () => {
    scene = await stage();
  }, SLOW);
  afterAll(() => scene?.close(), SLOW);

  async function judged(look: Look, judge: (page: Page) => Promise<string[]>): Promise<void> {
    const found: string[] = [];
    const states: string[] = [];
    await walk(scene, look, async (state, page) => {
      states.push(state);
      found.push(...(await judge(page)).map((each) => `${state}: ${each}`));
    });
    expect(found).toEqual([]);
    expect(states).toHaveLength(23);
    expect(scene.complaints).toEqual([]);
  }

  test(
    "breaks no rule of accessibility, in light and in dark",
    () =>
      judged({}, async (page) => {
        const inLight = await violations(page);
        await page.emulateMedia({ colorScheme: "dark" });
        // All that is another in the dark.
        const inDark = await violations(page, ["color-contrast"]);
        await page.emulateMedia({ colorScheme: "light" });
        return [...inLight, ...inDark, ...(await misfits(page))];
      }),
    SLOW,
  );

  test(
    "breaks none in Arabic on a phone, and fits it",
    () =>
      judged({ language: "ar", viewport: NARROW }, async (page) => [
        ...(await violations(page)),
        ...(await misfits(page)),
      ]),
    SLOW,
  );

  test(
    "fits a phone with the longest of words",
    () => judged({ language: "de", viewport: NARROW }, misfits),
    SLOW,
  );

  test(
    "would be found out",
    async () => {
      const page = await scene.show(
        `<main><h1>Talk to us</h1><kalends-booking host="nobody" type="nothing"></kalends-booking></main>`,
      );
      const widget = page.locator("kalends-booking");
      await widget.locator(".notice").waitFor();
      await widget.evaluate((element) => {
        element.style.setProperty("--kalends-ink", "#ddd");
        element.shadowRoot!.querySelector<HTMLElement>(".card")!.style.minWidth = "3000px";
      });
      expect((await violations(page)).join()).toContain("color-contrast: kalends-booking");
      expect((await misfits(page)).join()).toContain("the page is ");
      await page.context().close();
    },
    SLOW,
  );
});
