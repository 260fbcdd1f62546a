// From a change at a provider to the free times of guests, through two API processes and a worker.
import { afterAll, expect, test } from "bun:test";
import { rhythmOf } from "../../worker/rhythm.ts";
import { startWork } from "../../worker/work.ts";
import { type ApiProcess, startApi } from "../support/api-process.ts";
import { listenTo } from "../support/event-stream.ts";
import { eventually } from "../support/eventually.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { calendarWorld, makeCalendar } from "./support/house.ts";

const world = await calendarWorld("google", { PUBLIC_URL: "https://kalends.example" });
// Processes have the real clock.
world.setNow(Temporal.Now.instant().toString());
const { script } = world;
const env = { DATABASE_URL: world.config.DATABASE_URL };
const [one, two] = await Promise.all([startApi(env), startApi(env)]);
const work = startWork(world, rhythmOf(world.config));
afterAll(async () => {
  await work.stop();
  for (const { child } of [one, two]) child.kill("SIGKILL");
});

const SOON = Temporal.Now.plainDateISO("UTC").add({ days: 14 });
const WORKDAY = SOON.add({ days: SOON.dayOfWeek > 5 ? 2 : 0 }).toString();

test("what is pushed is gone from the slots of every process, and open widgets hear it; what is not is polled", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const calendar = await makeCalendar(world, host);
  const urlOf = ({ url }: ApiProcess) => `${url}/api/v1/meeting-types/${type.id}/slots`;
  const timesOf = async (process: ApiProcess) => {
    const answer = await fetch(`${urlOf(process)}?from=${WORKDAY}&until=${WORKDAY}`);
    const { days } = (await answer.json()) as { days: { slots: { start: string }[] }[] };
    return days.flatMap(({ slots }) => slots.map(({ start }) => start.slice(11, 16)));
  };
  const isRead = async () => {
    const [row] = await world.db.run(
      `select synced_at is not null and not exists (select from outbox where queue = 'calendar-sync' and done_at is null) as is_read
       from calendars`,
      [],
    );
    expect(row!["isRead"]).toBe(true);
  };
  await eventually(() => expect(script.channels.size).toBe(1));
  await eventually(isRead);
  for (const process of [one, two]) expect(await timesOf(process)).toContain("09:00");

  const streams = await Promise.all([one, two].map((each) => listenTo(`${urlOf(each)}/events`)));
  const heard = streams.map((stream) => stream.hints());
  script.put(calendar.externalId, "pushed", `${WORKDAY}T09:00/09:30`);
  const [channel] = script.channels.values();
  const pushed = await fetch(`${one.url}/api/v1/calendar/notifications/google`, {
    method: "POST",
    headers: {
      "x-goog-channel-id": channel!.id,
      "x-goog-channel-token": channel!.secret,
      "x-goog-resource-state": "exists",
      "x-goog-message-number": "4",
    },
  });
  expect(pushed.status).toBe(200);
  // What the process has promised is due by the worker's clock, too.
  world.setNow(Temporal.Now.instant().toString());
  await Promise.all(streams.map((stream, i) => stream.heard(heard[i]! + 1)));
  for (const process of [one, two]) expect(await timesOf(process)).not.toContain("09:00");

  // Nobody tells of this one.
  await eventually(isRead);
  const before = streams.map((stream) => stream.hints());
  script.put(calendar.externalId, "lost", `${WORKDAY}T10:00/10:30`);
  world.setNow(world.now().add({ hours: 5 }).toString());
  await Promise.all(streams.map((stream, i) => stream.heard(before[i]! + 1)));
  for (const process of [one, two])
    await eventually(async () => {
      const times = await timesOf(process);
      expect(times).not.toContain("09:00");
      expect(times).not.toContain("10:00");
    });
  for (const stream of streams) stream.leave();
});

test("Graph's question is answered by a real process, whatever type it claims to be", async () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`${two.url}/api/v1/calendar/notifications/microsoft?validationToken=Hello%20there%3A+1`, {
      method: "POST",
      headers,
    });
  for (const headers of [{ "content-type": "text/plain; charset=utf-8" }, {}]) {
    const answer = await ask(headers);
    expect([answer.status, await answer.text()]).toEqual([200, "Hello there: 1"]);
  }
});
