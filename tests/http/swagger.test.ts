// The page at /swagger in a real browser: a stranger pastes a token and tries a route.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { createApp } from "../../src/app.ts";
import { edge } from "../../src/http/edge.ts";
import { type Host, makeHost } from "../support/make.ts";
import { testWorld } from "../support/world.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);
const ARGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

let server: ReturnType<typeof Bun.serve>;
let browser: Browser;
let page: Page;
let host: Host;
const complaints: string[] = [];
const asked: string[] = [];

beforeAll(async () => {
  if (!CHROMIUM) return;
  const world = await testWorld();
  host = await makeHost(world);
  const handle = edge(world, createApp(world).fetch);
  server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => handle(request) });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS.split(" ") });
  page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${server.url}swagger`);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop(true);
});

/** It has asked no other machine and broken no policy of its own. */
function expectQuiet(): void {
  const isOurs = (url: string) => url.startsWith(server.url.href) || /^(data|blob):/.test(url);
  expect(asked.filter((url) => !isOurs(url))).toEqual([]);
  expect(complaints).toEqual([]);
}

const STEP_PX = 500;

/** Scrolls from the top until an operation is there: of so many it draws those only that are near. */
async function draw(operation: Locator): Promise<void> {
  let top = 0;
  // At once, not by the wheel: that goes on a while after it was turned, and past what it has found.
  while ((await operation.count()) === 0) {
    const isPastEnd = await page.evaluate((y) => {
      scrollTo(0, y);
      return y > document.documentElement.scrollHeight;
    }, top);
    top = isPastEnd ? 0 : top + STEP_PX;
    await page.waitForTimeout(100);
  }
  await operation.scrollIntoViewIfNeeded();
}

const withBrowser = (name: string, run: () => Promise<void>) => test.skipIf(!CHROMIUM)(name, run);
if (!CHROMIUM) test.skip("Swagger UI in a browser: there is no chromium on this machine", () => {});

withBrowser("signs in by a pasted token and tries a route", async () => {
  await page.getByRole("button", { name: "Authorize" }).first().click();
  const form = page.locator(".auth-container").first();
  await form.getByLabel("auth-bearer-value").fill(host.token);
  await form.getByRole("button", { name: /apply|authorize/i }).click();
  await page.getByRole("button", { name: "Close" }).first().click();

  const path = page.locator('[data-path="/api/v1/users/me"]');
  const route = page.locator(".opblock-get").filter({ has: path });
  await draw(route);
  await route.locator(".opblock-summary-control").click();
  await route.getByRole("button", { name: "Execute" }).click();
  const live = route.locator(".live-responses-table");
  await live.waitFor();
  expect(await live.locator(".response-col_status").nth(1).textContent()).toStartWith("200");
  expect(await live.textContent()).toContain(host.email);

  expectQuiet();
  const shot = process.env["SCREENSHOTS"];
  if (shot) await page.screenshot({ path: `${shot}/swagger.png` });
});

withBrowser("shows an example that can be sent as it is", async () => {
  const route = page.locator(".opblock", { hasText: "/api/v1/auth/register" }).first();
  await draw(route);
  await route.locator(".opblock-summary-control").click();
  await route.getByRole("button", { name: "Execute" }).click();
  const live = route.locator(".live-responses-table");
  await live.waitFor();
  expect(await live.locator(".response-col_status").nth(1).textContent()).toStartWith("201");
  expectQuiet();
});
