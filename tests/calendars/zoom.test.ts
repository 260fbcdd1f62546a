// Meetings at Zoom, made by promises like calendar events are.
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { writeEvent } from "../../src/calendars/write.ts";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises } from "../../src/outbox/queries.ts";
import { sendEmail } from "../../src/outbox/send-email.ts";
import { book, type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { openZoom } from "../support/zoom.ts";
import { KeptCalendar } from "./support/kept-calendar.ts";
import { claimWrites, connectCalendar, promisesOf, write } from "./support/writing.ts";

const zoom = await openZoom();
afterAll(() => zoom[Symbol.asyncDispose]());
const base = await testWorld(zoom.env);
const HOURS = { hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }] };
const START = "2026-12-01T10:00:00Z";
let world = base;
let api = client(world);
let host: Host;
let type: MeetingType;

beforeEach(async () => {
  // Tokens are kept by world.
  world = { ...base };
  api = client(world);
  base.setNow("2026-11-22T10:00:00Z");
  await world.db.run("delete from outbox", []);
  zoom.meetings.clear();
  zoom.heard.length = 0;
  zoom.next.length = 0;
  zoom.users.length = 0;
  zoom.state.isListed = true;
  host = await makeHost(world, HOURS);
  type = await makeMeetingType(world, host, { locationType: "ZOOM" });
});

async function booked(start = START) {
  const made = await book(api, type, start);
  expect(made.status).toBe(201);
  return made.body.booking as { id: string; version: number };
}
const asHost = (method: string, path: string, body?: object) =>
  api(method, path, { token: host.token, ...(body && { body }) });
const location = async (id: string) => (await asHost("GET", `/bookings/${id}`)).body.location;
async function mail() {
  const due = await claimDuePromises(world.db, {
    queue: "emails",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 100,
  });
  for (const each of due) await sendEmail(world, { outboxId: each.id, attempt: each.attempts });
}
const guestsMails = async () =>
  (
    await world.db.run(
      `select m.text from mailbox m join outbox o on o.id = m.id
       where m.recipient like '%grace@example.com%' and o.booking_id is not null order by m.created_at`,
      [],
    )
  ).map(({ text }) => `${text}`);

describe("a booking by Zoom", () => {
  test("gets a meeting, whose link and password the guest's only mail has", async () => {
    const { id } = await booked();
    await mail();
    expect(await guestsMails()).toEqual([]);
    await write(world);
    const [meeting] = [...zoom.meetings.values()];
    expect(meeting).toMatchObject({
      user: "me",
      topic: "Intro call: Ada Lovelace – Grace Hopper",
      start_time: START,
      duration: 30,
    });
    expect(await location(id)).toMatchObject({
      type: "ZOOM",
      url: `https://zoom.test/j/${meeting?.id}?pwd=${meeting?.password}`,
      meetingId: `${meeting?.id}`,
      password: meeting?.password,
    });
    await mail();
    const mails = await guestsMails();
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain(`https://zoom.test/j/${meeting?.id}`);
    expect(mails[0]).toContain(`${meeting?.password}`);
    expect(mails[0]).not.toContain("the-hosts-own-key");
    expect(await promisesOf(world, id)).toMatchObject([
      { outcome: "done", channel: "calendar", provider: "zoom", providerId: `${meeting?.id}` },
    ]);
  });

  test("is made in the host's own account, where he has one", async () => {
    zoom.users.push(host.email);
    await booked();
    await write(world);
    expect([...zoom.meetings.values()]).toMatchObject([{ user: host.email }]);
  });

  test("moves its meeting, which keeps its link, and takes it away when it is off", async () => {
    const { id } = await booked();
    await write(world);
    const { url } = await location(id);
    await asHost("PATCH", `/bookings/${id}/reschedule`, { start: "2026-12-02T10:00:00Z" });
    await write(world);
    expect([...zoom.meetings.values()]).toMatchObject([{ start_time: "2026-12-02T10:00:00Z" }]);
    expect((await location(id)).url).toBe(url);
    await asHost("PATCH", `/bookings/${id}/cancel`, {});
    await write(world);
    expect(zoom.meetings.size).toBe(0);
    expect((await location(id)).url).toBeNull();
    await asHost("PATCH", `/bookings/${id}/restore`, {});
    await write(world);
    expect(zoom.meetings.size).toBe(1);
    expect((await location(id)).url).toContain(`${[...zoom.meetings.keys()][0]}`);
  });

  test("is not written again where nothing of it has changed", async () => {
    const { id } = await booked();
    await write(world);
    await asHost("PATCH", `/bookings/${id}`, { notes: "New" });
    await write(world);
    expect(zoom.asked()).toEqual([
      `POST /v2/users/${encodeURIComponent(host.email)}/meetings`,
      "POST /v2/users/me/meetings",
    ]);
  });

  test("loses its meeting where it takes place elsewhere", async () => {
    const { id } = await booked();
    await write(world);
    await asHost("PATCH", `/bookings/${id}`, { location: { type: "PHONE", details: "+49 30 1" } });
    await write(world);
    expect(zoom.meetings.size).toBe(0);
    expect(await location(id)).toMatchObject({ type: "PHONE", details: "+49 30 1" });
  });

  test("gets another meeting where somebody has deleted it at Zoom", async () => {
    const { id } = await booked();
    await write(world);
    await mail();
    zoom.meetings.clear();
    await asHost("PATCH", `/bookings/${id}/reschedule`, { start: "2026-12-02T10:00:00Z" });
    await write(world);
    expect(zoom.meetings.size).toBe(1);
    expect((await location(id)).meetingId).toBe(`${[...zoom.meetings.keys()][0]}`);
  });

  test("has its link in the host's calendar", async () => {
    const calendar = new KeptCalendar();
    const there = { ...world, calendars: { google: calendar } };
    await connectCalendar(world, host);
    await booked();
    await write(there);
    await write(there);
    expect(calendar.events()[0]?.draft.location).toContain("https://zoom.test/j/");
  });
});

