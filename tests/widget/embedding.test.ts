// The widget among strangers: pages that it must not disturb, and that must not disturb it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Locator } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import { book, type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { type Api, client } from "../support/world.ts";
import { CHROMIUM, focusedIn, type Stage, stage } from "./support/stage.ts";
import { ANSWERS, NOW, QUESTIONS } from "./support/states.ts";

const SLOW = 300_000;
const CYCLES = 100;

describe.skipIf(CHROMIUM === undefined)("on a page of somebody else's the widget", () => {
  let scene: Stage;
  let host: Host;
  let api: Api;
  beforeAll(async () => {
    scene = await stage();
    scene.world.setNow(NOW);
    api = client(scene.world);
  }, SLOW);
  beforeEach(async () => {
    host = await makeHost(scene.world, { zone: "Europe/Berlin", name: "Ada Lovelace" });
  });
  afterAll(async () => {
    await scene?.close();
    expect(scene?.complaints).toEqual([]);
  }, SLOW);

  async function typeOf(settings: object = {}): Promise<MeetingType> {
    const type = await makeMeetingType(scene.world, host, {
      horizon: { kind: "rolling", days: 60 },
    });
    const path = `/meeting-types/${type.id}`;
    const { status } = await api("PATCH", path, { token: host.token, body: settings });
    expect(status).toBe(200);
    return type;
  }
  const tag = ({ slug }: MeetingType, attributes = "") =>
    `<kalends-booking host="${host.username}" type="${slug}" ${attributes}></kalends-booking>`;
  const timeOf = (widget: Locator, name: string | RegExp) =>
    widget.getByRole("button", { name }).first();
  const bookingsOf = ({ id }: MeetingType) =>
    scene.world.db.run(
      `select b.id, b.status, a.answers, b.notes, a.name, a.email from bookings b join attendees a on a.booking_id = b.id
       where b.meeting_type_id = $1 order by a.id`,
      [id],
    );

  test(
    "asks for the type and its times side by side, and for nothing else before they are shown",
    async () => {
      const type = await typeOf();
      const page = await scene.show("");
      const asked: string[] = [];
      const both = Promise.withResolvers<void>();
      const shown = Promise.withResolvers<void>();
      // Neither is answered before the other one is asked for, and nothing else before there are times.
      await page.route("**/api/v1/**", async (route) => {
        const isFirst = asked.push(new URL(route.request().url()).pathname) <= 2;
        if (asked.length === 2) both.resolve();
        await (isFirst ? both : shown).promise;
        await route.continue();
      });
      const preflights = scene.preflights.length;
      await page.evaluate((html) => {
        document.body.innerHTML = html;
      }, tag(type));
      await timeOf(page.locator("kalends-booking"), "09:00").waitFor();
      shown.resolve();
      const path = `/api/v1/users/${host.username}/${type.slug}`;
      expect(asked.slice(0, 2).sort()).toEqual([path, `${path}/slots`]);
      expect(scene.preflights.slice(preflights).filter((each) => each.startsWith(path))).toEqual(
        [],
      );
      await page.unrouteAll({ behavior: "wait" });
      await page.context().close();
    },
    SLOW,
  );

  test(
    "opens by its badge, books without a mouse, and gives the focus back",
    async () => {
      const type = await typeOf();
      const page = await scene.show(`<h1>Acme</h1>${tag(type, 'mode="badge" label="Meet us"')}`);
      const widget = page.locator("kalends-booking");
      await widget.getByRole("button", { name: "Meet us" }).waitFor();
      await page.keyboard.press("Tab");
      expect(await focusedIn(page)).toBe("Meet us");
      await page.keyboard.press("Enter");
      await timeOf(widget, "09:00").waitFor();
      // Round and round: whatever has the focus is the dialog's or the browser's own.
      for (let i = 0; i < 30 && (await focusedIn(page)) !== "09:00"; i += 1)
        await page.keyboard.press("Tab");
      expect(await focusedIn(page)).toBe("09:00");
      await page.keyboard.press("Enter");
      await eventually(async () => expect(await focusedIn(page)).toBe("Your details"));
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.type("Grace Hopper");
      await page.keyboard.press("Tab");
      await page.keyboard.type("grace@example.com");
      await page.keyboard.press("Enter");
      await eventually(async () => expect(await focusedIn(page)).toBe("You’re booked"));
      await page.keyboard.press("Escape");
      await eventually(async () => expect(await focusedIn(page)).toBe("Meet us"));
      expect(await bookingsOf(type)).toHaveLength(1);
      await page.context().close();
    },
    SLOW,
  );

  test(
    "fills in what the page, its address and its script know, and leaves what was typed",
    async () => {
      const type = await typeOf({ questions: QUESTIONS });
      const page = await scene.show(
        tag(type, 'name="By Attribute" email="attribute@example.com" date="2026-11-25"'),
        { search: "?kalends-notes=By+address&kalends-email=address@example.com" },
      );
      const widget = page.locator("kalends-booking");
      await widget.getByRole("heading", { name: "Wednesday, 25 November 2026" }).waitFor();
      await widget.evaluate((element, answers) => {
        Object.assign(element, { prefill: { name: "By Script", answers } });
      }, ANSWERS);
      await timeOf(widget, "09:00").click();
      expect(await widget.getByLabel("Name").inputValue()).toBe("By Script");
      await widget.getByLabel("Anything we should know?").fill("Typed");
      await widget.getByRole("button", { name: "Change" }).click();
      await timeOf(widget, "09:30").click();
      await widget.getByRole("button", { name: "Book this time" }).click();
      await widget.getByRole("heading", { name: "You’re booked" }).waitFor();
      const [booked] = await bookingsOf(type);
      expect(booked).toMatchObject({
        name: "By Script",
        email: "attribute@example.com",
        notes: "Typed",
      });
      expect(JSON.stringify(booked?.["answers"])).toContain("Eckert–Mauchly");
      await page.context().close();
    },
    SLOW,
  );

  test(
    "stands beside another one, and neither knows of the other",
    async () => {
      const [one, two] = [await typeOf({ title: "First" }), await typeOf({ title: "Second" })];
      const page = await scene.show(tag(one, 'lang="de"') + tag(two));
      const [first, second] = [
        page.locator("kalends-booking").nth(0),
        page.locator("kalends-booking").nth(1),
      ];
      await timeOf(first, "14:00").click();
      await first.getByLabel("Name").fill("Grace Hopper");
      await timeOf(second, "15:00").click();
      expect(await second.getByLabel("Name").inputValue()).toBe("");
      await first.getByRole("heading", { name: "Ihre Angaben" }).waitFor();
      await second.getByLabel("Name").fill("Howard Aiken");
      await second.getByLabel("Email").fill("howard@example.com");
      await second.getByRole("button", { name: "Book this time" }).click();
      await second.getByRole("heading", { name: "You’re booked" }).waitFor();
      expect(await first.getByLabel("Name").inputValue()).toBe("Grace Hopper");
      expect([await bookingsOf(one), await bookingsOf(two)].map(({ length }) => length)).toEqual([
        0, 1,
      ]);
      await page.context().close();
    },
    SLOW,
  );

  test(
    "moves and cancels a booking by its link on a phone, and leaves nothing with the browser",
    async () => {
      const type = await typeOf();
      const made = (await book(api, type, "2026-11-26T14:00:00Z")).body;
      const token = new URL(made.cancelUrl).searchParams.get("token");
      const page = await scene.show(
        `<kalends-booking booking="${made.booking.id}" token="${token}"></kalends-booking>`,
        { viewport: { width: 320, height: 640 }, hasTouch: true },
      );
      const widget = page.locator("kalends-booking");
      await widget.getByRole("button", { name: "Reschedule" }).tap();
      await widget.getByRole("button", { name: /^Friday, 27 November 2026, / }).tap();
      await timeOf(widget, "11:00").tap();
      await widget.getByRole("button", { name: "Move it here" }).tap();
      await widget.getByRole("heading", { name: "Your booking has moved" }).waitFor();
      await widget.getByRole("button", { name: "Cancel booking" }).tap();
      await widget.getByRole("button", { name: "Yes, cancel it" }).tap();
      await widget.getByRole("heading", { name: "Your booking is cancelled" }).waitFor();
      const [booked] = await bookingsOf(type);
      expect(booked?.["status"]).toBe("CANCELLED");
      expect(await page.context().cookies()).toEqual([]);
      expect(
        await page.evaluate(async () => [
          localStorage.length,
          sessionStorage.length,
          (await indexedDB.databases()).length,
        ]),
      ).toEqual([0, 0, 0]);
      await page.context().close();
    },
    SLOW,
  );

  test(
    "goes without a trace, however often it comes and is moved",
    async () => {
      const type = await typeOf();
      const page = await scene.show('<div id="a"></div><div id="b"></div>');
      const session = await page.context().newCDPSession(page);
      await session.send("Performance.enable");
      const cycle = (times: number) =>
        page.evaluate(
          async ([html, n]) => {
            const [a, b] = [document.querySelector("#a")!, document.querySelector("#b")!];
            for (let i = 0; i < n; i += 1) {
              a.innerHTML = html;
              const element = a.firstElementChild!;
              await new Promise((resolve) => element.addEventListener("ready", resolve));
              b.append(element);
              element.shadowRoot!.querySelector<HTMLElement>(".time")!.click();
              element.remove();
              await new Promise((resolve) => setTimeout(resolve));
            }
          },
          [tag(type), times] as const,
        );
      const left = async () => {
        for (let i = 0; i < 3; i += 1) await session.send("HeapProfiler.collectGarbage");
        const { metrics } = await session.send("Performance.getMetrics");
        const of = (name: string) => metrics.find((each) => each.name === name)?.value ?? 0;
        return {
          nodes: of("Nodes"),
          listeners: of("JSEventListeners"),
          bytes: of("JSHeapUsedSize"),
        };
      };
      await cycle(5);
      const before = await left();
      await cycle(CYCLES);
      // What was under way when the last one went ends a moment later.
      await eventually(async () => {
        const after = await left();
        expect(after.nodes - before.nodes).toBeLessThan(CYCLES);
        expect(after.listeners - before.listeners).toBeLessThan(CYCLES / 4);
        // A widget's state and times alone are some 50 kB.
        expect(after.bytes - before.bytes).toBeLessThan(CYCLES * 10_000);
      });
      await eventually(async () =>
        expect(
          await scene.world.db.run("select from reservations where host_id = $1", [host.id]),
        ).toEqual([]),
      );
      await page.context().close();
    },
    SLOW,
  );
});
