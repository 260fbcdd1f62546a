// What providers push, and the channels that they push to.
import { expect, test } from "bun:test";
import { closeChannels, openChannels } from "../../src/calendars/channels.ts";
import { CalendarFailure } from "../../src/calendars/failure.ts";
import { pollCalendars } from "../../src/calendars/poll.ts";
import { pushSecret } from "../../src/calendars/push.ts";
import { newId } from "../../src/db/id.ts";
import { makeToken } from "../../src/token.ts";
import { counting } from "../support/counting.ts";
import { makeHost } from "../support/make.ts";
import { client } from "../support/world.ts";
import {
  type Calendar,
  type CalendarWorld,
  calendarWorld,
  makeCalendar,
  openSyncs,
  pass,
  syncAll,
  syncDue,
} from "./support/house.ts";

const HTTPS = { PUBLIC_URL: "https://kalends.example" };
const NOWHERE = "00000000-0000-7000-8000-000000000000";

async function house(provider: "google" | "microsoft" = "google", env = HTTPS) {
  const world = await calendarWorld(provider, env);
  const host = await makeHost(world);
  const calendar = await makeCalendar(world, host);
  await syncAll(world);
  await openChannels(world);
  await syncDue(world);
  const { world: counted, statements } = counting(world);
  const api = client(counted);
  const google = (headers: Record<string, string>) =>
    api("POST", "/calendar/notifications/google", { headers });
  const microsoft = (value: unknown) =>
    api("POST", "/calendar/notifications/microsoft", { body: { value } });
  return { world, script: world.script, host, calendar, api, statements, google, microsoft };
}

const channelsOf = (world: CalendarWorld) =>
  world.db.run("select * from calendar_channels order by id", []) as Promise<
    readonly {
      id: string;
      externalId: string;
      expiresAt: Temporal.Instant;
      renewAt: Temporal.Instant;
      closeAt: Temporal.Instant | null;
    }[]
  >;

const drafts = (world: CalendarWorld) => [...world.script.channels.values()];

const ofGoogle = ({ id, secret }: { id: string; secret: string }, more = {}) => ({
  "x-goog-channel-id": id,
  "x-goog-channel-token": secret,
  "x-goog-resource-state": "exists",
  "x-goog-message-number": "2",
  ...more,
});

test("a push of Google is noted by one statement and answered; what changed is read once", async () => {
  const { world, script, google, statements, calendar } = await house();
  const [channel] = drafts(world);
  expect(channel?.url).toBe("https://kalends.example/api/v1/calendar/notifications/google");
  const calls = script.calls.length;
  statements.length = 0;
  for (const number of ["7", "3", "7"])
    expect((await google(ofGoogle(channel!, { "x-goog-message-number": number }))).status).toBe(
      200,
    );
  expect(statements).toHaveLength(3);
  expect(await openSyncs(world)).toMatchObject([{ subjectId: calendar.id, version: 3 }]);
  expect(script.calls).toHaveLength(calls);
  expect(await syncDue(world)).toBe(1);
  expect(await openSyncs(world)).toEqual([]);
  expect(script.calls).toHaveLength(calls + 1);
});

test("Google's first message says nothing", async () => {
  const { world, google, statements } = await house();
  const [channel] = drafts(world);
  statements.length = 0;
  const sync = { "x-goog-resource-state": "sync" };
  expect((await google(ofGoogle(channel!, sync))).status).toBe(200);
  expect(statements).toEqual([]);
});

test("a push without the secret of its channel is refused, and looks nothing up", async () => {
  const { world, google, microsoft, statements, api } = await house();
  const [channel] = drafts(world);
  const { id, secret } = channel!;
  const other = newId();
  statements.length = 0;
  const headers = ofGoogle(channel!);
  const { "x-goog-channel-token": _, ...bare } = headers;
  const wrong = [
    bare,
    { ...headers, "x-goog-channel-token": "" },
    { ...headers, "x-goog-channel-token": `${secret.slice(0, -1)}_` },
    { ...headers, "x-goog-channel-token": pushSecret(world, other) },
    { ...headers, "x-goog-channel-token": makeToken(world, "manage", id, 0) },
    { ...headers, "x-goog-channel-id": other },
    { ...headers, "x-goog-resource-state": "sync", "x-goog-channel-token": "x" },
    {},
  ];
  for (const each of wrong)
    expect(await google(each)).toMatchObject({ status: 401, body: { code: "unauthorized" } });
  for (const value of [[{ clientState: "x" }], [{}], [], [null], [{ clientState: 1 }]])
    expect((await microsoft(value)).status).toBe(401);
  for (const body of ["", "null", "[]", "{}", '{"value":{}}', "{"])
    expect((await api("POST", "/calendar/notifications/microsoft", { body })).status).toBe(401);
  expect(statements).toEqual([]);
});

