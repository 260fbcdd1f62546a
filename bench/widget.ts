// How soon a page that embeds the widget shows a time that can be chosen, and what it loads for that, beside a page that
// embeds an application in a frame as others do: a small script, a frame, styles, an application on React, then the meeting
// type, then its times. In the application's place stands Swagger UI, which is on React and of the usual 1–2 MB. Both ask
// the same API, turn by turn, with nothing cached. `bun bench/widget.ts` needs Chromium.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Browser, chromium } from "playwright-core";
import { makeHost, makeMeetingType } from "../tests/support/make.ts";
import { releaseTestDatabases } from "../tests/support/postgres.ts";
import { CHROMIUM, stage } from "../tests/widget/support/stage.ts";
import { column, median } from "./support/numbers.ts";

const ROUNDS = 7;
const LINES = [
  { name: "no network between, no throttling", latency: 0, bytesPerSecond: -1, slowdown: 1 },
  {
    name: "150 ms, 1.6 Mbit/s, a processor four times slower",
    latency: 150,
    bytesPerSecond: 200_000,
    slowdown: 4,
  },
] as const;
type Line = (typeof LINES)[number];

interface Seen {
  readonly requests: number;
  readonly bytes: number;
  readonly scriptMs: number;
  readonly firstTimeMs: number;
}

if (CHROMIUM === undefined) {
  console.error("There is no Chromium on this machine: install it, or set CHROMIUM to its path.");
  process.exit(1);
}
const scene = await stage();
const { script } = scene.widget.manifest;
const host = await makeHost(scene.world, { zone: "Europe/Berlin" });
const type = await makeMeetingType(scene.world, host, { horizon: { kind: "rolling", days: 60 } });
const named = `${scene.server}/api/v1/users/${host.username}/${type.slug}`;

const asset = (name: string) =>
  Bun.file(join(import.meta.dir, "../node_modules/swagger-ui-dist", name)).text();
const FILES: Record<string, [type: string, text: string]> = {
  "/widget": [
    "text/html",
    `<!doctype html><title>Widget</title><script type="module" crossorigin src="${scene.server}${script.path}" integrity="${script.integrity}"></script><kalends-booking host="${host.username}" type="${type.slug}"></kalends-booking>`,
  ],
  "/frame": [
    "text/html",
    `<!doctype html><title>Frame</title><div id="here"></div><script src="http://app.test:PORT/embed.js" async></script>`,
  ],
  "/embed.js": [
    "text/javascript",
    `const frame = document.createElement("iframe"); frame.src = "http://app.test:PORT/app"; frame.style.cssText = "width:100%;height:700px"; document.querySelector("#here").append(frame);`,
  ],
  "/app": [
    "text/html",
    `<!doctype html><title>Booking</title><link rel="stylesheet" href="/swagger-ui.css"><div id="root"></div><script src="/swagger-ui-bundle.js" defer></script><script src="/swagger-ui-standalone-preset.js" defer></script><script src="/app.js" defer></script>`,
  ],
  "/app.js": [
    "text/javascript",
    `const { days } = await (async () => { const type = await (await fetch("${named}")).json(); return (await fetch("${scene.server}/api/v1/meeting-types/" + type.id + "/slots?timeZone=Europe/Berlin&until=2026-12-31")).json(); })();
for (const { slots } of days) for (const { localStart } of slots) { const time = document.createElement("button"); time.className = "time"; time.textContent = localStart.slice(11, 16); document.querySelector("#root").append(time); }`,
  ],
};
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"])
  FILES[`/${name}`] = [name.endsWith("css") ? "text/css" : "text/javascript", await asset(name)];
// Its last script awaits: as a module.
FILES["/app"]![1] = FILES["/app"]![1].replace(
  '<script src="/app.js"',
  '<script type="module" src="/app.js"',
);

const site = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, self) {
    const [kind, text] = FILES[new URL(request.url).pathname] ?? [];
    if (kind === undefined || text === undefined) return new Response(null, { status: 404 });
    return new Response(gzipSync(text.replaceAll("PORT", String(self.port))), {
      headers: { "content-type": `${kind}; charset=utf-8`, "content-encoding": "gzip" },
    });
  },
});
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP customer.test 127.0.0.1, MAP app.test 127.0.0.1",
    // Page and frame in one process, so that one session measures both.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process",
  ],
});

try {
  console.log(
    `Chromium ${browser.version()}, medians of ${ROUNDS} loads each, nothing cached; bytes as sent`,
  );
  for (const line of LINES) await compare(line);
} finally {
  await browser.close();
  site.stop(true);
  await scene.close();
  await releaseTestDatabases();
}

async function compare(line: Line): Promise<void> {
  const seen: Record<"widget" | "frame", Seen[]> = { widget: [], frame: [] };
  // The first round warms the server up.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const name of ["widget", "frame"] as const) {
      const load = await measure(browser, name, line);
      if (round > 0) seen[name].push(load);
    }
  console.log(
    `\n${line.name}\n${" ".repeat(28)}${["widget", "frame", "ratio"].map((name) => column(name)).join("")}`,
  );
  const rows: [string, keyof Seen][] = [
    ["requests", "requests"],
    ["bytes", "bytes"],
    ["script, ms", "scriptMs"],
    ["first time to choose, ms", "firstTimeMs"],
  ];
  for (const [label, key] of rows) {
    const [ours, theirs] = [seen.widget, seen.frame].map((all) =>
      median(all.map((each) => each[key])),
    );
    console.log(
      `${label.padEnd(28)}${column(Math.round(ours!))}${column(Math.round(theirs!))}${column(`${(theirs! / ours!).toFixed(1)}×`)}`,
    );
  }
}

/** One load of a page until a time is there, in a browser that knows nothing yet. */
async function measure(from: Browser, name: "widget" | "frame", line: Line): Promise<Seen> {
  const context = await from.newContext({ timezoneId: "Europe/Berlin", locale: "en-GB" });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: line.latency,
    downloadThroughput: line.bytesPerSecond,
    uploadThroughput: line.bytesPerSecond,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: line.slowdown });
  let [requests, bytes] = [0, 0];
  session.on("Network.requestWillBeSent", () => {
    requests += 1;
  });
  session.on("Network.dataReceived", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.clock.setFixedTime(scene.world.now().epochMilliseconds);
  const begun = performance.now();
  await page.goto(`http://customer.test:${site.port}/${name}`, { waitUntil: "commit" });
  const time =
    name === "widget" ? page.locator(".time") : page.frameLocator("iframe").locator(".time");
  await time.first().waitFor({ timeout: 120_000 });
  const firstTimeMs = performance.now() - begun;
  const seen = { requests, bytes };
  const { metrics } = await session.send("Performance.getMetrics");
  const script = metrics.find((each) => each.name === "ScriptDuration")?.value ?? 0;
  await context.close();
  return { ...seen, scriptMs: script * 1000, firstTimeMs };
}
