// Answers that come late, in another order, or not at all.
import type { Page } from "playwright-core";

export interface Late {
  /** The addresses that were asked for so far. */
  readonly asked: string[];
  /** Lets the first request come to the server, or its answer come back. */
  go(): void;
  /** Lets the line break instead. */
  fail(): void;
}

/** Keeps the first such request from the server, or its answer from the page, until it is told what comes of it. */
export async function late(
  page: Page,
  what: "request" | "answer",
  method: string,
  url: string | RegExp,
): Promise<Late> {
  const released = Promise.withResolvers<boolean>();
  const asked: string[] = [];
  await page.route(url, async (route) => {
    const request = route.request();
    if (request.method() !== method) return route.fallback();
    if (asked.push(request.url()) > 1) return route.continue();
    const response = what === "answer" ? await route.fetch() : undefined;
    if (!(await released.promise)) return route.abort("connectionreset");
    await (response ? route.fulfill({ response }) : route.continue());
  });
  return { asked, go: () => released.resolve(true), fail: () => released.resolve(false) };
}
