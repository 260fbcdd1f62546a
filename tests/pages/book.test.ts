import { describe, expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { browser, hiddenOf, linksOf, wordsOf } from "./browser.ts";

const world = await testWorld();
const web = browser(world);
const GRACE = { name: "Grace Hopper", email: "grace@example.com", notes: "Two questions" };

async function pageOf(given: Parameters<typeof makeMeetingType>[2] = {}, zone = "Europe/Berlin") {
  const host = await makeHost(world, { zone });
  const type = await makeMeetingType(world, host, given);
  return { host, type, path: `/${host.username}/${type.slug}` };
}

const bookingsOf = async (typeId: string) =>
  (
    await world.db.run("select count(*)::int as n from bookings where meeting_type_id = $1", [
      typeId,
    ])
  )[0]?.["n"];

describe("a host's page", () => {
  test("lists what may be booked, with links", async () => {
    const { host, path } = await pageOf({ title: "Tea & <b>talk</b>" });
    const page = await web.get(`/${host.username}`);
    expect(page.status).toBe(200);
    expect(linksOf(page)).toContain(path);
    expect(page.html).toContain("Tea &amp; &lt;b&gt;talk&lt;/b&gt;");
  });

  test("of nobody is a page that says so; for a program, a problem document", async () => {
    for (const path of ["/nobody", "/nobody/at-all", "/favicon.ico", "/%00/x"]) {
      const page = await web.get(path);
      expect(page.status).toBe(404);
      expect(page.html).toContain("There is nothing here");
      const problem = await web.get(path, "application/json");
      expect(problem.status).toBe(404);
      expect(problem.headers.get("content-type")).toContain("application/problem+json");
    }
  });
});

describe("a meeting type's page", () => {
  test("shows the first free day, told in the host's zone until the guest chooses one", async () => {
    const { path } = await pageOf();
    const page = await web.get(path);
    expect(wordsOf(page)).toContain("Monday, 23 November 2026");
    expect(wordsOf(page)).toContain("Times in Europe/Berlin 09:00 09:30");
    const tokyo = await web.get(`${path}?timeZone=asia/tokyo`);
    expect(wordsOf(tokyo)).toContain("Times in Asia/Tokyo 17:00 17:30");
  });

  test("goes to the month where the first free time is", async () => {
    const horizon = { kind: "range", from: "2027-01-27", until: "2027-02-28" };
    const { path } = await pageOf({ horizon });
    // 61 days ahead ends on the 22nd of January
    expect(wordsOf(await web.get(`${path}?month=2027-01`))).toContain("Wednesday, 27 January 2027");
    const none = await web.get(path);
    expect(wordsOf(none)).toContain("No free times in November 2026");
    expect(linksOf(none)).toContain(`${path}?month=2026-12`);
  });

  test("shows a month whole, also where the first look ends within it", async () => {
    const horizon = { kind: "range", from: "2027-01-20", until: "2027-02-28" };
    const { path } = await pageOf({ horizon });
    const page = await web.get(path);
    expect(wordsOf(page)).toContain("Wednesday, 20 January 2027");
    expect(linksOf(page)).toContain(`${path}?date=2027-01-29#times`);
  });

  test("keeps zone, duration and month through every link", async () => {
    const { path } = await pageOf({ otherMinutes: [60] });
    const page = await web.get(`${path}?timeZone=Asia%2FTokyo&duration=60&month=2026-12`);
    const days = linksOf(page).filter((link) => link.includes("date="));
    expect(days.length).toBeGreaterThan(20);
    for (const link of days)
      expect(link).toMatch(/duration=60&timeZone=Asia%2FTokyo&date=2026-12-/);
  });

  test.each([
    "month=2026-13",
    "month=0000-01",
    "month=2999-01",
    "date=2026-02-30",
    "date=1900-01-01",
    "timeZone=Mars%2FOlympus",
    "duration=-1",
    "duration=31",
    "start=yesterday",
    "start=2026-11-23T09:00:00",
    "month[]=1&month=2",
    "date=%00&duration=1e9",
  ])("answers the query %s with the free times", async (query) => {
    const { path } = await pageOf();
    const page = await web.get(`${path}?${query}`);
    expect(page.status).toBe(200);
    expect(page.html).toContain("Times in");
  });

  test("asks for a mobile number where SMS are told, and says what is wrong with one", async () => {
    const quiet = await pageOf();
    const plain = await web.get(
      linksOf(await web.get(quiet.path)).find((link) => link.includes("start="))!,
    );
    expect(plain.html).not.toContain('name="phone"');
    const { path, type } = await pageOf({ notifications: { sms: true } });
    const time = linksOf(await web.get(path)).find((link) => link.includes("start="))!;
    const form = await web.get(time);
    expect(wordsOf(form)).toContain("Get SMS too, at this mobile number");
    for (const phone of ["call me", "+1 (900) 555-0123"]) {
      const wrong = await web.post(path, { ...hiddenOf(form), ...GRACE, phone });
      expect(wrong.status).toBe(422);
      expect(wordsOf(wrong)).toContain("Your mobile number");
      expect(wrong.html).toContain(`value="${phone}"`);
    }
    const done = await web.post(path, { ...hiddenOf(form), ...GRACE, phone: "+1 (202) 555-0123" });
    expect(done.status).toBe(303);
    const [guest] = await world.db.run(
      "select a.phone, a.sms_opt_in from attendees a join bookings b on b.id = a.booking_id where b.meeting_type_id = $1",
      [type.id],
    );
    expect(guest).toMatchObject({ phone: "+12025550123", smsOptIn: true });
  });

  test("leads to a form and books by it; a reload of the answer books nothing", async () => {
    const { path, type } = await pageOf();
    const page = await web.get(`${path}?timeZone=America%2FVancouver`);
    const time = linksOf(page).find((link) => link.includes("start="))!;
    const form = await web.get(time);
    expect(wordsOf(form)).toContain("Monday, 23 November 2026 01:00 – 01:30");
    expect(await bookingsOf(type.id)).toBe(0);
    const done = await web.post(path, { ...hiddenOf(form), ...GRACE });
    expect(done.status).toBe(303);
    const booking = await web.get(done.location!);
    expect(wordsOf(booking)).toContain("It is booked.");
    expect(wordsOf(booking)).toContain("01:00 – 01:30 (Pacific Time, UTC−07:00)");
    expect(wordsOf(booking)).toContain("Two questions");
    expect(await bookingsOf(type.id)).toBe(1);
  });

  test("books once when the form is sent twice, also at the same time", async () => {
    const { path, type } = await pageOf();
    const fields = { ...hiddenOf(await web.get(`${path}?start=2026-11-23T10:00:00Z`)), ...GRACE };
    const answers = await Promise.all([1, 2, 3].map(() => web.post(path, fields)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1);
    expect(await bookingsOf(type.id)).toBe(1);
  });

  test("shows the nearest free times when the time was taken, and loses nothing typed", async () => {
    const { path, type } = await pageOf();
    const form = await web.get(`${path}?start=2026-11-23T10:00:00Z`);
    await book(client(world), type, "2026-11-23T10:00:00Z");
    const refused = await web.post(path, { ...hiddenOf(form), ...GRACE });
    expect(refused.status).toBe(409);
    expect(wordsOf(refused)).toContain("Somebody else has just taken this time.");
    for (const start of ["2026-11-23T09:30:00Z", "2026-11-23T10:30:00Z"])
      expect(refused.html).toContain(`name="start" value="${start}"`);
    for (const typed of Object.values(GRACE)) expect(refused.html).toContain(typed);
    const again = await web.post(path, {
      ...hiddenOf(refused),
      ...GRACE,
      start: "2026-11-23T10:30:00Z",
    });
    expect(again.status).toBe(303);
    expect(await bookingsOf(type.id)).toBe(2);
  });

  test("says why a time is not offered, and shows free ones", async () => {
    const { path } = await pageOf();
    const refused = await web.post(path, { start: "2026-11-22T03:00:00Z", ...GRACE });
    expect(refused.status).toBe(422);
    expect(wordsOf(refused)).toContain("This time is past.");
    expect(refused.html).toContain('name="start" value="2026-11-23T08:00:00Z"');
    expect(refused.html).toContain("grace@example.com");
  });

  test("says what is wrong with each field, beside it, and keeps what was typed", async () => {
    const { path, type } = await pageOf();
    const typed = { name: " ", email: `"><script>`, notes: "x".repeat(5001) };
    const refused = await web.post(path, { start: "2026-11-23T10:00:00Z", ...typed });
    expect(refused.status).toBe(422);
    expect(wordsOf(refused)).toContain("Your name is missing.");
    expect(wordsOf(refused)).toContain("Your mail address does not look like a mail address.");
    expect(wordsOf(refused)).toContain("Your notes must be plain text of at most 5000 characters.");
    expect(refused.html).toContain('aria-invalid="true" aria-describedby="email-wrong"');
    expect(refused.html).not.toContain("<script>");
    expect(refused.html).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(await bookingsOf(type.id)).toBe(0);
  });

  test("starts anew when a form comes without a time, and explains a form used twice", async () => {
    const { path } = await pageOf();
    expect((await web.post(path, GRACE)).location).toStartWith(path);
    const fields = { ...hiddenOf(await web.get(`${path}?start=2026-11-23T10:00:00Z`)), ...GRACE };
    expect((await web.post(path, fields)).status).toBe(303);
    const other = await web.post(path, { ...fields, start: "2026-11-23T12:00:00Z" });
    expect(other.status).toBe(422);
    expect(wordsOf(other)).toContain("A time was booked with this form already");
  });

  test("takes no booking for a type that is switched off", async () => {
    const { path } = await pageOf({ isActive: false });
    expect((await web.get(path)).status).toBe(404);
    expect((await web.post(path, { start: "2026-11-23T10:00:00Z", ...GRACE })).status).toBe(404);
  });
});
