// The links of meetings that are made with an event, and when people read them.
import { beforeEach, describe, expect, test } from "bun:test";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises } from "../../src/outbox/queries.ts";
import { sendEmail } from "../../src/outbox/send-email.ts";
import { tokenOf } from "../bookings/support/guest.ts";
import { book, type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { KeptCalendar } from "./support/kept-calendar.ts";
import { connectCalendar, eventRow, mondayByTheRealClock, write } from "./support/writing.ts";

const base = await testWorld();
let calendar = new KeptCalendar();
const world = {
  ...base,
  get calendars() {
    return { google: calendar, microsoft: calendar, caldav: calendar };
  },
};
const api = client(world);
const HOURS = { hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }] };
const MEET = { conferences: ["google_meet"] };
let host: Host;
let type: MeetingType;

beforeEach(async () => {
  base.setNow("2026-11-22T10:00:00Z");
  await world.db.run("delete from outbox", []);
  calendar = new KeptCalendar();
  host = await makeHost(world, HOURS);
  type = await makeMeetingType(world, host, { locationType: "GOOGLE_MEET" });
});

const START = "2026-12-01T10:00:00Z";
async function booked(of: MeetingType = type, start = START) {
  const made = await book(api, of, start);
  expect(made.status).toBe(201);
  return { id: made.body.booking.id as string, token: tokenOf(made), ...made.body.booking };
}
const asHost = (method: string, path: string, body?: object) =>
  api(method, path, { token: host.token, ...(body && { body }) });

/** Sends the mails that are due. */
async function mail() {
  const due = await claimDuePromises(world.db, {
    queue: "emails",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 100,
  });
  for (const { id, attempts } of due) await sendEmail(world, { outboxId: id, attempt: attempts });
}
const mailsTo = async (recipient: string) =>
  (
    await world.db.run(
      `select m.subject, m.text, m.attachments, o.kind from mailbox m join outbox o on o.id = m.id
       where m.recipient like '%' || $1 || '%' and o.booking_id is not null order by m.created_at, m.id`,
      [recipient],
    )
  ).map(({ kind, text, attachments }) => ({
    kind: `${kind}`,
    text: `${text}`,
    ics: JSON.stringify(attachments),
  }));
const LINK = "https://meet.test/ev-";

describe("a meeting that its calendar makes at once", () => {
  test("is in the guest's only mail, in its invitation, and in the booking", async () => {
    await connectCalendar(world, host, MEET);
    const { id, version, sequence, token } = await booked();
    await mail();
    expect(await mailsTo("grace@example.com")).toEqual([]);
    await write(world);
    await mail();
    const mails = await mailsTo("grace@example.com");
    expect(mails).toMatchObject([{ kind: "BOOKING_CONFIRMATION" }]);
    expect(mails[0]?.text).toContain(LINK);
    const { body } = await api("GET", `/bookings/${id}?token=${token}`);
    expect(body.location).toMatchObject({
      type: "GOOGLE_MEET",
      url: expect.stringContaining(LINK),
    });
    expect(body).toMatchObject({ version, sequence });
    const file = await api("GET", `/bookings/${id}/calendar.ics?token=${token}`);
    expect(file.text.replace(/\r\n[\t ]/g, "")).toContain(`LOCATION:${LINK}`);
    expect(calendar.calls).toEqual(["write primary"]);
    expect((await asHost("GET", `/bookings/${id}`)).body.meetingLink).toBe("ready");
    base.setNow("2026-11-22T11:00:00Z");
    await write(world);
    await mail();
    expect(await mailsTo("grace@example.com")).toHaveLength(1);
  });

  test("does not make who read the booking before read it again", async () => {
    await connectCalendar(world, host, MEET);
    const { id, version, token } = await booked();
    await write(world);
    const moved = await api("PATCH", `/bookings/${id}/cancel`, {
      headers: { "x-booking-token": token, "if-match": `"v${version}"` },
      body: {},
    });
    expect(moved.status).toBe(200);
  });

  test("keeps its link when it moves, and gets another when it is restored", async () => {
    await connectCalendar(world, host, MEET);
    const { id } = await booked();
    await write(world);
    await mail();
    await asHost("PATCH", `/bookings/${id}/reschedule`, { start: "2026-12-02T10:00:00Z" });
    await mail();
    const mails = await mailsTo("grace@example.com");
    expect(mails.map(({ kind }) => kind)).toEqual(["BOOKING_CONFIRMATION", "BOOKING_RESCHEDULED"]);
    expect(mails[1]?.text).toContain(LINK);
    await write(world);
    await asHost("PATCH", `/bookings/${id}/cancel`, {});
    await write(world);
    expect((await asHost("GET", `/bookings/${id}`)).body.location.url).toBeNull();
    await asHost("PATCH", `/bookings/${id}/restore`, {});
    await mail();
    await write(world);
    await mail();
    const last = (await mailsTo("grace@example.com")).at(-1);
    expect(last).toMatchObject({ kind: "BOOKING_CONFIRMATION" });
    expect(last?.text).toContain(LINK);
  });
});

