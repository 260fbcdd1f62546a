// Connecting through the real providers: a radicale and a published calendar on loopback.
import { afterAll, describe, expect, test } from "bun:test";
import { makeHost } from "../support/make.ts";
import { freePort } from "../support/port.ts";
import { findRadicale, startRadicale } from "../support/radicale.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld({ OUTBOUND_ALLOW_PRIVATE: "true" });
afterAll(() => world.db.close());
const api = client(world);
const lacks = findRadicale() ? null : "radicale";

describe.skipIf(lacks !== null)(`radicale${lacks ? " (not installed)" : ""}`, () => {
  test("is connected by its address alone and chosen from; a wrong password is refused", async () => {
    await using radicale = await startRadicale();
    await radicale.makeCalendar("Work");
    await radicale.makeCalendar("Family");
    const { url, username, password } = radicale;
    const host = await makeHost(world);
    const connect = (body: object) =>
      api("POST", "/calendar/connect/caldav", { token: host.token, body });
    const wrong = await connect({ url, username, password: "another" });
    expect([wrong.status, wrong.body.code]).toEqual([422, "calendar_refused"]);
    const made = await connect({ url, username, password });
    expect([made.status, made.body]).toMatchObject([
      201,
      { provider: "caldav", account: username, calendars: 2, checkedCalendars: 1 },
    ]);
    const at = `/calendar/integrations/${made.body.id}/calendars`;
    const { body } = await api("GET", at, { token: host.token });
    const [first, second] = body.data.toSorted((a: { checksConflicts: boolean }) =>
      a.checksConflicts ? -1 : 1,
    );
    expect([first, second]).toMatchObject([
      { checksConflicts: true, isDestination: true, canWrite: true },
      { checksConflicts: false, isDestination: false },
    ]);
    const chosen = await api("PATCH", at, {
      token: host.token,
      body: { calendars: [{ id: second.id, checksConflicts: true, isDestination: true }] },
    });
    expect(
      chosen.body.data.filter((each: { isDestination: boolean }) => each.isDestination),
    ).toMatchObject([{ id: second.id }]);
  });
});

test("a server that is not there is a 422, and nothing is stored", async () => {
  const host = await makeHost(world);
  const url = `http://127.0.0.1:${freePort()}/`;
  for (const [kind, body] of [
    ["caldav", { url, username: "ada", password: "x" }],
    ["ics", { url: `${url}a.ics` }],
  ] as const) {
    const answer = await api("POST", `/calendar/connect/${kind}`, { token: host.token, body });
    expect([kind, answer.status, answer.body.code]).toEqual([kind, 422, "calendar_unreachable"]);
  }
  const { body } = await api("GET", "/calendar/integrations", { token: host.token });
  expect(body.data).toEqual([]);
});

test("a published calendar is read once and connected; what is none is refused", async () => {
  const text = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//x//x//EN",
    "X-WR-CALNAME:Holidays",
    "BEGIN:VEVENT",
    "UID:1",
    "DTSTAMP:20261101T000000Z",
    "DTSTART:20261225T100000Z",
    "DTEND:20261225T110000Z",
    "SUMMARY:Away",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => new Response(url.endsWith(".ics") ? text : "<html>sign in</html>"),
  });
  const host = await makeHost(world);
  const connect = (path: string) =>
    api("POST", "/calendar/connect/ics", {
      token: host.token,
      body: { url: `http://127.0.0.1:${server.port}${path}` },
    });
  const made = await connect("/private-4711.ics");
  expect([made.status, made.body]).toMatchObject([201, { provider: "ics", calendars: 1 }]);
  const stored = await world.db.run(
    "select k::text as text from calendars k where k.connection_id = $1",
    [made.body.id],
  );
  expect(JSON.stringify(stored)).not.toContain("private-4711");
  expect((await connect("/page")).status).toBe(422);
  server.stop(true);
});
