// Feeds: one's bookings for calendars that subscribe, read here by parsers of others.
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import ICAL from "ical.js";
import { all, only, readStrictly, textOf } from "../messages/strict-ics.ts";
import { listening } from "../support/http.ts";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, NOW, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

async function makeFeed(host: Host, name = "Phone") {
  const answer = await api("POST", "/calendar/feeds", { token: host.token, body: { name } });
  expect(answer.status).toBe(201);
  const url = new URL(answer.body.url);
  return { id: answer.body.id as string, path: url.pathname, body: answer.body };
}
const read = (path: string, headers: Record<string, string> = {}) => api("GET", path, { headers });

/** Strictly, by property of each meeting. */
const meetings = (text: string) =>
  readStrictly(text).components.map((event) => ({
    event,
    uid: only(event, "UID").value,
    sequence: Number(only(event, "SEQUENCE").value),
    status: only(event, "STATUS").value,
    start: only(event, "DTSTART").value,
    end: only(event, "DTEND").value,
    summary: textOf(only(event, "SUMMARY")),
  }));

async function busyHost() {
  const host = await makeHost(world, { name: "Ada Lovelace" });
  const type = await makeMeetingType(world, host, { title: 'Größe, Maß; & "mehr"' });
  return { host, type };
}

test("the address of a feed is shown once, and the database knows its hash only", async () => {
  const { host } = await busyHost();
  const { id, path, body } = await makeFeed(host);
  const token = /\/api\/v1\/feeds\/([\w-]{43})\.ics$/.exec(path)?.[1] ?? "none";
  expect(body.lastReadAt).toBeNull();
  for (const shown of ["/calendar/feeds", `/calendar/feeds/${id}`]) {
    const answer = await api("GET", shown, { token: host.token });
    expect([answer.status, answer.text.includes(token), answer.text.includes(id)]).toEqual([
      200,
      false,
      true,
    ]);
  }
  const stored = await world.db.run(
    "select f::text as text, encode(token_hash, 'hex') as hash from calendar_feeds f where id = $1",
    [id],
  );
  expect(stored[0]?.["text"]).not.toContain(token);
  expect(stored[0]?.["hash"]).toBe(new Bun.CryptoHasher("sha256").update(token).digest("hex"));
});