describe("Zoom", () => {
  test("that is throttled is asked again when it wants to be", async () => {
    const { id } = await booked();
    zoom.next.push(
      { status: 200, body: { access_token: "token x", expires_in: 3599 } },
      { status: 429, body: { code: 429, message: "Too many" }, headers: { "retry-after": "7" } },
    );
    await write(world);
    expect(`${(await promisesOf(world, id))[0]?.["dueAt"]}`).toBe("2026-11-22T10:00:07Z");
    base.setNow("2026-11-22T10:00:07Z");
    await write(world);
    expect(zoom.meetings.size).toBe(1);
  });

  test("whose day is used up names the instant at which the next begins", async () => {
    const { id } = await booked();
    zoom.next.push(
      { status: 200, body: { access_token: "token x", expires_in: 3599 } },
      {
        status: 429,
        body: { code: 429, message: "You have reached the daily limit" },
        headers: { "retry-after": "2026-11-23T00:00:00Z", "x-ratelimit-type": "Daily-limit" },
      },
    );
    await write(world);
    expect(`${(await promisesOf(world, id))[0]?.["dueAt"]}`).toBe("2026-11-23T00:00:00Z");
    await mail();
    expect(await guestsMails()).toEqual([]);
    base.setNow("2026-11-22T10:01:00Z");
    await mail();
    expect(await guestsMails()).toHaveLength(1);
    base.setNow("2026-11-23T00:00:00Z");
    await write(world);
    await mail();
    expect(await guestsMails()).toHaveLength(2);
  });

  test("whose token has expired gets another one, once", async () => {
    await booked();
    await write(world);
    zoom.state.live = "another";
    await booked("2026-12-02T10:00:00Z");
    await write(world);
    expect(zoom.meetings.size).toBe(2);
    expect(zoom.heard.filter(({ path }) => path.startsWith("/oauth"))).toHaveLength(2);
  });

  test.each(["taken, then cut", "cut"] as const)(
    "that did not answer (%s) is asked what it has before it is asked again",
    async (reply) => {
      zoom.users.push(host.email);
      const { id } = await booked();
      zoom.next.push({ status: 200, body: { access_token: "token x", expires_in: 3599 } });
      zoom.state.live = "token x";
      zoom.next.push(reply);
      await write(world);
      expect((await promisesOf(world, id))[0]).toMatchObject({ outcome: null });
      for (const at of ["10:00:10", "10:00:40", "10:01:10", "10:03:30"]) {
        base.setNow(`2026-11-22T${at}Z`);
        await write(world);
      }
      expect(zoom.meetings.size).toBe(1);
      expect(await location(id)).toMatchObject({
        meetingId: `${[...zoom.meetings.keys()][0]}`,
        password: expect.any(String),
      });
    },
  );

  test("may have more meetings than a page", async () => {
    zoom.users.push(host.email);
    zoom.state.pageSize = 2;
    for (let day = 2; day < 7; day += 1) await booked(`2026-12-0${day}T10:00:00Z`);
    await write(world);
    const { id } = await booked();
    zoom.next.push("taken, then cut");
    await write(world);
    base.setNow("2026-11-22T10:02:00Z");
    await write(world);
    expect(zoom.meetings.size).toBe(6);
    expect((await promisesOf(world, id))[0]).toMatchObject({ outcome: "done" });
  });

  test("that refuses the meeting has failed, and the host is told", async () => {
    await booked();
    zoom.users.push(host.email);
    zoom.next.push(
      { status: 200, body: { access_token: "token x", expires_in: 3599 } },
      { status: 400, body: { code: 300, message: "Invalid field." } },
    );
    await write(world);
    const { data } = (await asHost("GET", "/notifications")).body;
    expect(data[0]).toMatchObject({
      type: "CALENDAR_EVENT_FAILED",
      title: "A meeting has no link",
    });
    await mail();
    expect(await guestsMails()).toHaveLength(1);
  });

  test("that is not configured makes nobody wait", async () => {
    const without = { ...world, config: { ...world.config } };
    delete (without.config as { ZOOM_ACCOUNT_ID?: string }).ZOOM_ACCOUNT_ID;
    const { id } = await booked();
    for (const job of await claimWrites(world)) await writeEvent(without, job);
    await mail();
    expect((await guestsMails())[0]).toContain("The host sends you the link");
    expect((await asHost("GET", `/bookings/${id}`)).body.meetingLink).toBe("missing");
    expect(zoom.heard).toEqual([]);
  });

  test("that fails with a 500 may have made it, and is looked at first", async () => {
    zoom.users.push(host.email);
    await booked();
    zoom.state.live = "token x";
    zoom.next.push(
      { status: 200, body: { access_token: "token x", expires_in: 3599 } },
      { status: 500, body: { code: 500, message: "Internal" } },
    );
    await write(world);
    for (const at of ["10:01:10", "10:03:30"]) {
      base.setNow(`2026-11-22T${at}Z`);
      await write(world);
    }
    expect(zoom.meetings.size).toBe(1);
    expect(zoom.asked().filter((each) => each.startsWith("GET"))).toHaveLength(1);
  });
});
