// A browser, a server, and a page of somebody else that embeds the widget under a strict policy.
import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { buildWidget } from "../../../scripts/widget/build.ts";
import { createApp } from "../../../src/app.ts";
import type { WidgetBuild } from "../../../src/embed/widget-build.ts";
import { edge } from "../../../src/http/edge.ts";
import { keepComplaints } from "../../support/page-judge.ts";
import { type TestWorld, testWorld } from "../../support/world.ts";

export const CHROMIUM = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

export interface Stage {
  readonly world: TestWorld;
  readonly widget: WidgetBuild;
  /** Where the API and the widget are. */
  readonly server: string;
  /** Requests that the server had, as "GET /path"; those of browsers on their own account are preflights. */
  readonly asked: string[];
  readonly preflights: string[];
  /** Opens a page of another origin with this markup in its body; the widget's module is loaded. */
  show(markup: string, options?: Shown): Promise<Page>;
  /** What the console of any page has called an error so far, but for answers that refuse something; errors of scripts, breaches of the policy. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface Shown extends BrowserContextOptions {
  /** The query of the page's address: "?utm_source=x". */
  readonly search?: string;
  /** Further markup of the head. */
  readonly head?: string;
  /** Without a policy: what is held back then is held back by the widget. */
  readonly isLax?: boolean;
}

export async function stage(env: Record<string, string> = {}): Promise<Stage> {
  const widget = await buildWidget();
  const world: TestWorld = { ...(await testWorld(env)), widget };
  const asked: string[] = [];
  const preflights: string[] = [];
  const handle = edge(world, createApp(world).fetch);
  const api = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch: (request, self) => {
      const { pathname } = new URL(request.url);
      if (request.method === "OPTIONS") preflights.push(pathname);
      else asked.push(`${request.method} ${pathname}`);
      return handle(request, self.requestIP(request)?.address);
    },
  });
  const server = `http://127.0.0.1:${api.port}`;
  const pages = new Map<string, { html: string; isLax: boolean }>();
  // Another origin by its name too.
  const site = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      const page = pages.get(new URL(request.url).pathname);
      if (!page) return new Response(null, { status: 404 });
      const policy = `default-src 'none'; script-src ${server}; connect-src ${server}; style-src 'self'; base-uri 'none'; form-action 'none'`;
      return new Response(page.html, {
        headers: {
          "content-type": "text/html; charset=utf-8",
          ...(!page.isLax && { "content-security-policy": policy }),
        },
      });
    },
  });
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM!,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--test-third-party-cookie-phaseout",
      "--host-resolver-rules=MAP customer.test 127.0.0.1",
    ],
  });
  const complaints: string[] = [];
  async function show(
    markup: string,
    { search = "", head = "", isLax = false, ...options }: Shown = {},
  ) {
    const path = `/page-${pages.size}`;
    pages.set(path, {
      isLax,
      html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A customer's page</title>${head}<script type="module" crossorigin src="${server}${widget.manifest.script.path}" integrity="${widget.manifest.script.integrity}"></script></head><body>${markup}</body></html>`,
    });
    const context = await browser.newContext({
      timezoneId: "Europe/Berlin",
      locale: "en-GB",
      viewport: { width: 1000, height: 800 },
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    // Its timers go on; only what it is told of the time is the world's.
    await page.clock.setFixedTime(world.now().epochMilliseconds);
    keepComplaints(page, complaints);
    await page.goto(`http://customer.test:${site.port}${path}${search}`);
    return page;
  }
  return {
    world,
    widget,
    server,
    asked,
    preflights,
    show,
    complaints,
    async close() {
      await browser.close();
      await world.hints.close();
      await Promise.all([api.stop(true), site.stop(true)]);
      await world.db.close();
    },
  };
}

/** What has the focus within the widget, by its name. */
export const focusedIn = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const inner = document.querySelector("kalends-booking")?.shadowRoot?.activeElement;
    return inner?.getAttribute("aria-label") ?? inner?.textContent ?? "";
  });
