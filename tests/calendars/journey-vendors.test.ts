// A host's calendar at Google and at Microsoft from his consent to his leave: the vendors' own clients, whole workers.
import { expect, test } from "bun:test";
import { listenTo } from "../support/event-stream.ts";
import { eventually } from "../support/eventually.ts";
import { book, makeMeetingType } from "../support/make.ts";
import { type ByOAuth, connectBy } from "./support/scene.ts";
import { openVendors, type Vendors } from "./support/vendors.ts";

const DAY = "2026-11-24";

async function settle(it: Vendors, by: ByOAuth, locationType: string) {
  const { api, host, house, world, url } = it;
  const type = await makeMeetingType(world, host, { locationType });
  await house.work();
  const integration = await connectBy(it, by);
  const path = `/meeting-types/${type.id}/slots`;
  const times = async (): Promise<string[]> => {
    const { body } = await api("GET", `${path}?from=${DAY}&until=${DAY}`);
    return body.days.flatMap(({ slots }: { slots: { start: string }[] }) =>
      slots.map(({ start }) => start.slice(11, 16)),
    );
  };
  /** What the guest was told, the oldest first: which mail, its words, and its invitation's. */
  const letters = async (bookingId: string) => {
    const rows = await world.db.run(
      `select o.kind, m.text, m.attachments from mailbox m join outbox o on o.id = m.id
       where o.booking_id = $1 and m.recipient like '%grace@example.com%' order by m.created_at, m.id`,
      [bookingId],
    );
    return rows.map(({ kind, text, attachments }) => ({
      kind: `${kind}`,
      text: `${text}`,
      invitation: (attachments as { content: string }[])
        .map(({ content }) => content)
        .join("")
        .replace(/\r\n[\t ]/g, ""),
    }));
  };
  const read = () =>
    eventually(async () => {
      const [row] = await world.db.run(
        `select every(c.synced_at is not null) and not exists (
           select from outbox where queue = 'calendar-sync' and kind = 'calendar.sync' and done_at is null) as is_read
         from calendars c where c.checks_conflicts`,
        [],
      );
      expect(row!["isRead"]).toBe(true);
    });
  /** Until no event is being written or looked at: what is put off is so by the clock as it stands now. */
  const rests = () =>
    eventually(async () => {
      const busy = await world.db.run(
        `select id from outbox where kind = 'calendar.write' and done_at is null
           and (taken_until is not null or due_at <= $1)`,
        [world.now() as never],
      );
      expect(busy).toEqual([]);
    });
  const shownBusy = async () =>
    (await world.db.run("select external_id from external_busy", [])).length;
  const stream = () => listenTo(`${url}/api/v1${path}/events`);
  const asHost = (method: string, at: string, body?: object) =>
    api(method, at, { token: host.token, ...(body && { body }) });
  return { type, integration, times, letters, read, rests, shownBusy, stream, asHost };
}