test("its meetings are those of the invitations: the same UIDs, times and sequences", async () => {
  const { host, type } = await busyHost();
  const { path } = await makeFeed(host);
  const made = await book(api, type, "2026-11-24T09:00:00Z", { notes: "Bring\ncoffee" });
  const id = made.body.booking.id;
  await api("PATCH", `/bookings/${id}/reschedule`, {
    token: host.token,
    body: { start: "2026-11-24T11:00:00Z" },
  });
  const mine = await api("POST", "/bookings", {
    token: host.token,
    body: { title: "Dentist", start: "2026-11-25T09:00:00Z", end: "2026-11-25T10:00:00Z" },
  });
  const feed = await read(path);
  expect(feed.status).toBe(200);
  expect(feed.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
  const calendar = readStrictly(feed.text);
  expect(all(calendar, "METHOD")).toEqual([]);
  expect(textOf(only(calendar, "X-WR-CALNAME"))).toBe("Phone");
  expect(only(calendar, "REFRESH-INTERVAL")).toMatchObject({
    parameters: { VALUE: "DURATION" },
    value: "PT1H",
  });
  expect(only(calendar, "X-PUBLISHED-TTL").value).toBe("PT1H");
  for (const each of [id, mine.body.booking.id]) {
    const file = await api("GET", `/bookings/${each}/calendar.ics`, { token: host.token });
    const [invited] = meetings(file.text);
    const shown = meetings(feed.text).find(({ uid }) => uid === invited?.uid);
    const { event: _, ...plain } = invited!;
    expect(shown).toMatchObject(plain);
    expect(only(shown!.event, "DTSTAMP")).toEqual(only(invited!.event, "DTSTAMP"));
    expect(shown?.event.components).toEqual([]);
  }
  expect(
    meetings(feed.text).map(({ sequence, start, status }) => [sequence, start, status]),
  ).toEqual([
    [1, "20261124T110000Z", "CONFIRMED"],
    [0, "20261125T090000Z", "CONFIRMED"],
  ]);
});

describe("is read as it is meant by", () => {
  const prepared = (async () => {
    const { host, type } = await busyHost();
    for (const hour of ["09", "10", "11"])
      await book(api, type, `2026-11-24T${hour}:00:00Z`, {
        guest: { name: `Grace "${hour}" Hopper, ñ 😀`, email: `g${hour}@example.com` },
      });
    const { path } = await makeFeed(
      host,
      "Ada; Arbeit, 😀 und ein langer Name, der nicht in eine Zeile passt, weil er so lang ist",
    );
    return (await read(path)).text;
  })();
  const wanted = ["2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"].map(
    (each) => Temporal.Instant.from(each).epochMilliseconds / 1000,
  );

  test("ical.js", async () => {
    const calendar = new ICAL.Component(ICAL.parse(await prepared));
    const events = calendar.getAllSubcomponents("vevent").map((each) => new ICAL.Event(each));
    expect(events.map(({ startDate }) => startDate.toUnixTime())).toEqual(wanted);
    expect(events[0]?.summary).toContain('Größe, Maß; & "mehr"');
    expect(events[0]?.summary).toContain("ñ 😀");
  });

  const PROGRAM = `
import icalendar, json, sys
calendar = icalendar.Calendar.from_ical(sys.stdin.read())
for part in calendar.walk():
    if part.errors: raise ValueError(part.errors)
print(json.dumps([[e["DTSTART"].dt.timestamp(), e["SUMMARY"], e["STATUS"]] for e in calendar.walk("VEVENT")]))`;
  const PYTHON = "/usr/bin/python3";
  const has = spawnSync(PYTHON, ["-c", "import icalendar"], { stdio: "ignore" }).status === 0;
  (has ? test : test.skip)(
    `python3-icalendar${has ? "" : ": skipped, it is not installed"}`,
    async () => {
      const { status, stdout, stderr } = spawnSync(PYTHON, ["-c", PROGRAM], {
        input: await prepared,
        encoding: "utf8",
      });
      expect([status, stderr]).toEqual([0, ""]);
      const events = JSON.parse(stdout) as [number, string, string][];
      expect(events.map(([start]) => start)).toEqual(wanted);
      expect(events[0]?.[1]).toContain('Größe, Maß; & "mehr"');
      expect(new Set(events.map(([, , state]) => state))).toEqual(new Set(["CONFIRMED"]));
    },
  );
});

test("what is called off stays as cancelled for thirty days, what is past for ninety", async () => {
  const { host, type } = await busyHost();
  const { path } = await makeFeed(host);
  const made = await book(api, type, "2026-11-24T09:00:00Z");
  await book(api, type, "2026-11-25T09:00:00Z");
  await api("PATCH", `/bookings/${made.body.booking.id}/cancel`, { token: host.token, body: {} });
  const states = async () =>
    meetings((await read(path)).text).map(({ status, start }) => [status, start]);
  expect(await states()).toEqual([
    ["CANCELLED", "20261124T090000Z"],
    ["CONFIRMED", "20261125T090000Z"],
  ]);
  // A trigger touches bookings by the database's clock; in this transaction there is none.
  await world.db.run(
    `with quiet as materialized (select set_config('session_replication_role', 'replica', true))
     update bookings set updated_at = $2 from quiet where id = $1`,
    [made.body.booking.id, NOW.toString()],
  );
  expect(await states()).toHaveLength(2);
  world.setNow(NOW.add({ hours: 24 * 31 }).toString());
  expect(await states()).toEqual([["CONFIRMED", "20261125T090000Z"]]);
  world.setNow("2027-02-24T09:00:00Z");
  expect(await states()).toEqual([]);
  world.setNow(NOW.toString());
});

test("a request is tentative, and what awaits its guest's word is not there", async () => {
  const { host, type } = await busyHost();
  const { path } = await makeFeed(host);
  await world.db.run("update meeting_types set requires_confirmation = true where id = $1", [
    type.id,
  ]);
  await book(api, type, "2026-11-24T09:00:00Z");
  await world.db.run(
    'update meeting_types set requires_confirmation = false, policies = policies || \'{"guestVerification": "email"}\' where id = $1',
    [type.id],
  );
  await book(api, type, "2026-11-24T10:00:00Z");
  expect(meetings((await read(path)).text).map(({ status, start }) => [status, start])).toEqual([
    ["TENTATIVE", "20261124T090000Z"],
  ]);
});

test("a copy that is still right is a 304, until anything changes; HEAD tells the same tag", async () => {
  const { host, type } = await busyHost();
  const { path } = await makeFeed(host);
  const made = await book(api, type, "2026-11-24T09:00:00Z");
  const first = await read(path);
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
  expect(first.headers.get("cache-control")).toBe("private, no-cache");
  for (const tag of [etag, etag.slice(2), `"other", ${etag}`, "*"]) {
    const again = await read(path, { "if-none-match": tag });
    expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
  }
  const head = await api("HEAD", path);
  expect([head.status, head.text, head.headers.get("etag")]).toEqual([200, "", etag]);
  expect(head.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
  // Time alone changes nothing.
  world.setNow(NOW.add({ hours: 5 }).toString());
  expect((await read(path, { "if-none-match": etag })).status).toBe(304);
  world.setNow(NOW.toString());
  await world.db.run("update attendees set name = 'Somebody else' where booking_id = $1", [
    made.body.booking.id,
  ]);
  const changed = await read(path, { "if-none-match": etag });
  expect([changed.status, changed.text.includes("Somebody else")]).toEqual([200, true]);
  expect(changed.headers.get("etag")).not.toBe(etag);
});

test("nobody else's bookings and no links of guests are in it", async () => {
  const { host, type } = await busyHost();
  const { path } = await makeFeed(host);
  await book(api, type, "2026-11-24T09:00:00Z");
  const other = await busyHost();
  await book(api, other.type, "2026-11-24T10:00:00Z", { guest: { name: "Not Mine" } });
  const { text } = await read(path);
  expect(text.replaceAll("\r\n ", "")).toContain("Grace Hopper");
  expect(text).not.toContain("Not Mine");
  expect(text).not.toContain("token=");
});

test("a feed that is revoked, of nobody, or of who is not active leads nowhere, and says not why", async () => {
  const { host } = await busyHost();
  const { id, path } = await makeFeed(host);
  const refused = async (at: string) => {
    const answer = await read(at);
    return [answer.status, answer.body.code, answer.body.detail];
  };
  const nowhere = [404, "not_found", "There is nothing here."];
  expect(await refused(path.replace(/[\w-]{43}/, "x".repeat(43)))).toEqual(nowhere);
  expect(await refused(path.replace(".ics", ""))).toEqual(nowhere);
  await world.db.run("update users set status = 'SUSPENDED' where id = $1", [host.id]);
  expect(await refused(path)).toEqual(nowhere);
  await world.db.run("update users set status = 'ACTIVE' where id = $1", [host.id]);
  const stranger = await makeHost(world);
  const revoke = (by: Host) => api("DELETE", `/calendar/feeds/${id}`, { token: by.token });
  expect((await revoke(stranger)).status).toBe(404);
  expect((await read(path)).status).toBe(200);
  expect((await revoke(host)).status).toBe(200);
  expect(await refused(path)).toEqual(nowhere);
  const audit = await world.db.run(
    "select action from audit_log where subject_id = $1 order by created_at, action",
    [id],
  );
  expect(audit.map(({ action }) => action)).toEqual([
    "CALENDAR_FEED_CREATED",
    "CALENDAR_FEED_REVOKED",
  ]);
});

test("that it was read is noted to the hour", async () => {
  const { host } = await busyHost();
  const { id, path } = await makeFeed(host);
  const lastRead = async () =>
    (await api("GET", `/calendar/feeds/${id}`, { token: host.token })).body.lastReadAt;
  await read(path);
  expect(await lastRead()).toBe(NOW.toString());
  world.setNow(NOW.add({ minutes: 59 }).toString());
  await read(path);
  expect(await lastRead()).toBe(NOW.toString());
  world.setNow(NOW.add({ minutes: 61 }).toString());
  await read(path);
  expect(await lastRead()).toBe(world.now().toString());
  world.setNow(NOW.toString());
});

test("no log holds the token of a feed", async () => {
  const { host } = await busyHost();
  const { path } = await makeFeed(host);
  const heard = listening(world);
  await client(heard.world)("GET", path);
  await client(heard.world)("GET", path.replace(".ics", ".ics.bak"));
  expect(heard.written()).toContain("/api/v1/feeds/…");
  expect(heard.written()).not.toContain(/[\w-]{43}/.exec(path)?.[0] ?? "none");
});

test("twenty feeds are enough, also for who asks for many at once", async () => {
  const { host } = await busyHost();
  const all = await Promise.all(
    Array.from({ length: 23 }, (_, i) =>
      api("POST", "/calendar/feeds", { token: host.token, body: { name: `Feed ${i}` } }),
    ),
  );
  expect(all.filter(({ status }) => status === 201)).toHaveLength(20);
  expect(all.find(({ status }) => status !== 201)?.body.code).toBe("calendar_limit");
});