test("a push that is too large is refused, whatever it proves", async () => {
  const { world, statements, api } = await house("microsoft");
  const [channel] = drafts(world);
  statements.length = 0;
  const body = { value: [{ clientState: channel!.secret }], more: "x".repeat(2_000_000) };
  expect((await api("POST", "/calendar/notifications/microsoft", { body })).status).toBe(413);
  const headers = { ...ofGoogle(channel!), "content-type": "text/plain" };
  const large = await api("POST", "/calendar/notifications/google", { body: body.more, headers });
  expect(large.status).toBe(413);
  expect(statements).toEqual([]);
});

test("a push of a channel that is gone, or has ended, is old: taken, and nothing comes of it", async () => {
  const { world, google } = await house();
  const [channel] = drafts(world);
  const gone = { id: NOWHERE, secret: pushSecret(world, NOWHERE) };
  expect((await google(ofGoogle(gone))).status).toBe(200);
  pass(world, { hours: 24 * 8 });
  expect((await google(ofGoogle(channel!))).status).toBe(200);
  expect(await openSyncs(world)).toEqual([]);
});

test("Graph's question is answered as text, and not as a page", async () => {
  const { api, statements } = await house("microsoft");
  statements.length = 0;
  const token = "Validation: Testing <script>alert(1)</script> & more";
  const answer = await api(
    "POST",
    `/calendar/notifications/microsoft?validationToken=${encodeURIComponent(token)}`,
    { headers: { "content-type": "text/plain; charset=utf-8" } },
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.text).toBe("Validation: Testing &lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
  expect(statements).toEqual([]);
});

test("of what Graph pushes at once, each item that is ours counts, by one statement", async () => {
  const { world, host, microsoft, statements } = await house("microsoft");
  await makeCalendar(world, host);
  await syncAll(world);
  await openChannels(world);
  await syncDue(world);
  const [one, two] = drafts(world);
  const item = (clientState: unknown, more = {}) => ({
    subscriptionId: "s",
    changeType: "updated",
    clientState,
    ...more,
  });
  statements.length = 0;
  const answer = await microsoft([
    item(one!.secret),
    item(one!.secret),
    item("forged"),
    item(two!.secret, { lifecycleEvent: "missed" }),
  ]);
  expect(answer.status).toBe(202);
  expect(statements).toHaveLength(1);
  expect(await openSyncs(world)).toMatchObject([{ version: 1 }, { version: 1 }]);
});

test("a subscription that Graph took away is made anew, and what was missed is looked for", async () => {
  const { world, script, microsoft, calendar } = await house("microsoft");
  const [first] = drafts(world);
  const [{ id } = { id: "" }] = await channelsOf(world);
  script.channels.clear();
  await microsoft([{ clientState: first!.secret, lifecycleEvent: "subscriptionRemoved" }]);
  expect(await openSyncs(world)).toMatchObject([{ subjectId: calendar.id }]);
  await openChannels(world);
  expect(script.channels.size).toBe(1);
  expect([...script.channels.keys()]).not.toContain(id);
  await closeChannels(world);
  expect(await channelsOf(world)).toHaveLength(1);
});

test("where Graph wants to know that we still may, the subscription is prolonged at once", async () => {
  const { world, script, microsoft } = await house("microsoft");
  script.prolongs = true;
  const [channel] = drafts(world);
  pass(world, { hours: 1 });
  await microsoft([{ clientState: channel!.secret, lifecycleEvent: "reauthorizationRequired" }]);
  await openChannels(world);
  expect(script.calls.at(-1)).toMatchObject({ verb: "renew" });
  const [kept, ...others] = await channelsOf(world);
  expect(others).toEqual([]);
  expect(kept?.expiresAt).toEqual(world.now().add({ hours: 24 * 7 }));
});

test("a channel is replaced at half of its life: the old one is stopped once the new one stands", async () => {
  const { world, script, google } = await house();
  const [old] = drafts(world);
  const seen = () => script.calls.slice(-2).map(({ verb }) => verb);
  pass(world, { hours: 24 * 3.5 - 1 });
  await openChannels(world);
  expect(drafts(world)).toHaveLength(1);
  pass(world, { hours: 1 });
  // It fails: the old one is there still.
  script.next.push(new CalendarFailure("temporary", "Away"));
  await openChannels(world);
  expect(drafts(world)).toHaveLength(1);
  pass(world, { minutes: 11 });
  await openChannels(world);
  expect(drafts(world)).toHaveLength(2);
  // Both push meanwhile, and what they say comes to one promise.
  for (const channel of drafts(world)) expect((await google(ofGoogle(channel))).status).toBe(200);
  expect(await openSyncs(world)).toHaveLength(1);
  await closeChannels(world);
  expect(seen()).toEqual(["watch", "unwatch"]);
  expect(drafts(world).map(({ id }) => id)).not.toContain(old!.id);
  expect(await channelsOf(world)).toHaveLength(1);
});

test("a channel that cannot be stopped is tried again, and forgotten when it has ended", async () => {
  const { world, script, calendar } = await house();
  await world.db.run("update calendars set checks_conflicts = false where id = $1", [calendar.id]);
  await pollCalendars(world);
  script.broken = new CalendarFailure("temporary", "Away");
  const calls = script.calls.length;
  await closeChannels(world);
  await closeChannels(world);
  expect(script.calls).toHaveLength(calls + 1);
  pass(world, { minutes: 10 });
  await closeChannels(world);
  expect(script.calls).toHaveLength(calls + 2);
  pass(world, { hours: 24 * 7 });
  await closeChannels(world);
  expect(script.calls).toHaveLength(calls + 2);
  expect(await channelsOf(world)).toEqual([]);
});

test("a calendar that is no longer wanted is pushed of no more", async () => {
  const { world, script, calendar } = await house();
  await world.db.run("update calendars set checks_conflicts = false where id = $1", [calendar.id]);
  await pollCalendars(world);
  await openChannels(world);
  await closeChannels(world);
  expect(script.calls.at(-1)?.verb).toBe("unwatch");
  expect(script.channels.size).toBe(0);
});

test("of many workers one makes a calendar's channel", async () => {
  const world = await calendarWorld("google", HTTPS);
  const host = await makeHost(world);
  for (let i = 0; i < 5; i += 1) await makeCalendar(world, host);
  await Promise.all([1, 2, 3, 4].map(() => openChannels(world)));
  expect(world.script.channels.size).toBe(5);
  await Promise.all([1, 2, 3, 4].map(() => openChannels(world)));
  expect(world.script.channels.size).toBe(5);
});

test("a channel that came too late, since another worker has the calendar, is stopped at once", async () => {
  const world = await calendarWorld("google", HTTPS);
  const host = await makeHost(world);
  await makeCalendar(world, host);
  const gate = Promise.withResolvers<void>();
  const { script } = world;
  const watch = script.watch.bind(script);
  script.watch = async (...given) => {
    script.watch = watch;
    await gate.promise;
    return watch(...given);
  };
  const slow = openChannels(world);
  while (script.watch !== watch) await Bun.sleep(1);
  pass(world, { minutes: 3 });
  await openChannels(world);
  gate.resolve();
  await slow;
  expect(script.channels.size).toBe(1);
  expect(await channelsOf(world)).toHaveLength(1);
});

test("where providers cannot reach us there are no channels, and calendars are polled", async () => {
  const { world, script } = await house("google", { PUBLIC_URL: "http://kalends.test" });
  expect(script.calls.map(({ verb }) => verb)).toEqual(["changes"]);
  pass(world, { minutes: 11 });
  await syncAll(world);
  expect(script.calls).toHaveLength(2);
});

test("a calendar that its provider does not push of is asked about again on another day", async () => {
  const world = await calendarWorld("google", HTTPS);
  await makeCalendar(world, await makeHost(world));
  world.script.hasPushes = false;
  await openChannels(world);
  await openChannels(world);
  expect(world.script.calls).toHaveLength(1);
  pass(world, { hours: 24 });
  await openChannels(world);
  expect(world.script.calls).toHaveLength(2);
});

test("with a channel alive a calendar is polled every few hours, without within minutes", async () => {
  const { world, script, calendar } = await house();
  const changes = () => script.calls.filter(({ verb }) => verb === "changes").length;
  const before = changes();
  script.put(calendar.externalId, "lost push", "2026-11-23T09:00/10:00");
  pass(world, { hours: 3 });
  await syncAll(world);
  expect(changes()).toBe(before);
  pass(world, { hours: 2 });
  await syncAll(world);
  expect(changes()).toBe(before + 1);
  expect(
    await world.db.run("select from external_busy where calendar_id = $1", [calendar.id]),
  ).toHaveLength(1);
});

test("where nothing changes, calendars that must be polled are polled ever later", async () => {
  const world = await calendarWorld("caldav");
  const calendar: Calendar = await makeCalendar(world, await makeHost(world));
  const { script } = world;
  script.put(calendar.externalId, "e", "2026-11-23T09:00/10:00");
  const polledAt: number[] = [];
  for (let minute = 0; minute < 240; minute += 1) {
    const before = script.calls.length;
    await syncAll(world);
    if (script.calls.length > before) polledAt.push(minute);
    pass(world, { minutes: 1 });
  }
  expect(polledAt).toEqual([0, 5, 15, 35, 75, 135, 195]);
  script.put(calendar.externalId, "e", "2026-11-23T10:00/11:00");
  pass(world, { minutes: 60 });
  await syncAll(world);
  const before = script.calls.length;
  pass(world, { minutes: 5 });
  await syncAll(world);
  expect(script.calls).toHaveLength(before + 1);
});
