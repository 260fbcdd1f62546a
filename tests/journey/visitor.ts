// A guest with a real browser, who does what a page offers and nothing else.
import { existsSync } from "node:fs";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";

/** A browser of this machine; null where there is none. */
export const CHROMIUM =
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
    existsSync(path),
  ) ?? null;

const ARGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What a browser would complain of in its console, and whom it asked besides the house. */
  readonly complaints: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Somebody in New York. */
export async function visit(url: string, options: { javaScript: boolean }): Promise<Visitor> {
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ARGS.split(" ") });
  const context = await browser.newContext({
    baseURL: url,
    timezoneId: "America/New_York",
    javaScriptEnabled: options.javaScript,
  });
  context.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(error.error().message));
  context.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith("data:"))
      complaints.push(`asked ${request.url()}`);
  });
  const page = await context.newPage();
  return {
    page,
    context,
    complaints,
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** On a page with a month: takes a free day, the nth, and its last time. */
export async function chooseTime(page: Page, nth: number): Promise<void> {
  const days = page.locator("table.month a");
  // The days of this month may have run out.
  if ((await days.count()) <= nth) await page.getByRole("link", { name: /^Later: / }).click();
  await days.nth(nth).click();
  await page.locator("ul.times a").last().click();
}

/** Opens the newest mail to the guest that is about this, and its link of this name. */
export async function followMail(
  { page, context }: Visitor,
  { to, about, link }: { to: string; about: RegExp; link: string },
): Promise<Page> {
  // A click into a frame of a tab behind another one may get lost, and no person could make it.
  await page.bringToFront();
  await openMail(page, to, about);
  const letter = page.frameLocator("iframe.letter");
  const [opened] = await Promise.all([
    context.waitForEvent("page"),
    letter.getByRole("link", { name: link }).click(),
  ]);
  await opened.waitForLoadState();
  return opened;
}

/** Opens the mail in the development mailbox, once it is there. */
export async function openMail(page: Page, to: string, about: RegExp): Promise<void> {
  const mail = page.getByRole("link", { name: about });
  await eventually(async () => {
    await page.goto(`/dev/mail?to=${encodeURIComponent(to)}`);
    if ((await mail.count()) === 0) throw new Error(`No mail to ${to} about ${about}`);
  });
  await mail.first().click();
}
