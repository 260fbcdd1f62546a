import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const { token, id: me } = await makeHost(world);
const stranger = await makeHost(world);
const { body: type } = await api("POST", "/meeting-types", { token, body: { title: "Intro" } });

const group = (host: object, required: unknown = "all") => ({
  hostGroups: [{ hosts: [{ userId: me, ...host }], required }],
});
const question = (given: object) => ({
  questions: [{ id: "a", label: "A", type: "text", ...given }],
});
const reminder = { minutesBefore: 60, channel: "email", to: "guest" };

test.each<[object, string]>([
  [{ title: " " }, "title"],
  [{ title: "x".repeat(201) }, "title"],
  [{ title: "a\nb" }, "title"],
  [{ slug: "Intro" }, "slug"],
  [{ slug: "-intro" }, "slug"],
  [{ slug: "x".repeat(65) }, "slug"],
  [{ slug: null }, "slug"],
  [{ description: "x".repeat(5001) }, "description"],
  [{ durationMinutes: 0 }, "durationMinutes"],
  [{ durationMinutes: 1441 }, "durationMinutes"],
  [{ durationMinutes: "30" }, "durationMinutes"],
  [{ durationMinutes: 1.5 }, "durationMinutes"],
  [{ durationOptions: [15, 15] }, "durationOptions"],
  [{ durationOptions: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, "durationOptions"],
  [{ durationOptions: [0] }, "durationOptions.0"],
  [{ bufferBeforeMinutes: -1 }, "bufferBeforeMinutes"],
  [{ bufferAfterMinutes: 1441 }, "bufferAfterMinutes"],
  [{ slotIntervalMinutes: 4 }, "slotIntervalMinutes"],
  [{ slotAlignment: "noon" }, "slotAlignment"],
  [{ minimumNoticeMinutes: 525601 }, "minimumNoticeMinutes"],
  [{ horizon: { kind: "forever" } }, "horizon.kind"],
  [{ horizon: { kind: "rolling" } }, "horizon.days"],
  [{ horizon: { kind: "rolling", days: -1 } }, "horizon.days"],
  [{ horizon: { kind: "unlimited", days: 1 } }, "horizon.days"],
  [{ horizon: { kind: "rolling", days: 1, from: "2026-12-01" } }, "horizon.from"],
  [{ horizon: { kind: "range", from: "2026-12-01" } }, "horizon.until"],
  [{ horizon: { kind: "range", from: "2026-12-02", until: "2026-12-01" } }, "horizon.until"],
  [{ horizon: { kind: "range", from: "2026-12-02", until: "2926-12-01" } }, "horizon.until"],
  [{ horizon: { kind: "range", from: "0000-12-02", until: "2026-12-01" } }, "horizon.from"],
  [{ caps: [{ per: "year", bookings: 1 }] }, "caps.0.per"],
  [{ caps: [{ per: "day" }] }, "caps.0"],
  [{ caps: [{ per: "day", bookings: 0 }] }, "caps.0.bookings"],
  [
    {
      caps: [
        { per: "day", bookings: 1 },
        { per: "day", minutes: 1 },
      ],
    },
    "caps.1",
  ],
  [{ locationType: "MOON" }, "locationType"],
  [{ locationType: "CUSTOM_LINK", locationDetails: "javascript:alert(1)" }, "locationDetails"],
  [{ locationType: "CUSTOM_LINK", locationDetails: "https://" }, "locationDetails"],
  [{ locationDetails: "x".repeat(1001) }, "locationDetails"],
  [{ scheduleId: "x" }, "scheduleId"],
  [{ scheduleId: newId() }, "scheduleId"],
  [{ scheduleId: stranger.scheduleId }, "scheduleId"],
  [{ notifications: { confirmation: "yes" } }, "notifications.confirmation"],
  [{ notifications: { fax: true } }, "notifications.fax"],
  [{ reminders: [{ ...reminder, minutesBefore: 4 }] }, "reminders.0.minutesBefore"],
  [{ reminders: [{ ...reminder, channel: "fax" }] }, "reminders.0.channel"],
  [{ reminders: [reminder, { ...reminder, to: "both" }] }, "reminders.1"],
  [{ reminders: Array(11).fill(reminder) }, "reminders"],
  [{ capacity: 0 }, "capacity"],
  [{ capacity: 1001 }, "capacity"],
  [{ requiresConfirmation: "true" }, "requiresConfirmation"],
  [{ requiresConfirmation: true, capacity: 2 }, "requiresConfirmation"],
  [question({ id: "a b" }), "questions.0.id"],
  [question({ type: "poem" }), "questions.0.type"],
  [question({ type: "select" }), "questions.0.options"],
  [question({ options: ["A"] }), "questions.0.options"],
  [question({ type: "select", options: ["A", "A"] }), "questions.0.options"],
  [question({ type: "number", maxLength: 5 }), "questions.0.maxLength"],
  [question({ label: "a\0b" }), "questions.0.label"],
  [{ questions: Array(2).fill({ id: "a", label: "A", type: "text" }) }, "questions.1.id"],
  [{ visibility: "hidden" }, "visibility"],
  [{ isActive: null }, "isActive"],
  [{ policies: { maxActivePerGuest: 0 } }, "policies.maxActivePerGuest"],
  [{ policies: { nope: 1 } }, "policies.nope"],
  [group({ userId: stranger.id }), "hostGroups.0.hosts.0.userId"],
  [group({ scheduleId: stranger.scheduleId }), "hostGroups.0.hosts.0.scheduleId"],
  [group({ weight: 0 }), "hostGroups.0.hosts.0.weight"],
  [group({}, 2), "hostGroups.0.required"],
  [group({}, "some"), "hostGroups.0.required"],
  [{ hostGroups: [] }, "hostGroups"],
  [
    { hostGroups: [group({}).hostGroups[0], group({}).hostGroups[0]] },
    "hostGroups.1.hosts.0.userId",
  ],
  [{ organizationId: newId() }, "organizationId"],
  [{ titel: "x" }, "titel"],
])("POST and PATCH refuse %j and say where", async (given, path) => {
  const post = await api("POST", "/meeting-types", { token, body: { title: "Intro", ...given } });
  expect(post).toMatchObject({ status: 422, body: { code: "invalid", errors: [{ path }] } });
  const patch = await api("PATCH", `/meeting-types/${type.id}`, { token, body: given });
  expect(patch).toMatchObject({ status: 422, body: { code: "invalid", errors: [{ path }] } });
});

test("POST refuses a type without a title", async () => {
  const answer = await api("POST", "/meeting-types", { token, body: { durationMinutes: 30 } });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "title" }] } });
});

test("a refused PATCH changes nothing", async () => {
  const path = `/meeting-types/${type.id}`;
  const before = await api("GET", path, { token });
  await api("PATCH", path, { token, body: { title: "Two", scheduleId: newId() } });
  expect((await api("GET", path, { token })).body).toEqual(before.body);
});
