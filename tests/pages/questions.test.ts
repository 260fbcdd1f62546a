// The booking form with a host's questions, and the rules of his meeting type on the pages.
import { expect, test } from "bun:test";
import type { Question } from "../../src/bookings/answers.ts";
import { asking, asks } from "../bookings/support/asking.ts";
import { book } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { browser, hiddenOf, linksOf, wordsOf } from "./browser.ts";

const world = await testWorld();
const web = browser(world);
const api = client(world);
const AT = "2026-11-23T10:00:00Z";
const GRACE = { name: "Grace Hopper", email: "grace@example.com" };
const OPTIONS = ["Sales", "Help & <advice>"];
const QUESTIONS: Question[] = [
  { id: "company", label: "Your <company>", type: "text", required: true, maxLength: 50 },
  { id: "story", label: "Your story", type: "longText" },
  { id: "phone", label: "Your phone", type: "phone" },
  { id: "mail", label: "Another mail", type: "email" },
  { id: "site", label: "Your site", type: "url" },
  { id: "people", label: "How many?", type: "number" },
  { id: "topic", label: "Topic", type: "select", options: OPTIONS },
  { id: "topics", label: "Topics", type: "multiSelect", options: OPTIONS },
  { id: "terms", label: "Terms", type: "checkbox" },
  { id: "day", label: "Day", type: "date" },
];
const FILLED = {
  "q:company": "ACME",
  "q:story": "one\r\ntwo",
  "q:phone": "+1 202 555 0123",
  "q:mail": "g@example.com",
  "q:site": "https://example.com",
  "q:people": "12",
  "q:topic": "Sales",
  "q:topics:1": "yes",
  "q:terms": "yes",
  "q:day": "2026-12-01",
};

async function formOf(questions: Question[] = QUESTIONS, query = "") {
  const { host, type } = await asking(world, { questions });
  const path = `/${host.username}/${type.slug}`;
  const form = await web.get(`${path}?start=${AT}${query}`);
  return { host, type, path, form, hidden: hiddenOf(form) };
}

const bookingsOf = async (host: { token: string }) =>
  (await api("GET", "/bookings", { token: host.token })).body.data;

test("each question is a field of its kind", async () => {
  const { form } = await formOf();
  expect(form.html).toContain("Your &lt;company&gt;");
  for (const field of [
    '<input id="q:company" name="q:company" required maxlength="50"',
    '<textarea id="q:story" name="q:story" maxlength="5000"',
    '<input id="q:phone" name="q:phone" type="tel"',
    '<input id="q:mail" name="q:mail" type="email"',
    '<input id="q:site" name="q:site" type="url"',
    '<input id="q:people" name="q:people" type="number"',
    '<select id="q:topic" name="q:topic"',
    'name="q:topics:1"',
    'type="checkbox" id="q:terms" name="q:terms"',
    '<input id="q:day" name="q:day" type="date"',
  ])
    expect(form.html).toContain(field);
});

test("the form books with the answers and the guests, and the booking's page shows them", async () => {
  const { host, path, hidden } = await formOf();
  const guests = "mary@example.com, Dorothy@example.com\r\n";
  const done = await web.post(path, { ...hidden, ...GRACE, ...FILLED, guests });
  expect(done.status).toBe(303);
  const [booking] = await bookingsOf(host);
  const values = booking.answers.map(({ id, value }: { id: string; value: unknown }) => [
    id,
    value,
  ]);
  expect(Object.fromEntries(values)).toEqual({
    company: "ACME",
    story: "one\ntwo",
    phone: "+12025550123",
    mail: "g@example.com",
    site: "https://example.com",
    people: 12,
    topic: "Sales",
    topics: [OPTIONS[1]],
    terms: true,
    day: "2026-12-01",
  });
  const page = wordsOf(await web.get(done.location!));
  expect(page).toContain("Brings along mary@example.com Dorothy@example.com");
  expect(page).toContain("How many? 12");
  expect(page).toContain("Terms Yes");
  expect(page).toContain("Topics Help &amp; &lt;advice&gt;");
});

test("what is wrong is said beside its field, and everything typed is still there", async () => {
  const { host, path, hidden } = await formOf();
  const refused = await web.post(path, {
    ...hidden,
    ...GRACE,
    ...FILLED,
    "q:company": " ",
    "q:site": `javascript:"<x>`,
    "q:people": "many",
    guests: "mary@example.com\ngrace@example.com\nnobody",
  });
  expect(refused.status).toBe(422);
  const words = wordsOf(refused);
  expect(words).toContain("Your &lt;company&gt;: is missing.");
  expect(words).toContain("Your site: must be a web address such as https://example.com.");
  expect(words).toContain("How many?: must be a number.");
  expect(words).toContain("Whom you bring along: nobody must be a mail address.");
  expect(linksOf(refused)).toContain("#q:people");
  expect(refused.html).toContain('aria-invalid="true" aria-describedby="q:people-wrong"');
  for (const kept of [
    'value="many"',
    'value="javascript:&quot;&lt;x&gt;"',
    "\none\ntwo</textarea>",
    "<option selected>Sales</option>",
    'name="q:topics:1" value="yes" checked',
    'name="q:terms" value="yes" checked',
    'value="2026-12-01"',
    "\nmary@example.com\ngrace@example.com\nnobody</textarea>",
  ])
    expect(refused.html).toContain(kept);
  expect(refused.html).not.toContain('name="q:topics:0" value="yes" checked');
  expect(await bookingsOf(host)).toEqual([]);
  const own = await web.post(path, { ...hidden, ...GRACE, ...FILLED, guests: GRACE.email });
  expect(own.status).toBe(422);
  expect(wordsOf(own)).toContain("grace@example.com is the address of who books.");
});

