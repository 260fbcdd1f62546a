// Google Calendar from a change there to the slots here: its stand-in, its own client, and everything between.
import { expect, test } from "bun:test";
import { createApp } from "../../src/app.ts";
import { openChannels } from "../../src/calendars/channels.ts";
import { makeGoogle } from "../../src/calendars/google.ts";
import { edge } from "../../src/http/edge.ts";
import { openGoogle } from "../support/google-calendar.ts";
import { refusal } from "../support/google-events.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import {
  giveToken,
  makeCalendar,
  makeConnection,
  pass,
  stateOf,
  syncAll,
  syncDue,
} from "./support/house.ts";

async function house() {
  const made = await testWorld({ PUBLIC_URL: "https://kalends.example" });
  let door: ReturnType<typeof edge> | null = null;
  const google = await openGoogle({ now: made.now, deliver: (push) => door!(push) });
  const config = { ...made.config, GOOGLE_BASE_URL: google.url };
  const bare = { ...made, config };
  const world = { ...bare, calendars: { google: makeGoogle(bare) } };
  door = edge(world, createApp(world).fetch);
  const host = await makeHost(world);
  const connection = await makeConnection(world, host);
  await giveToken(world, connection);
  const externalId = "ada@example.com";
  google.addCalendar(externalId, { timeZone: "Europe/Berlin" });
  const calendar = await makeCalendar(world, host, { connection, externalId });
  const type = await makeMeetingType(world, host);
  const api = client(world);
  const times = async () => {
    const path = `/meeting-types/${type.id}/slots?from=2026-11-24&until=2026-11-24`;
    const { body } = await api("GET", path);
    return body.days.flatMap(({ slots }: { slots: { start: string }[] }) =>
      slots.map(({ start }) => start.slice(11, 16)),
    );
  };
  const put = (hour: string) =>
    google.addEvent(externalId, {
      start: { dateTime: `2026-11-24T${hour}:00:00Z` },
      end: { dateTime: `2026-11-24T${hour}:30:00Z` },
    });
  return {
    world,
    google,
    calendar,
    externalId,
    times,
    put,
    [Symbol.asyncDispose]: () => google[Symbol.asyncDispose](),
  };
}

test("what Google pushes is gone from the slots; what it does not is polled", async () => {
  await using here = await house();
  const { world, google, times, put } = here;
  put("09");
  await syncAll(world);
  expect(await times()).not.toContain("09:00");
  await openChannels(world);
  await google.watching.arrived();
  await syncDue(world);
  put("10");
  await google.watching.arrived();
  expect(await syncDue(world)).toBe(1);
  expect(await times()).not.toContain("10:00");
  google.watching.drops = true;
  put("11");
  await google.watching.arrived();
  expect(await syncDue(world)).toBe(0);
  expect(await times()).toContain("11:00");
  pass(world, { hours: 5 });
  await syncAll(world);
  expect(await times()).not.toContain("11:00");
});

test("Google asks for patience, and is given it; that it has forgotten where we were costs nothing that is known", async () => {
  await using here = await house();
  const { world, google, calendar, times, put } = here;
  put("09");
  await syncAll(world);
  put("10");
  google.next.push({
    ...refusal(403, "rateLimitExceeded", { domain: "usageLimits" }),
    headers: { "retry-after": "20" },
  });
  pass(world, { minutes: 20 });
  await syncAll(world);
  expect(await times()).toContain("10:00");
  expect(await stateOf(world, calendar)).toMatchObject({ failingSince: null });
  pass(world, { minutes: 2 });
  expect(await syncDue(world)).toBe(1);
  expect(await times()).not.toContain("10:00");
  google.next.push(refusal(410, "fullSyncRequired"));
  put("11");
  pass(world, { minutes: 20 });
  await syncAll(world);
  expect(await times()).not.toContain("09:00");
  expect(await times()).not.toContain("11:00");
});
