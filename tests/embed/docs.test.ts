// Every snippet of docs/widget.md, on a page of another origin, in a browser.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { CHROMIUM, type Stage, stage } from "./support/stage.ts";

const DOCS = "https://kalends.example.com";
const text = readFileSync(join(import.meta.dir, "../../docs/widget.md"), "utf8");

/** Of each block its language, and the heading that it stands under. */
const blocks = [...text.matchAll(/```(\w+)\n(.*?)```/gs)].map((match) => ({
  language: match[1]!,
  code: match[2]!.trim(),
  under: [...text.slice(0, match.index).matchAll(/^#+ (.*)$/gm)].at(-1)![1]!,
}));
const QUICK = blocks[0]!.code;

describe.skipIf(!CHROMIUM)("docs/widget.md", () => {
  let house: Stage;
  beforeAll(async () => {
    house = await stage();
    const host = await makeHost(house.world, { zone: "Europe/Berlin" });
    await house.world.db.run("update users set username = 'ada' where id = $1", [host.id]);
    await makeMeetingType(house.world, host, { slug: "intro" });
  });
  afterAll(() => house?.close());

  /** A snippet with the addresses of this server. */
  const here = (code: string): string =>
    code
      .replaceAll(DOCS, house.server)
      .replaceAll(encodeURIComponent("https://www.example.com"), encodeURIComponent(house.site))
      .replace("/widget.0123456789abcdef.js", house.world.widget!.manifest.script.path)
      .replace("sha384-0000", house.world.widget!.manifest.script.integrity);
  const page = async (code: string, policy?: string): Promise<Page> =>
    house.open(
      house.publish(
        `<!doctype html><html><title>A customer's page</title><body>${here(code)}</body></html>`,
        policy ?? `default-src 'unsafe-inline' ${house.server}`,
      ),
    );
  /** Nobody books it here. */
  const lastTime = (within: Page | Locator | ReturnType<Page["frameLocator"]>) =>
    within.getByRole("button", { name: "16:30", exact: true });
  const popup = async (shown: Page, role: "button" | "link") => {
    await shown.getByRole(role, { name: /Book a time|Talk to us/ }).click();
    await lastTime(shown.getByRole("dialog")).waitFor();
  };
  const frame = async (shown: Page) => {
    await lastTime(shown.frameLocator("iframe")).waitFor();
    // It is told its height each time that it changes; the one before the times came is lower.
    await shown.waitForFunction(() => {
      const { clientHeight } = document.querySelector("iframe")!;
      return clientHeight !== 760 && clientHeight > 400;
    });
  };
  const times = (shown: Page) => lastTime(shown).waitFor();

  /** What each must do, by the heading and the language; several under one heading in their order. */
  const CHECKS: Readonly<Record<string, readonly ((code: string) => Promise<Page>)[]>> = {
    "Quick start html": [(code) => seen(page(code), times)],
    "Behind a button html": [
      (code) => seen(page(code), (shown) => popup(shown, "button")),
      (code) => seen(page(code), (shown) => popup(shown, "link")),
    ],
    "As a badge html": [(code) => seen(page(code), (shown) => popup(shown, "button"))],
    "In a frame html": [
      (code) => seen(page(code), frame),
      (code) =>
        seen(page(code), async (shown) => {
          await frame(shown);
          const within = shown.frameLocator("iframe");
          await within.getByRole("button", { name: "10:00", exact: true }).click();
          await within.getByLabel("Name").fill("Grace Hopper");
          await within.getByLabel("Email").fill("grace@example.com");
          await within.getByRole("button", { name: "Book this time" }).click();
          await shown.waitForFunction(() => document.title.startsWith("Booked: 2026-11-23T09:00"));
        }),
    ],
    "This version and no other html": [(code) => seen(page(code), times)],
    "Events js": [
      (code) =>
        seen(page(`${QUICK}<script type="module">${code}</script>`), async (shown) => {
          const chosen = shown.getByRole("button", { name: "11:00", exact: true });
          await chosen.click();
          expect(await shown.evaluate(() => document.body.dataset["chosen"])).toBe(
            "2026-11-23T10:00:00Z",
          );
          expect(await shown.getByLabel("Name").inputValue()).toBe("Grace Hopper");
          await shown.getByRole("button", { name: "Book this time" }).click();
          await shown.waitForFunction(() => document.body.dataset["booked"]?.length === 36);
        }),
    ],
    "Styles css": [
      (code) =>
        seen(page(`${QUICK}<style>${code}</style>`), async (shown) => {
          await times(shown);
          const time = shown.getByRole("button", { name: "16:30", exact: true });
          expect(await time.evaluate((each) => getComputedStyle(each).color)).toBe(
            "rgb(122, 31, 92)",
          );
          const title = shown.getByRole("heading", { name: "Intro call" });
          expect(await title.evaluate((each) => getComputedStyle(each).fontWeight)).toBe("400");
        }),
    ],
    "Languages html": [
      (code) => seen(page(code), (shown) => shown.getByText("Montag, 23. November 2026").waitFor()),
    ],
    "A strict policy http": [
      async (code) => {
        const policy = here(code.replace("Content-Security-Policy: ", ""));
        await seen(page(QUICK, policy), times);
        const framed = blocks.find(({ under }) => under === "In a frame")!.code;
        return seen(page(framed, policy), frame);
      },
    ],
    "Whose pages may show it json": [
      async (code) => {
        const host = await makeHost(house.world);
        const api = client(house.world);
        const answer = await api("PATCH", "/users/me", {
          token: host.token,
          body: JSON.parse(code),
        });
        expect(answer.body.allowedOrigins).toEqual(JSON.parse(code).allowedOrigins);
        return page("");
      },
    ],
  };

  async function seen(
    opening: Promise<Page>,
    check: (shown: Page) => Promise<void>,
  ): Promise<Page> {
    const shown = await opening;
    await check(shown);
    return shown;
  }

  const counts = new Map<string, number>();
  const numbered = blocks.map(({ under, language, code }) => {
    const name = `${under} ${language}`;
    const n = counts.get(name) ?? 0;
    counts.set(name, n + 1);
    return [name, n, code] as const;
  });

  test("has no snippet that is not run, and runs none that is gone", () => {
    const checks = Object.entries(CHECKS).map(([name, all]) => [name, all.length]);
    expect([...counts].sort()).toEqual(checks.sort() as typeof checks & [string, number][]);
  });

  test.each(numbered)("%s, snippet %d", async (name, n, code) => {
    const shown = await CHECKS[name]![n]!(code);
    expect(house.complaints.splice(0)).toEqual([]);
    await shown.context().close();
  });
});