describe("a meeting that takes its time", () => {
  test("and is ready within a minute is waited for", async () => {
    await connectCalendar(world, host, MEET);
    calendar.pendingLooks = 2;
    const { id } = await booked();
    await write(world);
    expect(await eventRow(world, id, host.id)).toMatchObject({ meetingState: "pending" });
    await mail();
    expect((await asHost("GET", `/bookings/${id}`)).body.meetingLink).toBe("pending");
    for (const at of ["10:00:05", "10:00:15", "10:00:30"]) {
      base.setNow(`2026-11-22T${at}Z`);
      await write(world);
    }
    expect(calendar.calls).toEqual(["write primary", "read primary", "read primary"]);
    await mail();
    const mails = await mailsTo("grace@example.com");
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain(LINK);
  });

  test("and is not is told afterwards, by one more mail with the next sequence", async () => {
    await connectCalendar(world, host, MEET);
    calendar.pendingLooks = 3;
    const { id, version, sequence } = await booked();
    await write(world);
    base.setNow("2026-11-22T10:01:00Z");
    await mail();
    expect((await mailsTo("grace@example.com"))[0]?.text).toContain("The host sends you the link");
    expect((await mailsTo(host.email))[0]?.text).toContain("send your guest one");
    for (const at of ["10:01:10", "10:02:00", "10:03:00", "10:05:00"]) {
      base.setNow(`2026-11-22T${at}Z`);
      await write(world);
      await mail();
    }
    const mails = await mailsTo("grace@example.com");
    expect(mails.map(({ kind }) => kind)).toEqual(["BOOKING_CONFIRMATION", "BOOKING_LINK"]);
    expect(mails[1]?.text).toContain(LINK);
    const { body } = await asHost("GET", `/bookings/${id}`);
    expect(body).toMatchObject({ version, sequence: sequence + 1 });
    expect(mails[1]?.ics).toContain(`SEQUENCE:${sequence + 1}`);
  });

  test("and never ends is told to the host", async () => {
    await connectCalendar(world, host, MEET);
    calendar.pendingLooks = 1_000;
    const { id } = await booked();
    for (let i = 0; i < 25; i += 1) {
      await write(world);
      base.setNow(world.now().add({ minutes: 11 }).toString());
    }
    expect((await asHost("GET", `/bookings/${id}`)).body.meetingLink).toBe("missing");
    const { data } = (await asHost("GET", "/notifications")).body;
    expect(data.map((each: { title: string }) => each.title)).toContain("A meeting has no link");
  });

  test("keeps its reminders, whatever sequence it has by then", async () => {
    await connectCalendar(world, host, MEET);
    calendar.pendingLooks = 1;
    const reminded = await makeMeetingType(world, host, {
      locationType: "GOOGLE_MEET",
      reminders: [{ minutesBefore: 60, channel: "email", to: "guest" }],
    });
    const { id } = await booked(reminded);
    await write(world);
    base.setNow("2026-11-22T10:01:00Z");
    await mail();
    await write(world);
    const [{ sequence } = {}] = await world.db.run(
      "select sequence from outbox where booking_id = $1 and queue = 'reminders'",
      [id],
    );
    expect(sequence).toBe((await asHost("GET", `/bookings/${id}`)).body.sequence);
  });
});

