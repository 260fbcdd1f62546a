// What is wrong with a page in a browser, for who reads it in another way than its maker did.
import axe from "axe-core";
import type { ConsoleMessage, Page } from "playwright-core";

/** What axe finds against the rules of WCAG 2.2 and good practice, or against some of them. */
export async function violations(page: Page, some: string[] = []): Promise<string[]> {
  await page.evaluate(`globalThis.axe ?? (() => { ${axe.source} })()`);
  return page.evaluate(async (only) => {
    const { axe: runner } = globalThis as unknown as { axe: typeof axe };
    const { violations: all } = await runner.run(document, {
      resultTypes: ["violations"],
      ...(only.length > 0 ? { runOnly: only } : { rules: { "target-size": { enabled: true } } }),
    });
    return all.flatMap(({ id, nodes }) =>
      nodes
        // It looks for the page's next link also in shadow trees, and cannot tell that those come later.
        .filter(({ target }) => id !== "region" || target.join() !== ".skip")
        .map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
    );
  }, some);
}

/**
 * What does not fit the window, and what is too small to hit (WCAG 2.2: 1.4.10, 2.5.8), on the page and in the widgets
 * on it. On the page itself a link within a sentence may be as high as its line.
 */
export const misfits = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const found = scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide`] : [];
    const isInSentence = (each: Element) => {
      if (getComputedStyle(each).display !== "inline") return false;
      const around = each.closest("p, li, dd, dt, td, label, legend, div")?.textContent ?? "";
      return around.trim().length > (each.textContent ?? "").trim().length;
    };
    const shadows = [...document.querySelectorAll("kalends-booking")].flatMap(
      ({ shadowRoot }) => shadowRoot ?? [],
    );
    for (const root of [document, ...shadows]) {
      const isPage = root === document;
      for (const inner of root.querySelectorAll(".card, dialog"))
        if (inner.scrollWidth > inner.clientWidth)
          found.push(`${inner.className} holds ${inner.scrollWidth} in ${inner.clientWidth}`);
      for (const each of root.querySelectorAll(
        "button, a, input, select, textarea, summary, [role=option]",
      )) {
        // The way past the head comes into the window with the focus.
        if (isPage && (!each.checkVisibility() || each.matches(".skip"))) continue;
        const { width, height, left, right } = (
          each.closest("label") ?? each
        ).getBoundingClientRect();
        const name = `${each.localName} ${each.textContent || each.id}`;
        if ((width < 24 || height < 24) && !(isPage && isInSentence(each)))
          found.push(`${name} is ${width} × ${height}`);
        if (left < 0 || right > clientWidth) found.push(`${name} reaches from ${left} to ${right}`);
      }
    }
    return found;
  });

/** Keeps what the console of a page calls an error, but for answers that refuse something; errors of scripts, breaches of the policy. */
export function keepComplaints(page: Page, complaints: string[]): void {
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message: ConsoleMessage) => {
    // The frame of a mail has no scripts, and takes none of Playwright's either, which set its clock.
    const isExpected =
      /^(Failed to load resource|Blocked script execution in '[^']*\/dev\/mail\/[^']*')/.test(
        message.text(),
      );
    if (message.type() === "error" && !isExpected) complaints.push(message.text());
  });
}
