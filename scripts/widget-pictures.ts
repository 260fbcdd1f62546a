// Pictures of the widget in every state, in sheets: wide and narrow, light and dark, and from right to left.
//   bun run widget:pictures [folder]
// Needs Chromium. docs/screenshots/widget-*.jpg are what it makes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { html, raw } from "../src/messages/html.ts";
import { releaseTestDatabases } from "../tests/support/postgres.ts";
import { CHROMIUM, type Stage, stage } from "../tests/widget/support/stage.ts";
import { type Look, walk } from "../tests/widget/support/states.ts";

const FOLDER = process.argv[2] ?? "docs/screenshots";
const WIDE = { width: 780, height: 560 };
const NARROW = { width: 320, height: 640 };
const SCHEMES = ["light", "dark"] as const;
type Scheme = (typeof SCHEMES)[number];

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

interface Picture {
  readonly state: string;
  readonly data: string;
}

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
      pictures[colorScheme].push({ state, data: await take(page) });
    }
    await page.emulateMedia({ colorScheme: "light" });
  });
  for (const scheme of schemes) {
    const path = join(FOLDER, `widget-${name}${schemes.length > 1 ? `-${scheme}` : ""}.jpg`);
    await paste(painter, pictures[scheme], columns, path);
    console.log(`${pictures[scheme].length} states are in ${path}`);
  }
}

/** What a popup covers ends with the window; anything else is shown whole. */
async function take(page: Page): Promise<string> {
  const isCovered = (await page.locator("kalends-booking").getByRole("dialog").count()) > 0;
  return (await page.screenshot({ fullPage: !isCovered })).toString("base64");
}

async function paste(
  painter: Browser,
  pictures: readonly Picture[],
  columns: number,
  path: string,
): Promise<void> {
  const page = await painter.newPage({ viewport: { width: 2200, height: 400 } });
  const cells = pictures.map(
    ({ state, data }) =>
      html`<figure><figcaption>${state}</figcaption><img src="data:image/png;base64,${data}" alt=""></figure>`,
  );
  const css = `body { columns: ${columns}; column-gap: 16px; margin: 16px; font: 14px system-ui; background: #8a8f98; color: #fff; }
figure { margin: 0 0 16px; break-inside: avoid; } img { width: 100%; display: block; } figcaption { margin-bottom: 4px; }`;
  await page.setContent(html`<!doctype html><style>${raw(css)}</style>${cells}`.markup);
  await page.screenshot({ path, type: "jpeg", quality: 72, fullPage: true });
  await page.close();
}
