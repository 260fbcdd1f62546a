import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { newId } from "../../src/db/id.ts";
import { exportOf } from "../../src/privacy/export.ts";
import { Export } from "../../src/privacy/schema.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";

async function livelyHost(world: TestWorld) {
  const api = client(world);
  const host = await makeHost(world, { name: "Hortense Canaryhost" });
  const { token } = host;
  const type = await makeMeetingType(world, host);
  await book(api, type, "2026-11-24T09:00:00Z", { tracking: { utm_source: "x" } });
  await api("POST", "/bookings", {
    token,
    body: { title: "Dentist", start: "2026-11-25T09:00:00Z", end: "2026-11-25T10:00:00Z" },
  });
  await api("POST", "/out-of-office", { token, body: { from: "2026-12-01", until: "2026-12-02" } });
  await api("POST", "/blocked-guests", { token, body: { pattern: "nobody@example.com" } });
  const key = await api("POST", "/users/me/api-keys", {
    token,
    body: { name: "Mine", scope: "read" },
  });
  await api("POST", "/organizations", { token, body: { name: "Ours" } });
  await world.db.run(
    `insert into webhook_endpoints (id, owner_id, url, events, secret)
     values (gen_random_uuid(), $1, 'https://example.com/hook', '[]', 'sealed-canary')`,
    [host.id],
  );
  await world.db.run(
    `with c as (insert into calendar_connections (id, user_id, provider, account_id, account, credentials)
         values ($2, $1, 'google', 'g', 'hortense@gmail.example', 'sealed-canary-token')),
       k as (insert into calendars (id, user_id, connection_id, external_id, name, can_write)
         values ($3, $1, $2, 'main', 'Family', true)),
       t as (insert into meeting_type_calendars (meeting_type_id, calendar_id, checks_conflicts, is_destination)
         values ($4, $3, true, false)),
       b as (insert into external_busy (calendar_id, external_id, host_id, during, kind, title, generation)
         values ($3, 'e', $1, '[2026-12-01T09:00Z,2026-12-01T10:00Z)', 'busy', 'Doctor', 1)),
       f as (insert into calendar_feeds (id, user_id, name, token_hash) values ($2, $1, 'Phone', sha256('canary')))
     insert into calendar_events (booking_id, host_id, calendar_id, external_id, version, during)
     select booking_id, $1, $3, 'x', 1, '[2026-11-24T09:00Z,2026-11-24T09:30Z)' from booking_hosts where host_id = $1 limit 1`,
    [host.id, newId(), newId(), type.id],
  );
  await world.db.run("insert into opt_outs (host_id, email) values ($1, 'grace@example.com')", [
    host.id,
  ]);
  return { api, host, type, key: key.body.key as string };
}