test("a time that is gone keeps the answers in the form", async () => {
  const { type, path, hidden } = await formOf();
  await book(api, type, AT, { answers: { company: "Other" } });
  const refused = await web.post(path, { ...hidden, ...GRACE, ...FILLED });
  expect(refused.status).toBe(409);
  expect(refused.html).toContain('value="ACME"');
});

test("where a guest came from goes along from the first page to the booking, unseen", async () => {
  const { host, type } = await asking(world, { otherMinutes: [60] });
  const path = `/${host.username}/${type.slug}`;
  const utm = "utm_source=news%22%3E&utm_campaign=winter";
  const first = await web.get(`${path}?${utm}&utm_colour=red&utm_term=${"x".repeat(300)}`);
  const links = linksOf(first).filter((link) => link.startsWith(`${path}?`));
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect(link).toContain(utm);
  const time = links.find((link) => link.includes("start="))!;
  const form = await web.get(time);
  expect(linksOf(form).find((link) => link.includes("date="))).toContain(utm);
  const fields = { ...hiddenOf(form), utm_source: `news">`, ...GRACE };
  expect((await web.post(path, fields)).status).toBe(303);
  const [booking] = await bookingsOf(host);
  expect(booking.tracking).toEqual({
    utm_source: `news">`,
    utm_campaign: "winter",
    utm_term: `${"x".repeat(199)}…`,
  });
});

async function booked(policies: Parameters<typeof asks>[2]["policies"] = {}) {
  const { type } = await asking(world, { policies });
  const { body } = await book(api, type, AT);
  const token = new URL(body.icsUrl).searchParams.get("token")!;
  return { type, token, path: `/b/${body.booking.id}`, query: `token=${token}` };
}

test("what the rules no longer allow is not offered, and the page says why", async () => {
  const late = { cancelUntilMinutesBefore: 2880, rescheduleUntilMinutesBefore: 60 };
  const { path, query, token } = await booked(late);
  for (const end of ["", "/cancel"]) {
    const page = await web.get(`${path}${end}?${query}`);
    expect(page.html).not.toContain("Cancel booking");
    expect(page.html).not.toContain("Cancel the booking");
    expect(wordsOf(page)).toContain(
      "could be cancelled by its guest until Sat, 21 Nov 2026, 11:00 (Central European Time, UTC+01:00)",
    );
    expect(linksOf(page)).toContain(`${path}/reschedule?${query}`);
  }
  const forced = await web.post(`${path}/cancel`, { token });
  expect([forced.status, forced.location]).toEqual([303, `${path}?${query}`]);
  expect(wordsOf(await web.get(`${path}?${query}`))).toContain("Your booking");
  const other = await booked({ rescheduleUntilMinutesBefore: 2880 });
  for (const end of ["", "/reschedule", `/reschedule?start=${AT}`]) {
    const page = await web.get(`${other.path}${end}${end.includes("?") ? "&" : "?"}${other.query}`);
    expect(linksOf(page)).not.toContain(`${other.path}/reschedule?${other.query}`);
    expect(wordsOf(page)).toContain("could be moved by its guest until");
  }
  const start = "2026-11-23T12:00:00Z";
  const moved = await web.post(`${other.path}/reschedule`, { token: other.token, start });
  expect(moved.location).toBe(`${other.path}?${other.query}`);
});

test("where a reason is required the pages ask for it", async () => {
  const { path, query, token } = await booked({ reasonRequired: true });
  const start = "2026-11-23T12:00:00Z";
  const question = await web.get(`${path}/reschedule?${query}&start=${start}`);
  expect(question.html).toContain('<textarea id="reason" name="reason" maxlength="1000" required');
  for (const end of ["reschedule", "cancel"]) {
    const refused = await web.post(`${path}/${end}`, { token, start, reason: " " });
    expect(refused.status).toBe(422);
    expect(wordsOf(refused)).toContain("The reason is missing.");
  }
  const moved = await web.post(`${path}/reschedule`, { ...hiddenOf(question), reason: "Train" });
  expect(moved.location).toContain("done=moved");
  const form = await web.get(`${path}/cancel?${query}`);
  expect(wordsOf(form)).not.toContain("(optional)");
  const done = await web.post(`${path}/cancel`, { token, reason: "Ill" });
  expect(done.location).toContain("done=cancelled");
});

test("whom the host does not want reads a neutral page", async () => {
  const { host, path, hidden } = await formOf([]);
  const body = { pattern: "grace@example.com", reason: "Rude" };
  await api("POST", "/blocked-guests", { token: host.token, body });
  const refused = await web.post(path, { ...hidden, ...GRACE });
  expect(refused.status).toBe(422);
  expect(wordsOf(refused)).toContain("This host does not take this booking.");
  expect(refused.html).not.toContain("Rude");
});

test("a question that changes while the form is filled in is asked again", async () => {
  const { type, path, hidden } = await formOf([]);
  await asks(world, type, { questions: QUESTIONS.slice(0, 1) });
  const refused = await web.post(path, { ...hidden, ...GRACE });
  expect(refused.status).toBe(422);
  expect(wordsOf(refused)).toContain("Your &lt;company&gt;: is missing.");
});