test("Google: pushed time is gone from slots and streams, a booking's letter waits for its Meet, leaving takes all away", async () => {
  await using it = await openVendors();
  const { atGoogle, google, api, pass, world } = it;
  const home = "ada@gmail.example";
  atGoogle.addCalendar(home, { primary: true, timeZone: "Europe/Berlin" });
  const { type, integration, times, letters, read, rests, shownBusy, stream, asHost } =
    await settle(it, "google", "GOOGLE_MEET");
  await eventually(() => expect(atGoogle.watching.channels.size).toBe(1));
  await read();
  const free = await times();
  expect(free).toContain("09:00");

  const open = await stream();
  const heard = open.hints();
  atGoogle.addEvent(home, {
    start: { dateTime: `${DAY}T09:00:00Z` },
    end: { dateTime: `${DAY}T09:30:00Z` },
  });
  await open.heard(heard + 1);
  await eventually(async () => expect(await times()).not.toContain("09:00"));
  open.leave();

  const made = await book(api, type, `${DAY}T11:00:00Z`);
  expect(made.status).toBe(201);
  const id: string = made.body.booking.id;
  const ours = () => atGoogle.events(home).filter(({ start }) => /T1[12]:/.test(start!.dateTime!));
  await eventually(() => expect(ours()).toHaveLength(1));
  await eventually(async () =>
    expect((await asHost("GET", `/bookings/${id}`)).body.meetingLink).toBe("pending"),
  );
  expect(ours()[0]!["attendees"]).toBeUndefined();
  pass({ seconds: 5 });
  await rests();
  expect(await letters(id)).toEqual([]);
  atGoogle.settleMeetings("success");
  pass({ seconds: 10 });
  const link = /https:\/\/meet\.google\.com\/[a-z-]+/;
  const [letter, ...more] = await eventually(async () => {
    const all = await letters(id);
    expect(all).not.toEqual([]);
    return all;
  });
  expect(more).toEqual([]);
  expect(letter).toMatchObject({
    kind: "BOOKING_CONFIRMATION",
    text: expect.stringMatching(link),
    invitation: expect.stringMatching(link),
  });
  expect((await asHost("GET", `/bookings/${id}`)).body).toMatchObject({
    meetingLink: "ready",
    location: { url: expect.stringMatching(link) },
    calendarEvents: [{ state: "written" }],
  });

  // What we wrote was pushed back to us, and is known for what it is.
  await atGoogle.watching.arrived();
  await read();
  expect(await shownBusy()).toBe(1);
  expect(await times()).toEqual(free.filter((time) => !["09:00", "11:00"].includes(time)));

  // Where the meeting takes longer than a minute the letter goes without it, and the link follows.
  const other = await book(api, type, `${DAY}T12:00:00Z`);
  const otherId: string = other.body.booking.id;
  await eventually(() => expect(ours()).toHaveLength(2));
  pass({ seconds: 61 });
  await eventually(async () => {
    const all = await letters(otherId);
    expect(all.map(({ kind }) => kind)).toEqual(["BOOKING_CONFIRMATION"]);
    expect(all[0]!.text).not.toMatch(link);
  });
  await rests();
  atGoogle.settleMeetings("success");
  pass({ minutes: 2 });
  await eventually(async () => {
    const all = await letters(otherId);
    expect(all.map(({ kind }) => kind)).toEqual(["BOOKING_CONFIRMATION", "BOOKING_LINK"]);
    expect(all[1]!.text).toMatch(link);
    expect(all[1]!.invitation).toMatch(link);
    expect(all[1]!.invitation).toContain("SEQUENCE:1");
  });

  await asHost("PATCH", `/bookings/${id}/cancel`, {});
  await asHost("PATCH", `/bookings/${otherId}/cancel`, {});
  await eventually(() => expect(ours()).toEqual([]));
  await eventually(async () =>
    expect(await times()).toEqual(free.filter((time) => time !== "09:00")),
  );

  const [refreshToken] = google.refreshTokens.keys();
  expect((await asHost("DELETE", `/calendar/integrations/${integration}`)).status).toBe(200);
  expect(await times()).toEqual(free);
  expect(await shownBusy()).toBe(0);
  await eventually(() => {
    expect(google.withdrawn).toEqual([refreshToken!]);
    expect(atGoogle.watching.channels.size).toBe(0);
  });
  expect(await world.db.run("select from calendar_connections", [])).toEqual([]);
});