test("a user is given everything about himself as one file, and no secret", async () => {
  const world = await testWorld();
  const { api, host, type, key } = await livelyHost(world);
  const other = await makeHost(world, { name: "Other Person" });
  await book(api, await makeMeetingType(world, other), "2026-11-24T09:00:00Z", {
    guest: { name: "Not Mine", email: "not-mine@example.com" },
  });
  const given = await api("GET", "/users/me/export", { token: host.token });
  expect(given.status).toBe(200);
  expect(given.headers.get("content-disposition")).toStartWith("attachment");
  expect(given.headers.get("cache-control")).toContain("no-store");
  expect(Value.Errors(Export, given.body).First()).toBeUndefined();
  expect(Object.keys(given.body).sort()).toEqual(Object.keys(Export.properties).sort());
  expect(given.body.profile).toMatchObject({
    id: host.id,
    email: host.email,
    firstName: "Hortense",
  });
  expect(given.body.bookings).toHaveLength(2);
  expect(
    given.body.bookings.find((each: { title: string }) => each.title !== "Dentist"),
  ).toMatchObject({
    meetingTypeId: type.id,
    attendees: [{ name: "Grace Hopper", timeZone: "Europe/Berlin" }],
    tracking: { utm_source: "x" },
    history: [{ event: "booked", actorKind: "guest" }],
  });
  for (const list of [
    "sessions",
    "apiKeys",
    "schedules",
    "outOfOffice",
    "meetingTypes",
    "blockedGuests",
    "optOuts",
    "notifications",
    "analyticsEvents",
    "auditLog",
    "messages",
    "organizations",
    "webhooks",
    "calendarConnections",
    "calendarFeeds",
    "externalBusy",
    "calendarEvents",
  ])
    expect([list, given.body[list].length > 0]).toEqual([list, true]);
  expect(given.body.calendarConnections).toMatchObject([
    {
      account: "hortense@gmail.example",
      calendars: [{ name: "Family", meetingTypes: [{ meetingTypeId: type.id }] }],
    },
  ]);
  expect(given.body.externalBusy).toMatchObject([{ kind: "busy", title: "Doctor" }]);
  const [secrets] = await world.db.run(
    "select (select digest from api_keys) as digest, (select password_hash from users where id = $1) as hash",
    [host.id],
  );
  for (const secret of [
    secrets!["digest"],
    secrets!["hash"],
    "sealed-canary",
    key,
    "Not Mine",
    "not-mine@",
    other.id,
  ])
    expect(given.text).not.toContain(`${secret}`);
});

test("bookings as a guest are told only to who has confirmed the address", async () => {
  const world = await testWorld();
  const { api, type } = await livelyHost(world);
  const guest = await makeHost(world);
  await book(api, type, "2026-11-24T10:00:00Z", { guest: { email: guest.email } });
  const told = async () =>
    (await api("GET", "/users/me/export", { token: guest.token })).body.bookingsAsGuest;
  expect(await told()).toEqual([]);
  await world.db.run("update users set email_verified_at = now() where id = $1", [guest.id]);
  expect(await told()).toMatchObject([{ email: guest.email, title: "Intro call" }]);
});

test("an API key gets no export, nor does a stranger", async () => {
  const world = await testWorld();
  const { api, key } = await livelyHost(world);
  expect((await api("GET", "/users/me/export", { token: key })).status).toBe(403);
  expect((await api("GET", "/users/me/export")).status).toBe(401);
});

test("a big account is read page by page while it is sent, each row once", async () => {
  const world = await testWorld();
  const host = await makeHost(world);
  const many = 1050;
  await world.db.run(
    `insert into notifications (id, user_id, type) select gen_random_uuid(), $1, 'WELCOME' from generate_series(1, $2)`,
    [host.id, many],
  );
  await world.db.run(
    `insert into analytics_events (id, user_id, event_type, created_at)
     select gen_random_uuid(), $1, 'CLICK', timestamptz '2026-11-22T10:00:00Z' + (i / 300) * interval '1 microsecond' from generate_series(1, $2) i`,
    [host.id, many],
  );
  let [text, longest] = ["", 0];
  for await (const piece of exportOf(world, host.id)) {
    text += piece;
    longest = Math.max(longest, piece.length);
  }
  const { notifications, analyticsEvents } = JSON.parse(text) as Record<string, { id: string }[]>;
  expect(new Set(notifications!.map(({ id }) => id)).size).toBe(many);
  expect(notifications).toHaveLength(many);
  expect(new Set(analyticsEvents!.map(({ id }) => id)).size).toBe(many);
  expect(analyticsEvents).toHaveLength(many);
  expect(longest).toBeLessThan(text.length / 5);
});

test("a reader who goes away stops the reading", async () => {
  const world = await testWorld();
  const host = await makeHost(world);
  let asked = 0;
  const counting = {
    ...world,
    db: {
      ...world.db,
      run: (...args: Parameters<typeof world.db.run>) => {
        asked += 1;
        return world.db.run(...args);
      },
    },
  };
  const pieces = exportOf(counting, host.id);
  await pieces.next();
  await pieces.return(undefined);
  expect(asked).toBe(1);
});
