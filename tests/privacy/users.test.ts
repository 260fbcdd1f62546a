import { expect, test } from "bun:test";
import { settleDepartures } from "../../src/bookings/host/depart.ts";
import { newId } from "../../src/db/id.ts";
import { eraseGuests } from "../../src/privacy/erase-guests.ts";
import { eraseUsers } from "../../src/privacy/erase-users.ts";
import { makeHosts, makeType, named } from "../organizations/support/people.ts";
import { eventually } from "../support/eventually.ts";
import { sendMails } from "../support/mails.ts";
import { book, makeHost, makeMeetingType, PASSWORD } from "../support/make.ts";
import { hashCheaply } from "../support/passwords.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";
import { onPostgres } from "../worker/support/backends.ts";
import { openHouse } from "../worker/support/house.ts";
import { settled } from "../worker/support/settled.ts";
import { tracesOf } from "./support/traces.ts";

hashCheaply();

const WORDS = ["Canaryhost", "canary-host@", "4930901820002", "canary-own", "Mozilla/Canary"];
const mine = { currentPassword: PASSWORD };

/** Everything that workers do about who leaves, until there is no more. */
async function converge(world: TestWorld) {
  for (let more = true; more; )
    more =
      (await settleDepartures(world)) || (await eraseUsers(world)) || (await eraseGuests(world));
}