test("Microsoft: a Teams meeting is in the only letter, a subscription that is taken away is made anew, tokens are renewed", async () => {
  await using it = await openVendors();
  const { atMicrosoft, microsoft, api, pass } = it;
  const home = atMicrosoft.addCalendar();
  const { type, integration, times, letters, read, shownBusy, stream, asHost } = await settle(
    it,
    "microsoft",
    "MICROSOFT_TEAMS",
  );
  await eventually(() => expect(atMicrosoft.subscriptions).toHaveLength(1));
  await read();
  const free = await times();
  const put = (hour: string) =>
    atMicrosoft.addEvent(home, { start: `${DAY}T${hour}:00:00Z`, end: `${DAY}T${hour}:30:00Z` });

  const open = await stream();
  const heard = open.hints();
  put("09");
  expect(await atMicrosoft.push()).toEqual([202]);
  await open.heard(heard + 1);
  await eventually(async () => expect(await times()).not.toContain("09:00"));
  open.leave();

  const made = await book(api, type, `${DAY}T11:00:00Z`);
  const id: string = made.body.booking.id;
  const link = /https:\/\/teams\.microsoft\.com\/l\/meetup-join\/\d+/;
  await eventually(async () => {
    expect(await letters(id)).toMatchObject([
      {
        kind: "BOOKING_CONFIRMATION",
        text: expect.stringMatching(link),
        invitation: expect.stringMatching(link),
      },
    ]);
  });
  expect(atMicrosoft.invited).toEqual([]);
  await atMicrosoft.push();
  await read();
  expect(await shownBusy()).toBe(1);
  expect(await times()).toEqual(free.filter((time) => !["09:00", "11:00"].includes(time)));

  // Graph takes the subscription away, and what happened meanwhile was never pushed.
  const [{ id: former } = { id: "" }] = atMicrosoft.subscriptions;
  put("13");
  expect(await atMicrosoft.sayLifecycle(former, "subscriptionRemoved")).toBe(202);
  await eventually(async () => expect(await times()).not.toContain("13:00"));
  await eventually(() => {
    expect(atMicrosoft.subscriptions).toHaveLength(1);
    expect(atMicrosoft.subscriptions[0]!.id).not.toBe(former);
  });

  // An hour later each token has ended; the refresh token is another one with each use.
  const before = [...microsoft.refreshTokens.keys()];
  atMicrosoft.tokens.clear();
  pass({ hours: 2 });
  put("14");
  await atMicrosoft.push();
  await eventually(async () => expect(await times()).not.toContain("14:00"));
  expect(microsoft.refreshTokens.size).toBe(before.length + 1);
  expect(before.map((token) => microsoft.refreshTokens.get(token))).toEqual([1]);

  const moved = await asHost("PATCH", `/bookings/${id}/reschedule`, { start: `${DAY}T15:00:00Z` });
  expect(moved.status).toBe(200);
  const ours = () => atMicrosoft.events.filter(({ joinUrl, isDeleted }) => joinUrl && !isDeleted);
  await eventually(() => expect(ours().map(({ start }) => start)).toEqual([`${DAY}T15:00:00Z`]));

  expect((await asHost("DELETE", `/calendar/integrations/${integration}`)).status).toBe(200);
  expect(await times()).toEqual(free.filter((time) => time !== "15:00"));
  await eventually(() => expect(atMicrosoft.subscriptions).toEqual([]));
});

test("Google lets us in no more: its host is told once, what is known still blocks, and bookings are written when he is back", async () => {
  await using it = await openVendors();
  const { atGoogle, google, api, pass, world, host } = it;
  const home = "ada@gmail.example";
  atGoogle.addCalendar(home, { primary: true, timeZone: "Europe/Berlin" });
  atGoogle.addEvent(home, {
    start: { dateTime: `${DAY}T09:00:00Z` },
    end: { dateTime: `${DAY}T09:30:00Z` },
  });
  const { type, integration, times, read, asHost } = await settle(it, "google", "IN_PERSON");
  await read();
  const free = await times();
  expect(free).not.toContain("09:00");

  // He withdraws it at Google; what we hold ends with the hour.
  google.refreshTokens.clear();
  atGoogle.tokens.clear();
  pass({ hours: 5 });
  const health = async () => (await asHost("GET", "/calendar/integrations")).body.data[0].health;
  await eventually(async () => expect(await health()).toBe("needs_reauth"));
  expect(await times()).toEqual(free);
  const asked = google.asked.get("/token");
  const made = await book(api, type, `${DAY}T11:00:00Z`);
  expect(made.status).toBe(201);
  const taken = await book(api, type, `${DAY}T09:00:00Z`);
  expect([taken.status, taken.body.code]).toEqual([409, "slot_taken"]);
  // Hours later nobody has asked again, and he has one letter.
  const letters = () =>
    world.db.run(
      `select m.text from mailbox m join outbox o on o.id = m.id where o.kind = 'CALENDAR_NEEDS_REAUTH' and o.user_id = $1`,
      [host.id],
    );
  await eventually(async () => expect(await letters()).toHaveLength(1));
  pass({ hours: 6 });
  await read();
  await eventually(async () => {
    const [row] = await world.db.run(
      "select attempts, taken_until from outbox where kind = 'calendar.write' and done_at is null",
      [],
    );
    expect(row).toMatchObject({ takenUntil: null });
    expect(Number(row!["attempts"])).toBeGreaterThan(0);
  });
  expect(google.asked.get("/token")).toBe(asked);
  expect(await letters()).toHaveLength(1);

  expect(await connectBy(it, "google")).toBe(integration);
  const ours = () => atGoogle.events(home).filter(({ start }) => /T11:/.test(start!.dateTime!));
  await eventually(() => expect(ours()).toHaveLength(1));
  await eventually(async () => expect(await health()).toBe("ok"));
});
