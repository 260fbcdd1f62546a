// The stand-in refuses what Google refuses, and pushes as Google pushes.
import { expect, test } from "bun:test";
import { openGoogle } from "../support/google-calendar.ts";
import { HOME, NOW } from "./support/google.ts";

const EVENT = {
  start: { dateTime: "2026-12-01T09:00:00Z" },
  end: { dateTime: "2026-12-01T10:00:00Z" },
};

test("pushes come with the documented headers, sync first, and numbers that only rise", async () => {
  let now = NOW;
  const pushes: Record<string, string>[] = [];
  await using google = await openGoogle({
    now: () => now,
    deliver: async ({ headers }) => pushes.push(Object.fromEntries(headers)),
  });
  google.addCalendar(HOME);
  const answer = await fetch(`${google.url}/calendar/v3/calendars/${HOME}/events/watch`, {
    method: "POST",
    headers: { authorization: "Bearer token-1", "content-type": "application/json" },
    body: JSON.stringify({
      id: "channel-1",
      type: "web_hook",
      address: "https://kalends.test/push",
      token: "secret",
      params: { ttl: "3600" },
    }),
  });
  expect(await answer.json()).toMatchObject({ expiration: `${NOW.epochMilliseconds + 3_600_000}` });
  google.addEvent(HOME, EVENT);
  google.watching.drops = true;
  google.addEvent(HOME, EVENT);
  google.watching.drops = false;
  google.addEvent(HOME, EVENT);
  now = NOW.add({ hours: 2 });
  google.addEvent(HOME, EVENT);
  await google.watching.arrived();
  expect(pushes.map((each) => each["x-goog-resource-state"])).toEqual(["sync", "exists", "exists"]);
  expect(pushes.map((each) => each["x-goog-message-number"])).toEqual(["1", "4", "10"]);
  expect(pushes[1]).toMatchObject({
    "x-goog-channel-id": "channel-1",
    "x-goog-channel-token": "secret",
    "x-goog-channel-expiration": "Sun, 22 Nov 2026 11:00:00 GMT",
    "x-goog-resource-id": expect.any(String),
    "x-goog-resource-uri": expect.stringContaining("/events"),
  });
});

test("a sync token goes with none of the parameters that are forbidden, nor with other filters", async () => {
  await using google = await openGoogle({ now: () => NOW });
  google.addCalendar(HOME);
  const list = async (query: Record<string, string>) => {
    const url = `${google.url}/calendar/v3/calendars/${HOME}/events?${new URLSearchParams(query)}`;
    const answer = await fetch(url, { headers: { authorization: "Bearer token-1" } });
    return { status: answer.status, body: await answer.json() };
  };
  const { body } = await list({ singleEvents: "true" });
  const with_ = { syncToken: body.nextSyncToken, singleEvents: "true" };
  expect((await list(with_)).status).toBe(200);
  for (const name of ["timeMin", "timeMax", "updatedMin", "orderBy", "q", "iCalUID"])
    expect((await list({ ...with_, [name]: "2026-12-01T00:00:00Z" })).status).toBe(400);
  expect((await list({ syncToken: body.nextSyncToken })).status).toBe(400);
  google.expireSyncTokens(HOME);
  expect((await list(with_)).status).toBe(410);
});

test("ids are base32hex of five letters at least, and one is given once", async () => {
  await using google = await openGoogle({ now: () => NOW });
  google.addCalendar(HOME);
  const insert = async (id: string) => {
    const answer = await fetch(`${google.url}/calendar/v3/calendars/${HOME}/events`, {
      method: "POST",
      headers: { authorization: "Bearer token-1", "content-type": "application/json" },
      body: JSON.stringify({ ...EVENT, id }),
    });
    return answer.status;
  };
  const statuses = [];
  for (const id of ["abcd", "abcdW", "abc-de", "abcde", "abcde"]) statuses.push(await insert(id));
  google.deleteEvent(HOME, "abcde");
  expect([...statuses, await insert("abcde")]).toEqual([400, 400, 400, 200, 409, 409]);
});