test("a user who deletes his account is found nowhere any more, and everybody concerned was told", async () => {
  await using house = await openHouse(onPostgres);
  const { world, api } = house;
  const host = await makeHost(world, { name: "Hortense Canaryhost" });
  const other = await makeHost(world);
  const email = "canary-host@hosts.example";
  const { token } = host;
  await world.db.run(
    "update users set email = $2, phone = '+4930901820002', email_verified_at = now() where id = $1",
    [host.id, email],
  );
  await world.db.run("update sessions set user_agent = 'Mozilla/Canary' where user_id = $1", [
    host.id,
  ]);
  const type = await makeMeetingType(world, host, { title: "canary-own talk", slug: "canary-own" });
  const unused = await makeMeetingType(world, host, { title: "canary-own other" });
  const others = await makeMeetingType(world, other);
  const made = await book(api, type, "2026-11-24T09:00:00Z", { notes: "canary-own notes" });
  const past = await book(api, type, "2026-11-23T09:00:00Z");
  const asGuest = await book(api, others, "2026-11-24T10:00:00Z", {
    guest: { name: "Hortense Canaryhost", email },
  });
  await api("PATCH", `/bookings/${made.body.booking.id}/reschedule`, {
    token,
    body: { start: "2026-11-24T12:00:00Z", reason: "canary-own reason" },
  });
  await api("POST", "/bookings", {
    token,
    body: {
      title: "canary-own dentist",
      start: "2026-11-25T09:00:00Z",
      end: "2026-11-25T10:00:00Z",
    },
  });
  await api("POST", "/out-of-office", {
    token,
    body: { from: "2026-12-01", until: "2026-12-02", reason: "canary-own beach" },
  });
  await api("POST", "/schedules", {
    token,
    body: { name: "canary-own hours", timeZone: "UTC", hours: [] },
  });
  await api("POST", "/users/me/api-keys", {
    token,
    body: { name: "canary-own key", scope: "read" },
  });
  await api("POST", "/blocked-guests", {
    token,
    body: { pattern: "nobody@example.com", reason: "canary-own reason" },
  });
  await api("POST", "/analytics/event", {
    token,
    body: { eventType: "CLICK", metadata: { who: "canary-own" } },
  });
  await world.db.run(
    `insert into identities (id, user_id, provider, issuer, subject, email) values (gen_random_uuid(), $1, 'google', 'https://i', 'canary-own', $2)`,
    [host.id, email],
  );
  await world.db.run(
    `with c as (insert into calendar_connections (id, user_id, provider, account_id, account, credentials, status, failing_since)
         values ($2, $1, 'caldav', 'canary-own', $4, 'canary-own', 'needs_reauth', '2026-11-20Z')),
       k as (insert into calendars (id, user_id, connection_id, external_id, name, can_write, keeps_titles)
         values ($3, $1, $2, 'canary-own', 'canary-own calendar', true, true)),
       b as (insert into external_busy (calendar_id, external_id, host_id, during, kind, title, generation)
         values ($3, 'canary-own', $1, '[2026-12-01T09:00Z,2026-12-01T10:00Z)', 'busy', 'canary-own doctor', 1)),
       f as (insert into calendar_feeds (id, user_id, name, token_hash) values ($2, $1, 'canary-own phone', sha256('x'))),
       a as (insert into calendar_attempts (id, user_id, provider, state_hash, browser_hash, sealed_verifier, sealed_nonce, expires_at)
         values ($2, $1, 'google', 'canary-own', 'x', 'x', 'x', '2100-01-01'))
     insert into calendar_events (booking_id, host_id, calendar_id, external_id, version, during)
     values ($5, $1, $3, 'canary-own', 1, '[2026-11-16T09:00Z,2026-11-16T09:30Z)')`,
    [host.id, newId(), newId(), email, past.body.booking.id],
  );
  await house.work();
  await settled(house);
  await eventually(async () => {
    expect(
      await world.db.run("select 1 from analytics_events where event_type = 'CLICK'", []),
    ).toHaveLength(1);
  });
  expect((await tracesOf(house.url, WORDS)).length).toBeGreaterThan(10);
  const gone = await api("DELETE", "/users/me", { token, body: mine });
  expect(gone.status).toBe(202);
  expect((await api("GET", "/users/me", { token })).status).toBe(401);
  expect((await api("GET", `/users/${host.username}`)).status).toBe(404);
  const slots = `/meeting-types/${unused.id}/slots?from=2026-11-24T00:00:00Z&until=2026-11-25T00:00:00Z&timeZone=UTC`;
  expect((await api("GET", slots)).status).toBe(404);
  expect(
    (await api("POST", "/auth/login", { body: { email, password: PASSWORD } })).status,
  ).not.toBe(200);
  await eventually(async () => {
    const left = await world.db.run(
      "select 1 from users where erase_requested_at is not null and erased_at is null union all select 1 from erasures where completed_at is null",
      [],
    );
    expect(left).toEqual([]);
  });
  expect(await tracesOf(house.url, WORDS)).toEqual([]);
  expect(await tracesOf(house.url, [host.username])).toEqual([
    `public.former_usernames: ${host.username}`,
  ]);
  const sent = await world.db.run(
    "select kind, outcome from outbox where kind = 'ACCOUNT_ERASED' or (kind = 'BOOKING_CANCELLED' and booking_id = any ($1))",
    [world.db.parameter("uuid[]", [made.body.booking.id, asGuest.body.booking.id] as never)],
  );
  expect(sent.every(({ outcome }) => outcome === "done")).toBe(true);
  expect(sent.map(({ kind }) => kind).sort()).toEqual([
    "ACCOUNT_ERASED",
    ...Array(4).fill("BOOKING_CANCELLED"),
  ]);
  const history = await world.db.run("select status, host_id from bookings where id = $1", [
    past.body.booking.id,
  ]);
  expect(history).toEqual([{ status: expect.any(String), hostId: host.id }]);
  const admin = await makeHost(world, { role: "admin" });
  expect((await api("GET", "/users?limit=100", { token: admin.token })).text).not.toContain(
    host.id,
  );
  expect(
    (await api("PATCH", `/users/${host.id}`, { token: admin.token, body: { status: "ACTIVE" } }))
      .status,
  ).toBe(404);
  const back = await api("POST", "/auth/register", {
    body: { name: "New One", email, password: PASSWORD },
  });
  expect(back.status).toBe(201);
});

test("a host of a team who leaves hands his meetings on before he is erased", async () => {
  const world = await testWorld();
  const api = client(world);
  const { id, hosts } = await makeHosts(world, api, 3);
  const [owner, ...others] = hosts;
  const type = await makeType(api, id, owner!, [{ hosts: named(...others), required: 1 }]);
  const made = await book(api, type.body, "2026-11-23T09:00:00Z");
  const gone = others.find((host) => host.id === made.body.booking.hosts[0].id)!;
  const heir = others.find((host) => host !== gone)!;
  expect((await api("DELETE", "/users/me", { token: gone.token, body: mine })).status).toBe(202);
  await settleDepartures(world);
  await sendMails(world, "");
  await converge(world);
  const seen = await api("GET", `/bookings/${made.body.booking.id}`, { token: heir.token });
  expect(seen.body).toMatchObject({
    status: "CONFIRMED",
    hosts: [{ id: heir.id }],
    guest: { name: "Grace Hopper" },
  });
  expect(
    await world.db.run("select erased_at is not null as done from users where id = $1", [gone.id]),
  ).toEqual([{ done: true }]);
});

