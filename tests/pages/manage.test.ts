import { describe, expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { browser, hiddenOf, linksOf, type Seen, wordsOf } from "./browser.ts";

const world = await testWorld();
const web = browser(world);
const START = "2026-11-24T10:00:00Z";

async function booked(guest: object = {}, notifications = {}) {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { title: "Tea <b>& talk</b>", notifications });
  const { body } = await book(client(world), type, START, { guest });
  const id: string = body.booking.id;
  const token = new URL(body.icsUrl).searchParams.get("token")!;
  return { id, token, type, host, path: `/b/${id}`, query: `token=${token}` };
}

const stateOf = async (id: string) =>
  (
    await world.db.run(
      "select status, lower(during)::text as start, version, cancel_reason from bookings where id = $1",
      [id],
    )
  )[0]!;

describe("/b/:id", () => {
  test("shows the booking to whoever has its link", async () => {
    const { path, query } = await booked();
    const page = await web.get(`${path}?${query}`);
    expect(page.status).toBe(200);
    expect(page.html).toContain("Tea &lt;b&gt;&amp; talk&lt;/b&gt;");
    expect(linksOf(page)).toContain(`${path}/reschedule?${query}`);
    expect(linksOf(page)).toContain(`${path}/cancel?${query}`);
    expect(linksOf(page).some((link) => link.includes("/calendar.ics?token="))).toBe(true);
  });

  test("claims by an old address nothing that is no longer so", async () => {
    const { path, query, token } = await booked();
    expect(wordsOf(await web.get(`${path}?${query}&done=booked`))).toContain("It is booked.");
    const early = await web.get(`${path}?${query}&done=cancelled`);
    expect(wordsOf(early)).not.toContain("is cancelled");
    await web.post(`${path}/cancel`, { token });
    const late = await web.get(`${path}?${query}&done=booked`);
    expect(wordsOf(late)).not.toContain("It is booked.");
  });

  test("promises a mail only where the meeting type sends one", async () => {
    const one = await booked();
    expect(wordsOf(await web.get(`${one.path}?${one.query}&done=booked`))).toContain("A mail with");
    const quiet = await booked({}, { confirmation: false });
    const page = await web.get(`${quiet.path}?${quiet.query}&done=booked`);
    expect(wordsOf(page)).toContain("It is booked.");
    expect(wordsOf(page)).not.toContain("A mail with");
  });

  test("is never cached and never tells its address to others", async () => {
    const { path, query } = await booked();
    for (const page of ["", "/cancel", "/reschedule"].map((end) =>
      web.get(`${path}${end}?${query}`),
    )) {
      expect((await page).headers.get("referrer-policy")).toBe("no-referrer");
      expect((await page).headers.get("cache-control")).toBe("no-store");
    }
  });

  test("helps whoever has a wrong link, without telling whether the booking exists", async () => {
    const one = await booked();
    const other = await booked();
    const wrong = [
      `${one.path}`,
      `${one.path}?token=`,
      `${one.path}?token=${one.token.slice(0, -1)}`,
      `${one.path}?token=${other.token}`,
      `${one.path}/cancel?token=${other.token}`,
      `${one.path}/reschedule?token=${other.token}&start=${START}`,
      `/b/0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e?token=${one.token}`,
      `/b/not-an-id?token=${one.token}`,
    ];
    const pages = await Promise.all(wrong.map((path) => web.get(path)));
    expect(new Set(pages.map(({ html }) => html)).size).toBe(1);
    expect(pages.map(({ status }) => status)).toEqual(wrong.map(() => 404));
    expect(wordsOf(pages[0]!)).toContain("This link does not open a booking");
    for (const end of ["cancel", "reschedule"])
      expect(
        (await web.post(`${one.path}/${end}`, { token: other.token, start: START })).status,
      ).toBe(404);
    expect(await stateOf(one.id)).toMatchObject({ status: "CONFIRMED", version: 1 });
  });

  test("changes nothing by GET, whatever the address says", async () => {
    const { id, path, query } = await booked();
    const before = await stateOf(id);
    for (const end of ["", "/cancel", "/reschedule"])
      await web.get(`${path}${end}?${query}&start=2026-11-24T12:00:00Z&reason=x&done=cancelled`);
    expect(await stateOf(id)).toEqual(before);
  });

  test("cancels by its form, with the reason, and then only shows", async () => {
    const { id, path, query, token, type, host } = await booked();
    const form = await web.get(`${path}/cancel?${query}`);
    const done = await web.post(`${path}/cancel`, {
      ...hiddenOf(form),
      reason: "I am\r\n<i>ill</i>",
    });
    expect(done.status).toBe(303);
    expect(await stateOf(id)).toMatchObject({
      status: "CANCELLED",
      cancelReason: "I am\n<i>ill</i>",
    });
    const page = await web.get(done.location!);
    expect(wordsOf(page)).toContain("The booking is cancelled.");
    expect(page.html).toContain("&lt;i&gt;ill&lt;/i&gt;");
    expect(linksOf(page)).toContain(`/${host.username}/${type.slug}`);
    for (const end of ["", "/cancel", "/reschedule"])
      expect(isClosed(await web.get(`${path}${end}?${query}`))).toBe(true);
    const again = await web.post(`${path}/cancel`, { token });
    expect(again.status).toBe(303);
    const moved = await web.post(`${path}/reschedule`, { token, start: "2026-11-25T10:00:00Z" });
    expect(isClosed(await web.get(moved.location!))).toBe(true);
  });

  test("refuses a reason that is too long, and keeps it", async () => {
    const { id, path, token } = await booked();
    const refused = await web.post(`${path}/cancel`, { token, reason: `${"y".repeat(1001)}` });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain("y".repeat(1001));
    expect(await stateOf(id)).toMatchObject({ status: "CONFIRMED" });
  });

  test("moves to a free time after asking", async () => {
    const { id, path, query } = await booked({ timeZone: "Asia/Tokyo" });
    const picker = await web.get(`${path}/reschedule?${query}&date=2026-11-25`);
    const time = linksOf(picker).find((link) => link.includes("start=2026-11-25T14%3A00%3A00Z"))!;
    const question = await web.get(time);
    expect(wordsOf(question)).toContain("Wednesday, 25 November 2026 23:00 – 23:30");
    const done = await web.post(`${path}/reschedule`, hiddenOf(question));
    expect(done.status).toBe(303);
    expect(await stateOf(id)).toMatchObject({ start: "2026-11-25 14:00:00+00", version: 2 });
    expect(wordsOf(await web.get(done.location!))).toContain("The booking has a new time.");
  });

  test("says why it could not move, shows other times, and the booking stays", async () => {
    const { id, path, token, type } = await booked();
    await book(client(world), type, "2026-11-24T12:00:00Z");
    const taken = await web.post(`${path}/reschedule`, { token, start: "2026-11-24T12:00:00Z" });
    expect(taken.status).toBe(409);
    expect(wordsOf(taken)).toContain("The booking was not moved.");
    expect(linksOf(taken).some((link) => link.includes("start=2026-11-24T12%3A30%3A00Z"))).toBe(
      true,
    );
    const past = await web.post(`${path}/reschedule`, { token, start: "2026-11-20T12:00:00Z" });
    expect(past.status).toBe(422);
    expect(wordsOf(past)).toContain("This time is past.");
    expect(await stateOf(id)).toMatchObject({ start: "2026-11-24 10:00:00+00", version: 1 });
  });

  test("offers its own time's neighbours: its own time does not stand in the way", async () => {
    const { path, query } = await booked();
    const page = await web.get(`${path}/reschedule?${query}&date=2026-11-24`);
    expect(linksOf(page).some((link) => link.includes("start=2026-11-24T10%3A00%3A00Z"))).toBe(
      true,
    );
  });
});

const isClosed = (page: Seen): boolean =>
  wordsOf(page).includes("This booking is cancelled") && !page.html.includes("<form");

describe("a meeting that has begun", () => {
  test("can no longer be changed by its guest", async () => {
    const late = await testWorld();
    const there = browser(late);
    const host = await makeHost(late);
    const type = await makeMeetingType(late, host);
    const { body } = await book(client(late), type, START);
    const token = new URL(body.icsUrl).searchParams.get("token")!;
    late.setNow("2026-11-24T10:05:00Z");
    for (const end of ["", "/cancel", "/reschedule"]) {
      const page = await there.get(`/b/${body.booking.id}${end}?token=${token}`);
      expect(wordsOf(page)).toContain("This meeting has begun or is over");
      expect(page.html).not.toContain("<form");
    }
    const done = await there.post(`/b/${body.booking.id}/cancel`, { token });
    expect(done.location).not.toContain("done=");
  });
});
