import { expect, test } from "bun:test";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

async function preview(schedule: object, from: string, until: string) {
  const { token } = await makeHost(world);
  const { body } = await api("POST", "/schedules", { token, body: { name: "x", ...schedule } });
  return api("GET", `/schedules/${body.id}/preview?from=${from}&until=${until}`, { token });
}

test("a preview shows the open intervals as instants and as the schedule's own time", async () => {
  const { status, body } = await preview(
    {
      timeZone: "Europe/Berlin",
      hours: [
        { weekday: "tuesday", from: "09:00", until: "12:00" },
        { weekday: "tuesday", from: "11:00", until: "17:00" },
        { weekday: "wednesday", from: "09:00", until: "17:00" },
      ],
      overrides: [{ date: "2026-12-02", hours: [] }],
    },
    "2026-12-01",
    "2026-12-07",
  );
  expect(status).toBe(200);
  expect(body).toEqual({
    timeZone: "Europe/Berlin",
    from: "2026-12-01",
    until: "2026-12-07",
    intervals: [
      {
        date: "2026-12-01",
        start: "2026-12-01T08:00:00Z",
        end: "2026-12-01T16:00:00Z",
        localStart: "2026-12-01T09:00+01:00",
        localEnd: "2026-12-01T17:00+01:00",
      },
    ],
  });
});

test("a preview shows a night with the date it starts on, and rules on their days", async () => {
  const { body } = await preview(
    {
      timeZone: "America/Vancouver",
      hours: [
        { weekday: "friday", from: "22:00", until: "02:00" },
        { rrule: "FREQ=MONTHLY;BYDAY=1SA", from: "10:00", until: "11:00" },
      ],
    },
    "2026-12-04",
    "2026-12-05",
  );
  expect(body.intervals).toEqual([
    {
      date: "2026-12-04",
      start: "2026-12-05T05:00:00Z",
      end: "2026-12-05T09:00:00Z",
      localStart: "2026-12-04T22:00-07:00",
      localEnd: "2026-12-05T02:00-07:00",
    },
    {
      date: "2026-12-05",
      start: "2026-12-05T17:00:00Z",
      end: "2026-12-05T18:00:00Z",
      localStart: "2026-12-05T10:00-07:00",
      localEnd: "2026-12-05T11:00-07:00",
    },
  ]);
  const next = await preview(
    { hours: [{ weekday: "friday", from: "22:00", until: "02:00" }] },
    "2026-12-05",
    "2026-12-05",
  );
  expect(next.body.intervals).toEqual([]);
});

test("a preview of 62 days is the longest", async () => {
  expect((await preview({}, "2026-12-01", "2027-01-31")).status).toBe(200);
  const longer = await preview({}, "2026-12-01", "2027-02-01");
  expect(longer).toMatchObject({ status: 422, body: { errors: [{ path: "until" }] } });
});

test.each([
  ["from=2026-12-02&until=2026-12-01", "until"],
  ["from=2026-12-01", "until"],
  ["until=2026-12-01", "from"],
  ["from=2026-13-01&until=2026-12-01", "from"],
  ["from=2026-12-01T00:00:00Z&until=2026-12-02", "from"],
  ["from=0000-01-01&until=0000-01-02", "from"],
  ["from=9999-12-30&until=9999-12-31", "from"],
])("a preview refuses %s", async (query, path) => {
  const { token, scheduleId } = await makeHost(world);
  const answer = await api("GET", `/schedules/${scheduleId}/preview?${query}`, { token });
  expect(answer).toMatchObject({ status: 422, body: { code: "invalid", errors: [{ path }] } });
});