test("the owner of an organization hands it over or deletes it first", async () => {
  const world = await testWorld();
  const api = client(world);
  const { id, hosts } = await makeHosts(world, api, 2);
  const [owner, member] = hosts;
  const ask = { token: owner!.token, body: mine };
  const refused = await api("DELETE", "/users/me", ask);
  expect([refused.status, refused.body.code]).toEqual([409, "owner_stays"]);
  await api("POST", `/organizations/${id}/transfer`, {
    token: owner!.token,
    body: { userId: member!.id },
  });
  expect((await api("DELETE", "/users/me", ask)).status).toBe(202);
});

test("it takes the password, and a key or a stranger never may", async () => {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world);
  const { token } = host;
  const key = await api("POST", "/users/me/api-keys", {
    token,
    body: { name: "All", scope: "write" },
  });
  const code = async (ask: object) => {
    const { status, body } = await api("DELETE", "/users/me", ask);
    return [status, body.code];
  };
  expect(await code({ token, body: {} })).toEqual([422, "invalid"]);
  expect(await code({ token, body: { currentPassword: "wrong" } })).toEqual([422, "invalid"]);
  expect(await code({ token: key.body.key, body: mine })).toEqual([403, "insufficient_scope"]);
  expect(await code({ body: mine })).toEqual([401, "unauthorized"]);
  await world.db.run("update users set password_hash = null where id = $1", [host.id]);
  await world.db.run("update sessions set created_at = $2 where user_id = $1", [
    host.id,
    world.now().subtract({ minutes: 11 }) as never,
  ]);
  expect(await code({ token, body: {} })).toEqual([403, "sign_in_again"]);
  await world.db.run("update sessions set created_at = $2 where user_id = $1", [
    host.id,
    world.now().subtract({ minutes: 9 }) as never,
  ]);
  expect((await api("DELETE", "/users/me", { token, body: {} })).status).toBe(202);
});

test("the last administrator stays", async () => {
  const world = await testWorld();
  const api = client(world);
  const admin = await makeHost(world, { role: "admin" });
  const refused = await api("DELETE", "/users/me", { token: admin.token, body: mine });
  expect([refused.status, refused.body.code]).toEqual([409, "last_admin"]);
});

test("an address that was never confirmed does not cost its owner his bookings", async () => {
  const world = await testWorld();
  const api = client(world);
  const [host, impostor] = [await makeHost(world), await makeHost(world)];
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, "2026-11-24T09:00:00Z", { guest: { email: impostor.email } });
  await api("DELETE", "/users/me", { token: impostor.token, body: mine });
  await sendMails(world, "");
  await converge(world);
  const seen = await api("GET", `/bookings/${made.body.booking.id}`, { token: host.token });
  expect(seen.body).toMatchObject({ status: "CONFIRMED", guest: { email: impostor.email } });
});

test("two workers that stop anywhere and begin again erase an account all the same", async () => {
  const world = await testWorld();
  const api = client(world);
  const host = await makeHost(world, { name: "Hortense Canaryhost" });
  const type = await makeMeetingType(world, host);
  for (const hour of ["09", "10", "11"]) await book(api, type, `2026-11-24T${hour}:00:00Z`);
  await api("DELETE", "/users/me", { token: host.token, body: mine });
  let work = 0;
  // a worker that dies at its nth statement
  const mortal = (statements: number) => {
    let left = statements;
    return {
      ...world,
      db: {
        ...world.db,
        run: (...args: Parameters<typeof world.db.run>) => {
          work += 1;
          if (left-- === 0) throw new Error("killed");
          return world.db.run(...args);
        },
      },
    } as TestWorld;
  };
  for (let n = 1; n <= 8; n++) {
    await Promise.allSettled([settleDepartures(mortal(n)), settleDepartures(mortal(n))]);
    if (n > 5) await sendMails(world, "");
    await Promise.allSettled([eraseUsers(mortal(n)), eraseUsers(mortal(n))]);
  }
  expect(work).toBeGreaterThan(6);
  while (await settleDepartures(world));
  await sendMails(world, "");
  await converge(world);
  expect(await tracesOf(world.config.DATABASE_URL, ["Canaryhost"])).toEqual([]);
  expect(await world.db.run("select 1 from reservations", [])).toEqual([]);
  expect(await world.db.run("select distinct status from bookings", [])).toEqual([
    { status: "CANCELLED" },
  ]);
});
