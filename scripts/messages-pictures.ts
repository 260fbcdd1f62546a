// Pictures of every mail, to guest and host, in every language, light and dark, and one sheet with all of them:
//   bun run messages:pictures [folder]
// Needs Chromium. The sheet is what docs/screenshots/messages.jpg was made of.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { html, raw } from "../src/messages/html.ts";
import { LOCALES } from "../src/messages/templates/words.ts";
import { samplesIn } from "./messages/samples.ts";

const FOLDER = process.argv[2] ?? ".data/messages";
const SCHEMES = ["light", "dark"] as const;
const WIDTH = 600;

interface Picture {
  readonly name: string;
  readonly data: string;
}

const executablePath = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));
if (executablePath === undefined) {
  console.error("There is no Chromium on this machine: install it, or set CHROMIUM to its path.");
  process.exit(1);
}

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const pictures: Picture[] = [];
  for (const scheme of SCHEMES)
    for (const locale of LOCALES) pictures.push(...(await take(browser, locale, scheme)));
  await sheet(browser, pictures);
  console.log(`${pictures.length} pictures and sheet.jpg are in ${FOLDER}`);
} finally {
  await browser.close();
}

async function take(from: Browser, locale: string, scheme: "light" | "dark"): Promise<Picture[]> {
  const context = await from.newContext({
    colorScheme: scheme,
    viewport: { width: WIDTH, height: 200 },
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  const pictures: Picture[] = [];
  for (const { name, mail } of samplesIn(locale)) {
    await page.setContent(mail.html);
    const picture = await page.screenshot({ fullPage: true });
    const title = `${name} ${locale} ${scheme}`;
    writeFileSync(join(FOLDER, `${title.replaceAll(" ", "-")}.png`), picture);
    pictures.push({ name: title, data: picture.toString("base64") });
  }
  await context.close();
  return pictures;
}

/** All of them beside one another, small. */
async function sheet(from: Browser, pictures: readonly Picture[]): Promise<void> {
  const page = await from.newPage({ viewport: { width: 2400, height: 400 } });
  const cells = pictures.map(
    ({ name, data }) =>
      html`<figure><img src="data:image/png;base64,${data}" alt=""><figcaption>${name}</figcaption></figure>`,
  );
  await page.setContent(
    html`<!doctype html><style>${raw(
      "body { columns: 12; column-gap: 12px; margin: 12px; font: 9px system-ui; background: #888; } figure { margin: 0 0 12px; break-inside: avoid; } img { width: 100%; display: block; }",
    )}</style>${cells}`.markup,
  );
  await page.screenshot({
    path: join(FOLDER, "sheet.jpg"),
    type: "jpeg",
    quality: 70,
    fullPage: true,
  });
}
