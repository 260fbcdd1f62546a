// Pictures of the widget in every state, in sheets: wide and narrow, light and dark, and from right to left.
//   bun run widget:pictures [folder]
// Needs Chromium. docs/screenshots/widget-*.jpg are what it makes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { releaseTestDatabases } from "../tests/support/postgres.ts";
import { CHROMIUM, type Stage, stage } from "../tests/widget/support/stage.ts";
import { type Look, walk } from "../tests/widget/support/states.ts";
import { makeSheet, type Picture, SCHEMES, type Scheme } from "./pictures/sheet.ts";

const FOLDER = process.argv[2] ?? "docs/screenshots";
const WIDE = { width: 780, height: 560 };
const NARROW = { width: 320, height: 640 };

interface Sheet {
  readonly name: string;
  readonly look: Look;
  readonly schemes: readonly Scheme[];
  readonly columns: number;
}

const SHEETS: readonly Sheet[] = [
  { name: "wide", look: { viewport: WIDE }, schemes: SCHEMES, columns: 5 },
  { name: "narrow", look: { viewport: NARROW }, schemes: SCHEMES, columns: 9 },
  {
    name: "arabic",
    look: { language: "ar", viewport: WIDE },
    schemes: ["light"],
    columns: 5,
  },
];

if (CHROMIUM === undefined) {
  console.error("There is no Chromium on this machine: install it, or set CHROMIUM to its path.");
  process.exit(1);
}
mkdirSync(FOLDER, { recursive: true });
const scene = await stage();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
try {
  for (const sheet of SHEETS) await make(scene, browser, sheet);
} finally {
  await browser.close();
  await scene.close();
  await releaseTestDatabases();
}

async function make(from: Stage, painter: Browser, { name, look, schemes, columns }: Sheet) {
  const pictures: Record<Scheme, Picture[]> = { light: [], dark: [] };
  await walk(from, look, async (state, page) => {
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      pictures[colorScheme].push({ name: state, data: await take(page) });
    }
    await page.emulateMedia({ colorScheme: "light" });
  });
  for (const scheme of schemes) {
    const path = join(FOLDER, `widget-${name}${schemes.length > 1 ? `-${scheme}` : ""}.jpg`);
    await makeSheet(painter, pictures[scheme], { path, columns });
    console.log(`${pictures[scheme].length} states are in ${path}`);
  }
}

/** What a popup covers ends with the window; anything else is shown whole. */
async function take(page: Page): Promise<string> {
  const isCovered = (await page.locator("kalends-booking").getByRole("dialog").count()) > 0;
  return (await page.screenshot({ fullPage: !isCovered })).toString("base64");
}
