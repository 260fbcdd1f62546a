// Pictures of every page that people see, in sheets: wide and narrow, light and dark.
//   bun run pages:pictures [folder]
// Needs Chromium. docs/screenshots/pages-wide-*.jpg are of it; the narrow sheets are too large to keep.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { CHROMIUM, stage } from "../tests/embed/support/stage.ts";
import { walk } from "../tests/pages/support/every-page.ts";
import { releaseTestDatabases } from "../tests/support/postgres.ts";
import { makeSheet, type Picture, SCHEMES } from "./pictures/sheet.ts";

const FOLDER = process.argv[2] ?? "docs/screenshots";
const WIDTHS = {
  wide: { viewport: { width: 1000, height: 500 }, columns: 10 },
  narrow: { viewport: { width: 320, height: 500 }, columns: 14 },
} as const;
const SHEETS = SCHEMES.flatMap((scheme) =>
  (["wide", "narrow"] as const).map((width) => ({
    ...{ name: `${width}-${scheme}`, scheme, ...WIDTHS[width] },
    pictures: [] as Picture[],
  })),
);

if (CHROMIUM === undefined) {
  console.error("There is no Chromium on this machine: install it, or set CHROMIUM to its path.");
  process.exit(1);
}
mkdirSync(FOLDER, { recursive: true });
const house = await stage();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
try {
  await walk(house, async (name, page) => {
    for (const { scheme, viewport, pictures } of SHEETS) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize(viewport);
      const data = await page.screenshot({ fullPage: true });
      pictures.push({ name, data: data.toString("base64") });
    }
  });
  for (const { name, pictures, columns } of SHEETS) {
    const path = join(FOLDER, `pages-${name}.jpg`);
    await makeSheet(browser, pictures, { path, columns, width: 2000 });
    console.log(`${pictures.length} pages are in ${path}`);
  }
} finally {
  await browser.close();
  await house.close();
  await releaseTestDatabases();
}
