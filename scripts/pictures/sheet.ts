// Pictures beside one another on one sheet, each under its name.
import type { Browser } from "playwright-core";
import { html, raw } from "../../src/messages/html.ts";

export interface Picture {
  readonly name: string;
  /** A PNG, in base64. */
  readonly data: string;
}

export const SCHEMES = ["light", "dark"] as const;
export type Scheme = (typeof SCHEMES)[number];

/** Writes a JPEG of so many columns. */
export async function makeSheet(
  browser: Browser,
  pictures: readonly Picture[],
  { path, columns, width = 2200 }: { path: string; columns: number; width?: number },
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 400 } });
  page.setDefaultTimeout(120_000);
  const cells = pictures.map(
    ({ name, data }) =>
      html`<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${data}" alt=""></figure>`,
  );
  const css = `body { columns: ${columns}; column-gap: 16px; margin: 16px; font: 14px system-ui; background: #8a8f98; color: #fff; }
figure { margin: 0 0 16px; break-inside: avoid; } img { width: 100%; display: block; } figcaption { margin-bottom: 4px; }`;
  await page.setContent(html`<!doctype html><style>${raw(css)}</style>${cells}`.markup);
  await page.screenshot({ path, type: "jpeg", quality: 72, fullPage: true });
  await page.close();
}
