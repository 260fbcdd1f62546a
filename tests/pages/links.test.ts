// A booking link on the pages: it is carried to the form, and its own duration counts.
import { expect, test } from "bun:test";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { browser, hiddenOf, linksOf, wordsOf } from "./browser.ts";

const world = await testWorld();
const api = client(world);
const web = browser(world);
const GRACE = { name: "Grace Hopper", email: "grace@example.com", notes: "" };

async function setUp(body: object = {}, given: Parameters<typeof makeMeetingType>[2] = {}) {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, given);
  const { token } = host;
  const made = await api("POST", `/meeting-types/${type.id}/links`, { token, body });
  const url: string = made.body.url.replace("http://kalends.test", "");
  return { host, type, url, link: made.body.id as string, path: url.split("?")[0]! };
}
const ofType = (links: string[], path: string) =>
  links.filter((each) => each.startsWith(`${path}?`));

test("every step of the page keeps the link, up to the booking that uses it up", async () => {
  const { url, link, path } = await setUp({ durationMinutes: 45 }, { otherMinutes: [60] });
  const page = await web.get(url);
  expect(wordsOf(page)).toContain("45 min");
  expect(wordsOf(page)).not.toContain("1 hour");
  const steps = ofType(linksOf(page), path);
  expect(steps.length).toBeGreaterThan(5);
  expect(steps.filter((each) => !each.includes(`link=${link}`))).toEqual([]);
  const start = steps.find((each) => each.includes("start=2026-11-23T09%3A45"));
  const form = await web.get(start!);
  expect(ofType(linksOf(form), path).every((each) => each.includes(`link=${link}`))).toBe(true);
  const fields = { ...hiddenOf(form), ...GRACE };
  expect(fields).toMatchObject({ link, duration: "45" });
  const done = await web.post(path, fields);
  expect(done.status).toBe(303);
  expect(wordsOf(await web.get(done.location!))).toContain("09:45 – 10:30");
  // Sent again, the form leads to the same booking, though the link has nothing left.
  expect((await web.post(path, fields)).location).toBe(done.location);
  const over = await web.get(url);
  expect(over.status).toBe(409);
  expect(wordsOf(over)).toContain("This link can no longer be booked by.");
});

test("durations to choose from keep the link", async () => {
  const { url, link, path } = await setUp({}, { otherMinutes: [60] });
  const pills = ofType(linksOf(await web.get(url)), path).filter((each) =>
    /duration=60/.test(each),
  );
  expect(pills.length).toBeGreaterThan(0);
  expect(pills.every((each) => each.includes(`link=${link}`))).toBe(true);
});

test("a taken time keeps the link among its alternatives", async () => {
  const { url, link, path } = await setUp();
  const form = await web.get(`${url}&start=2026-11-23T10:00:00Z`);
  const rival = await web.get(`${path}?start=2026-11-23T10:00:00Z`);
  await web.post(path, { ...hiddenOf(rival), ...GRACE });
  const refused = await web.post(path, { ...hiddenOf(form), ...GRACE });
  expect(refused.status).toBe(409);
  expect(hiddenOf(refused)["link"]).toBe(link);
  const again = { ...hiddenOf(refused), ...GRACE, start: "2026-11-23T10:30:00Z" };
  expect((await web.post(path, again)).status).toBe(303);
  expect((await web.get(url)).status).toBe(409);
});

test("a form without a time leads back with the link", async () => {
  const { link, path } = await setUp();
  expect((await web.post(path, { ...GRACE, link })).location).toContain(`link=${link}`);
});

test.each(["nonsense", "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e"])(
  "a link that is none (%s) is a page that says so",
  async (link) => {
    const { path } = await setUp();
    for (const answer of [
      await web.get(`${path}?link=${link}`),
      await web.post(path, { ...GRACE, link, start: "2026-11-23T10:00:00Z" }),
    ]) {
      expect(answer.status).toBe(409);
      expect(wordsOf(answer)).toContain("This link can no longer be booked by.");
    }
  },
);