describe("without a calendar that can make it", () => {
  test("the mails go at once, and host and guest read that there is no link yet", async () => {
    const { id } = await booked();
    await mail();
    expect((await mailsTo("grace@example.com"))[0]?.text).toContain("The host sends you the link");
    expect((await mailsTo(host.email))[0]?.text).toContain("send your guest one");
    expect((await asHost("GET", `/bookings/${id}`)).body.meetingLink).toBe("missing");
  });

  test("its host reads so at the settings of the type, until there is one", async () => {
    const warnings = async () => (await asHost("GET", `/meeting-types/${type.id}`)).body.warnings;
    expect(await warnings()).toEqual(["no_meeting_link"]);
    await connectCalendar(world, host, MEET);
    expect(await warnings()).toEqual([]);
    const zoomed = await makeMeetingType(world, host, { locationType: "ZOOM" });
    const { body } = await asHost("GET", `/meeting-types/${zoomed.id}`);
    expect(body.warnings).toEqual(["no_meeting_link"]);
  });

  test("nothing waits for a calendar that makes none of this kind", async () => {
    await connectCalendar(world, host);
    await booked();
    await mail();
    expect(await mailsTo("grace@example.com")).toHaveLength(1);
  });

  test("what its provider refuses holds nobody up", async () => {
    await connectCalendar(world, host, MEET);
    await booked();
    calendar.next.push({ kind: "refused" });
    await write(world);
    await mail();
    expect(await mailsTo("grace@example.com")).toHaveLength(1);
  });

  test("a link of the host's own is left alone", async () => {
    await connectCalendar(world, host, MEET);
    const own = await makeMeetingType(world, host, {
      locationType: "GOOGLE_MEET",
      locationDetails: "https://meet.google.com/my-own-room",
    });
    const { id } = await booked(own);
    await mail();
    await write(world);
    expect(calendar.events()[0]?.draft).toMatchObject({
      conference: null,
      location: "https://meet.google.com/my-own-room",
    });
    expect((await asHost("GET", `/bookings/${id}`)).body.meetingLink).toBe("ready");
  });
});

test("a meeting of several hosts is made once, and its link stands in the other calendars", async () => {
  const other = await makeHost(world, HOURS);
  await connectCalendar(world, host, { ...MEET, provider: "google" });
  await connectCalendar(world, other, { provider: "caldav", externalId: "others" });
  const team = await makeMeetingType(world, host, {
    locationType: "GOOGLE_MEET",
    groups: [{ hosts: [host, other] }],
  });
  await booked(team);
  await write(world);
  await write(world);
  expect(calendar.events("primary")[0]?.draft.conference).toBe("google_meet");
  const [others] = calendar.events("others");
  expect(others?.draft).toMatchObject({
    conference: null,
    location: expect.stringContaining(LINK),
  });
});

test("a meeting that is handed over gets another link, of which its guest reads once", async () => {
  const other = await makeHost(world, HOURS);
  await connectCalendar(world, host, MEET);
  await connectCalendar(world, other, { ...MEET, provider: "microsoft", externalId: "others" });
  const team = await makeMeetingType(world, host, {
    locationType: "GOOGLE_MEET",
    groups: [{ hosts: [host, other], required: 1 }],
  });
  const { id } = await booked(team);
  await write(world);
  await mail();
  const before = (await asHost("GET", `/bookings/${id}`)).body.location.url;
  expect((await asHost("PATCH", `/bookings/${id}/reassign`, {})).status).toBe(200);
  await mail();
  await write(world);
  await write(world);
  await mail();
  const mails = await mailsTo("grace@example.com");
  expect(mails.map(({ kind }) => kind)).toEqual(["BOOKING_CONFIRMATION", "BOOKING_REASSIGNED"]);
  expect(mails[1]?.text).toContain(LINK);
  expect(mails[1]?.text).not.toContain(before);
});

test("a calendar that is chosen later makes the meetings that lie ahead, and their guests get the link", async () => {
  // The choice knows no clock but the database's.
  await booked(type, mondayByTheRealClock(base));
  await mail();
  await connectCalendar(world, host, MEET);
  await world.db.run("update outbox set due_at = '2026-11-22' where done_at is null", []);
  await write(world);
  await mail();
  const mails = await mailsTo("grace@example.com");
  expect(mails.map(({ kind }) => kind)).toEqual(["BOOKING_CONFIRMATION", "BOOKING_LINK"]);
});

test("a link that an edit has lost comes back with the next look", async () => {
  await connectCalendar(world, host, MEET);
  const { id } = await booked();
  await write(world);
  await world.db.run(`update bookings set location = location || '{"url": null}' where id = $1`, [
    id,
  ]);
  await asHost("PATCH", `/bookings/${id}/host-notes`, { hostNotes: "x" });
  await write(world);
  expect((await asHost("GET", `/bookings/${id}`)).body.location.url).toContain(LINK);
});
