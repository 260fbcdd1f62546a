// Kalends at an address of its own with the widget built, a customer's site of another origin, and a browser.
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { buildWidget } from "../../../scripts/widget/build.ts";
import { createApp } from "../../../src/app.ts";
import type { WidgetBuild } from "../../../src/embed/widget-build.ts";
import { edge, type Handler } from "../../../src/http/edge.ts";
import { keepComplaints } from "../../support/page-judge.ts";
import { type TestWorld, testWorld } from "../../support/world.ts";
import { CHROMIUM } from "../../widget/support/stage.ts";

export { CHROMIUM };

export interface Stage {
  /** Its widget may be taken away, as where none is built. */
  readonly world: TestWorld & { widget: WidgetBuild | null };
  /** Where Kalends is. */
  readonly server: string;
  /** Where the customer's pages are. */
  readonly site: string;
  /** Publishes a page of the customer's under a policy; its address. */
  publish(html: string, policy?: string): string;
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** What the consoles of all pages have said so far: errors of scripts, breaches of policies. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** What a customer may allow at the strictest: modules and data of Kalends, and frames of it. */
export const strictFor = (server: string): string =>
  `default-src 'none'; script-src ${server}; connect-src ${server}; style-src 'self'; frame-src ${server}; base-uri 'none'; form-action 'none'`;

export async function stage(env: Record<string, string> = {}): Promise<Stage> {
  let handle: Handler | null = null;
  const api = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch: (request, self) =>
      handle?.(request, self.requestIP(request)?.address) ?? new Response(null, { status: 503 }),
  });
  const server = `http://127.0.0.1:${api.port}`;
  const widget = await buildWidget();
  const world: Stage["world"] = { ...(await testWorld({ PUBLIC_URL: server, ...env })), widget };
  handle = edge(world, createApp(world).fetch);
  const pages = new Map<string, readonly [html: string, policy: string]>();
  const customer = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      const [html, policy] = pages.get(new URL(request.url).pathname) ?? [];
      if (html === undefined || policy === undefined) return new Response(null, { status: 404 });
      const headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
      };
      return new Response(html, { headers });
    },
  });
  // Another origin by its name too.
  const site = `http://customer.test:${customer.port}`;
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM!,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--host-resolver-rules=MAP customer.test 127.0.0.1, MAP stranger.test 127.0.0.1",
    ],
  });
  const complaints: string[] = [];
  return {
    world,
    server,
    site,
    complaints,
    publish(html, policy = strictFor(server)) {
      const path = `/page-${pages.size}`;
      pages.set(path, [html, policy]);
      return `${site}${path}`;
    },
    async open(url, options = {}) {
      const context = await browser.newContext({
        timezoneId: "Europe/Berlin",
        locale: "en-GB",
        viewport: { width: 1000, height: 800 },
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(120_000);
      // Its timers go on; only what it is told of the time is the world's.
      await page.clock.setFixedTime(world.now().epochMilliseconds);
      keepComplaints(page, complaints);
      await page.goto(url);
      return page;
    },
    async close() {
      await browser.close();
      await world.hints.close();
      await Promise.all([api.stop(true), customer.stop(true)]);
    },
  };
}
