// The main job, end to end, against real processes: what a newcomer does in his first minutes.
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type House, run, runShell, startHouse } from "./journey/house.ts";
import { CHROMIUM, chooseTime, followMail, openMail, visit } from "./journey/visitor.ts";

test("the demo plays the whole journey under the default limits", async () => {
  await using house = await startHouse();
  const { code, output } = await run(["scripts/demo.ts", "--url", house.url]);
  expect(code, output).toBe(0);
  expect(output).toContain("All as promised: 14 steps");
  for (const line of [
    /POST \/api\/v1\/auth\/register → 201/,
    /New booking: Alan Turing booked Intro call: /,
    /POST \/api\/v1\/bookings → 409/,
    /slot_taken/,
    /METHOD:REQUEST {2}SEQUENCE:0/,
    /METHOD:REQUEST {2}SEQUENCE:1/,
    /METHOD:CANCEL {2}SEQUENCE:2/,
    /GET \/api\/v1\/auth\/verify → 401/,
  ])
    expect(output).toMatch(line);
  // No colours in a pipe, and no whole token anywhere.
  expect(output).not.toContain("\x1b");
  expect(output).not.toMatch(/eyJ[\w-]{20}/);
});

test("with no worker the host is told at once in the app, and the demo says what is missing", async () => {
  await using house = await startHouse({ worker: false });
  const { code, output } = await run(["scripts/demo.ts", "--url", house.url, "--patience", "1"]);
  expect(output).toMatch(
    /GET \/api\/v1\/notifications\/unread → 200.*\n.*New booking: Alan Turing booked Intro call: /,
  );
  expect(output).toContain("No mail to alan-");
  expect(output).toContain("The worker sends the mails: does it run?");
  expect(code).toBe(1);
});

test("the demo says how to start Kalends where nothing runs", async () => {
  const { code, output } = await run(["scripts/demo.ts", "--url", "http://127.0.0.1:9"]);
  expect(output).toContain("Nothing answers at http://127.0.0.1:9.");
  expect(output).toContain("npx bun start");
  expect(code).toBe(1);
});

test("docs/first-booking.md works, command by command", async () => {
  await using house = await startHouse({ settings: BUSY });
  const text = readFileSync(join(import.meta.dir, "../docs/first-booking.md"), "utf8");
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, lines]) => lines);
  expect(blocks.length).toBeGreaterThan(10);
  const lines = blocks.join("\n").replaceAll("http://localhost:3000", house.url);
  const { code, output } = await runShell(lines);
  expect(code, output).toBe(0);
  const statuses = output.match(/^\d{3}$/gm);
  expect(statuses?.join(" ")).toBe("201 201 201 200 200 201 201 200 409 200 200 200 200 401");
  expect(output).toContain("METHOD:REQUEST");
  expect(output).toContain("METHOD:CANCEL");
});

test("the seed makes a demo host once, whoever asks how often", async () => {
  await using house = await startHouse({ worker: false });
  const runs = [await Promise.all([seed(house), seed(house)]), [await seed(house)]].flat();
  for (const { code, output } of runs) {
    expect(code, output).toBe(0);
    expect(output.trim().split("\n").at(-1)).toBe("/ada/intro");
  }
  expect(runs.filter(({ output }) => output.includes("Made a demo host"))).toHaveLength(1);
  expect(runs.at(-1)?.output).not.toContain("Made");
  const card = await fetch(`${house.url}/api/v1/users/ada`);
  expect(await card.json()).toMatchObject({
    name: "Ada Lovelace",
    timeZone: "Europe/Berlin",
    meetingTypes: [{ slug: "intro" }, { slug: "consultation" }, { slug: "workshop" }],
  });
});

test("the seed refuses production unless told twice", async () => {
  const { code, output } = await run(["scripts/seed.ts"], { NODE_ENV: "production" });
  expect(output).toContain("This is production");
  expect(code).toBe(1);
});

if (!CHROMIUM)
  test.skip("the journey in a browser: there is no Chromium on this machine", () => {});

const withBrowser = CHROMIUM ? test.each([true, false]) : test.skip.each([true, false]);

withBrowser(
  "a guest books, moves and cancels in a browser (JavaScript: %p)",
  async (javaScript) => {
    await using house = await startHouse({ settings: BUSY });
    expect((await seed(house)).code).toBe(0);
    await using visitor = await visit(house.url, { javaScript });
    const { page, complaints } = visitor;
    const to = "grace@example.com";

    await page.goto("/ada/intro");
    if (javaScript) await page.waitForURL(/timeZone=America/);
    else {
      await page.getByLabel("Time zone").selectOption("America/New_York");
      await page.getByRole("button", { name: "Show" }).click();
    }
    await chooseTime(page, 0);
    expect(await page.locator("main").textContent()).toContain("Eastern Time");
    await page.getByLabel("Your name").fill("Grace Hopper");
    await page.getByLabel("Your mail address").fill(to);
    await page.getByLabel("What should Ada Lovelace know?").fill("About the compiler");
    await page.getByRole("button", { name: "Book this time" }).click();
    await expectNotice(page, "It is booked.");
    const booked = page.url();

    const mine = await followMail(visitor, {
      to,
      about: /^Confirmed: Intro call with Ada/,
      link: "See or change the booking",
    });
    expect(new URL(mine.url()).pathname).toBe(new URL(booked).pathname);
    await mine.getByRole("link", { name: "Choose another time" }).click();
    await chooseTime(mine, 1);
    await mine.getByRole("button", { name: "Move the booking" }).click();
    await expectNotice(mine, "The booking has a new time.");

    const moved = await followMail(visitor, {
      to,
      about: /^New time: Intro call with Ada/,
      link: "Cancel",
    });
    await moved.getByLabel(/A word for Ada/).fill("The compiler is done");
    await moved.getByRole("button", { name: "Cancel the booking" }).click();
    await expectNotice(moved, "The booking is cancelled.");
    await moved.reload();
    expect(await moved.locator("main").textContent()).toContain("The compiler is done");

    await openMail(page, to, /^Cancelled: Intro call with Ada/);
    await page.getByText("Look into it").click();
    expect(await page.locator("main").textContent()).toContain("METHOD:CANCEL");
    expect(complaints).toEqual([]);
  },
);

/** One guest after another does what many would: the limits are not what is tested here. */
const BUSY = { RATE_LIMIT_PER_MINUTE: "0", EMAIL_RATE_LIMIT: "1000" };

const seed = ({ env }: House) => run(["scripts/seed.ts"], env);

async function expectNotice(
  page: { getByRole: (role: "status") => { textContent: () => Promise<string | null> } },
  words: string,
): Promise<void> {
  expect(await page.getByRole("status").textContent()).toContain(words);
}
