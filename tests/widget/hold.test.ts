// The chosen time is kept for its guest, and never in his own way.
import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import { type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { late } from "./support/late.ts";
import { CHROMIUM, focusedIn, stage } from "./support/stage.ts";

const NOW = "2026-11-23T07:30:00Z";
const MONDAY = "2026-11-23";

describe.skipIf(CHROMIUM === undefined)("the time that a guest chose in the widget", async () => {
  if (CHROMIUM === undefined) return;
  const scene = await stage();
  const { world } = scene;
  world.setNow(NOW);
  let host: Host;
  let type: MeetingType;
  let page: Page;
  let widget: Locator;
  beforeEach(async () => {
    host = await makeHost(world, { zone: "Europe/Berlin", name: "Ada Lovelace" });
    type = await makeMeetingType(world, host, { horizon: { kind: "rolling", days: 60 } });
    page = await scene.show(
      `<kalends-booking host="${host.username}" type="${type.slug}"></kalends-booking>`,
    );
    widget = page.locator("kalends-booking");
  });
  afterEach(() => page.context().close());
  afterAll(async () => {
    await scene.close();
    expect(scene.complaints).toEqual([]);
  });

  const press = (name: string) => widget.getByRole("button", { name }).first().click();
  const isKept = () => widget.getByText("This time is kept for you").waitFor();
  const isBooked = () => widget.getByRole("heading", { name: "You’re booked" }).waitFor();

  async function fillIn(): Promise<void> {
    await widget.getByLabel("Name").fill("Grace Hopper");
    await widget.getByLabel("Email").fill("grace@example.com");
  }

  const holds = () =>
    world.db.run("select 1 from reservations where hold_id is not null and host_id = $1", [
      host.id,
    ]);
  const areHeld = async (count: number) =>
    eventually(async () => expect(await holds()).toHaveLength(count));

  test("is waited for where one is quicker, and is not in one's own way", async () => {
    const hold = await late(page, "answer", "POST", "**/holds");
    await press("13:00");
    await fillIn();
    await areHeld(1);
    await press("Book this time");
    await widget.getByRole("button", { name: "Booking…" }).waitFor();
    hold.go();
    await isBooked();
  });

  test("is the one that was chosen last, however late the first is kept", async () => {
    const hold = await late(page, "answer", "POST", "**/holds");
    await press("13:00");
    await areHeld(1);
    await press("Change");
    await press("13:30");
    await fillIn();
    await press("Book this time");
    await widget.getByRole("button", { name: "Booking…" }).waitFor();
    hold.go();
    await isBooked();
    await areHeld(0);
  });

  test("stays kept for who changes it while the first is still asked for", async () => {
    const hold = await late(page, "answer", "POST", "**/holds");
    await press("13:00");
    await areHeld(1);
    await press("Change");
    await press("13:30");
    hold.go();
    await isKept();
    await areHeld(1);
    await fillIn();
    await press("Book this time");
    await isBooked();
  });

  test("can be given back and chosen again at once", async () => {
    await press("13:00");
    await isKept();
    const giving = await late(page, "request", "DELETE", "**/holds/*");
    await press("Change");
    await eventually(() => expect(giving.asked).toHaveLength(1));
    await press("13:00");
    await fillIn();
    await press("Book this time");
    await widget.getByRole("button", { name: "Booking…" }).waitFor();
    giving.go();
    await isBooked();
  });

  test("is booked although its guest goes on typing", async () => {
    const booking = await late(page, "request", "POST", "**/api/v1/bookings");
    const hold = await late(page, "answer", "POST", "**/holds");
    hold.go();
    await press("13:00");
    await isKept();
    await fillIn();
    await press("Book this time");
    await eventually(() => expect(booking.asked).toHaveLength(1));
    await widget.getByLabel("Anything we should know?").pressSequentially("Thanks!");
    booking.go();
    await isBooked();
    expect(hold.asked).toHaveLength(1);
  });

  test.each([
    ["the request", "request"],
    ["the answer", "answer"],
  ] as const)("is booked once although %s got lost, and its guest types", async (_, lost) => {
    const hold = await late(page, "answer", "POST", "**/holds");
    hold.go();
    await press("13:00");
    await isKept();
    await fillIn();
    const booking = await late(page, lost, "POST", "**/api/v1/bookings");
    booking.fail();
    await press("Book this time");
    await widget.getByText("The connection failed").waitFor();
    const notes = widget.getByLabel("Anything we should know?");
    await notes.pressSequentially("?");
    await notes.press("Backspace");
    await press("Book this time");
    await isBooked();
    expect(hold.asked).toHaveLength(1);
    expect(
      await world.db.run("select 1 from bookings where meeting_type_id = $1", [type.id]),
    ).toHaveLength(1);
  });

  test("is booked by who looked at the others after a request that got lost", async () => {
    await press("13:00");
    await isKept();
    await fillIn();
    const booking = await late(page, "request", "POST", "**/api/v1/bookings");
    booking.fail();
    await press("Book this time");
    await widget.getByText("The connection failed").waitFor();
    await press("Change");
    await press("13:00");
    await isKept();
    await press("Book this time");
    await isBooked();
  });

  test("is booked once by who comes back to the page after the answer got lost", async () => {
    await press("13:00");
    await isKept();
    await fillIn();
    const booking = await late(page, "answer", "POST", "**/api/v1/bookings");
    booking.fail();
    await press("Book this time");
    await widget.getByText("The connection failed").waitFor();
    const given = page.waitForResponse((answer) => answer.request().method() === "DELETE");
    await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    });
    await given;
    await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    });
    await press("Book this time");
    await isBooked();
    expect(
      await world.db.run("select 1 from bookings where meeting_type_id = $1", [type.id]),
    ).toHaveLength(1);
  });

  test("is kept again for who comes back to the page", async () => {
    await press("13:00");
    await isKept();
    await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    });
    await areHeld(0);
    await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    });
    await isKept();
    await areHeld(1);
  });

  test("can be chosen again where giving it back failed", async () => {
    await press("13:00");
    await isKept();
    const giving = await late(page, "request", "DELETE", "**/holds/*");
    giving.fail();
    await press("Change");
    await eventually(() => expect(giving.asked).toHaveLength(1));
    await press("13:00");
    await isKept();
    await areHeld(1);
    await fillIn();
    await press("Book this time");
    await isBooked();
  });

  test("is not left while its booking is under way", async () => {
    const booking = await late(page, "request", "POST", "**/api/v1/bookings");
    await press("13:00");
    await isKept();
    await fillIn();
    await press("Book this time");
    await eventually(() => expect(booking.asked).toHaveLength(1));
    await widget.getByRole("button", { name: "Change" }).dispatchEvent("click");
    await areHeld(1);
    const other = widget.getByRole("button", { name: "13:30" });
    if (await other.count()) {
      await other.click();
      await isKept();
    }
    booking.go();
    await isBooked();
    await areHeld(0);
  });

  test("comes back as it was left, with the focus on it", async () => {
    await press("13:30");
    await isKept();
    // What the hold changes is heard of; to others this time is taken.
    const refreshed = page.waitForResponse(/slots\?.*holdId=/);
    await client(world)("POST", `/meeting-types/${type.id}/holds`, {
      body: { start: `${MONDAY}T10:00:00Z` },
    });
    await refreshed;
    await press("Change");
    await eventually(async () => expect(await focusedIn(page)).toBe("13:30"));
  });
});
