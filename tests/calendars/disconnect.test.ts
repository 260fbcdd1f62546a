// Disconnecting: everything here is gone at once, and the provider is told as soon as it answers.
import { afterAll, beforeEach, expect, test } from "bun:test";
import { makeProviders } from "../../src/accounts/oauth/providers.ts";
import { revokeConnection } from "../../src/calendars/revoke.ts";
import { newId } from "../../src/db/id.ts";
import { eraseUsers } from "../../src/privacy/erase-users.ts";
import { sweepOld } from "../../src/privacy/retention.ts";
import { type Host, makeHost, PASSWORD } from "../support/make.ts";
import { hashCheaply } from "../support/passwords.ts";
import { NOW } from "../support/world.ts";
import { type ByOAuth, connectBy, connectServer, rows, scene } from "./support/scene.ts";

hashCheaply();

const it = await scene();
afterAll(() => it.stop());
beforeEach(() => {
  it.world.setNow(NOW.toString());
  it.google.faults = {};
  it.google.withdrawn.length = 0;
  for (const fake of Object.values(it.fakes)) {
    fake.fails = null;
    fake.stopped.length = 0;
  }
});

let people = 0;
/** A host with an account of his own, which has been read and pushes. */
async function connected(by: ByOAuth): Promise<{ host: Host; id: string }> {
  people += 1;
  it[by].claims = { sub: `subject-${people}`, email: `p${people}@example.com` };
  const host = await makeHost(it.world);
  const id = await connectBy(it, by, host);
  await rows(
    it,
    `with k as (select id from calendars where connection_id = $1 and is_primary),
       b as (insert into external_busy (calendar_id, external_id, host_id, during, kind, title, generation)
         select id, 'e1', $2, '[2026-11-24,2026-11-25)', 'busy', 'Doctor', 1 from k)
     insert into calendar_channels (id, calendar_id, external_id, resource_id, expires_at, renew_at)
     select gen_random_uuid(), id, 'channel-' || $1::text, 'resource', '2026-12-01', '2026-11-30' from k`,
    id,
    host.id,
  );
  return { host, id };
}
const disconnect = (host: Host, id: string) =>
  it.api("DELETE", `/calendar/integrations/${id}`, { token: host.token });
const promiseOf = async (id: string) =>
  (
    await rows(
      it,
      "select id, attempts, outcome, due_at, done_at from outbox where subject_id = $1 and kind = 'calendar.revoke'",
      id,
    )
  )[0] as never as {
    id: string;
    attempts: number;
    outcome: string | null;
    dueAt: Temporal.Instant;
  };
const asideOf = (id: string) => rows(it, "select id from calendar_revocations where id = $1", id);
/** One dispatch, as a worker would. */
async function work(id: string, providers = makeProviders(it.world)) {
  const { id: outboxId } = await promiseOf(id);
  const [taken] = await rows(
    it,
    "update outbox set attempts = attempts + 1 where id = $1 returning attempts",
    outboxId,
  );
  await revokeConnection(it.world, { outboxId, attempt: taken?.["attempts"] as number }, providers);
}

test("tokens, calendars and busy times are gone at once, and what was promised of them is off", async () => {
  const { host, id } = await connected("google");
  const answer = await disconnect(host, id);
  expect([answer.status, answer.body.message]).toEqual([200, "Calendar disconnected"]);
  const [left] = await rows(
    it,
    `select (select count(*) from calendar_connections where id = $1)::int as connections,
       (select count(*) from calendars where user_id = $2)::int as calendars,
       (select count(*) from external_busy where host_id = $2)::int as busy,
       (select count(*) from calendar_channels h join calendars c on c.id = h.calendar_id where c.user_id = $2)::int as channels,
       (select count(*) from outbox o where o.kind = 'calendar.sync' and o.done_at is null
          and not exists (select from calendars c where c.id = o.subject_id))::int as promises`,
    id,
    host.id,
  );
  expect(left).toEqual({
    connections: 0,
    calendars: 0,
    busy: 0,
    channels: 0,
    promises: 0,
  } as never);
  expect((await disconnect(host, id)).status).toBe(404);
  const audit = await rows(
    it,
    "select action from audit_log where subject_id = $1 and action like '%DIS%'",
    id,
  );
  expect(audit).toEqual([{ action: "CALENDAR_DISCONNECTED" }] as never);
});

test("its pushes are stopped, then Google's grant is withdrawn, once", async () => {
  const { host, id } = await connected("google");
  const grants = [...it.google.refreshTokens.keys()];
  await disconnect(host, id);
  await work(id);
  expect(it.fakes.google.stopped).toEqual([`channel-${id}`]);
  expect(it.google.withdrawn).toEqual([grants.at(-1) ?? ""]);
  expect(await promiseOf(id)).toMatchObject({ outcome: "done" });
  expect(await asideOf(id)).toEqual([]);
  await work(id);
  expect(it.google.withdrawn).toHaveLength(1);
});

test("Microsoft's subscriptions are ended with a token that is renewed for it; nothing else of it can be withdrawn", async () => {
  const { host, id } = await connected("microsoft");
  await disconnect(host, id);
  it.world.setNow(NOW.add({ hours: 2 }).toString());
  await work(id);
  expect(it.fakes.microsoft.stopped).toEqual([`channel-${id}`]);
  expect(await asideOf(id)).toEqual([]);
});

test("a server that gave us nothing is left alone", async () => {
  const host = await makeHost(it.world);
  const id = await connectServer(it, "ada", host);
  expect((await disconnect(host, id)).status).toBe(200);
  expect([await promiseOf(id), await asideOf(id)]).toEqual([undefined, []] as never);
});

test("a provider that is dead keeps nothing here, is asked again, and given up after a day with what was set aside", async () => {
  const { host, id } = await connected("google");
  it.google.faults = { revocation: () => new Response("oops", { status: 503 }) };
  expect((await disconnect(host, id)).status).toBe(200);
  await work(id);
  const off = await promiseOf(id);
  expect(off).toMatchObject({ outcome: null });
  expect(Temporal.Instant.compare(off.dueAt, it.world.now())).toBe(1);
  expect(await asideOf(id)).toHaveLength(1);
  it.google.faults = { revocation: null };
  await work(id, makeProviders(it.world, 200));
  expect(await promiseOf(id)).toMatchObject({ outcome: null });
  it.world.setNow(NOW.add({ hours: 24 }).toString());
  await work(id, makeProviders(it.world, 200));
  expect(await promiseOf(id)).toMatchObject({ outcome: "failed" });
  expect(await asideOf(id)).toEqual([]);
});

test("who does not know the grant any more has nothing to withdraw", async () => {
  const { host, id } = await connected("google");
  it.google.refreshTokens.clear();
  await disconnect(host, id);
  await work(id);
  expect(await promiseOf(id)).toMatchObject({ outcome: "done" });
  const gone = await connected("google");
  it.fakes.google.fails = "needs_reauth";
  await disconnect(gone.host, gone.id);
  await work(gone.id);
  expect(await promiseOf(gone.id)).toMatchObject({ outcome: "done" });
});

test("the grant stays where the account is connected again, or by another user: withdrawing would end that, too", async () => {
  const { host, id } = await connected("google");
  await disconnect(host, id);
  const again = await connectBy(it, "google", host);
  expect(again).not.toBe(id);
  await work(id);
  expect(it.google.withdrawn).toEqual([]);
  expect(it.fakes.google.stopped).toEqual([`channel-${id}`]);
  expect([await promiseOf(id), await asideOf(id)]).toMatchObject([{ outcome: "done" }, []]);
});

test("what nobody withdrew is deleted after two days whatever happens", async () => {
  const { host, id } = await connected("google");
  await disconnect(host, id);
  await rows(
    it,
    "update calendar_revocations set created_at = $2 where id = $1",
    id,
    NOW.subtract({ hours: 49 }).toString(),
  );
  await sweepOld(it.world);
  expect(await asideOf(id)).toEqual([]);
  await work(id);
  expect(await promiseOf(id)).toMatchObject({ outcome: "superseded" });
});

test("events that we wrote are let go of, and bookings stay", async () => {
  const { host, id } = await connected("google");
  const { body } = await it.api("POST", "/bookings", {
    token: host.token,
    body: { title: "Mine", start: "2026-12-01T09:00:00Z", end: "2026-12-01T10:00:00Z" },
  });
  await rows(
    it,
    `insert into calendar_events (booking_id, host_id, calendar_id, external_id, version, during)
     select $1, $2, id, 'e', 1, '[2026-12-01T09:00Z,2026-12-01T10:00Z)' from calendars where connection_id = $3 and is_primary`,
    body.booking.id,
    host.id,
    id,
  );
  await disconnect(host, id);
  expect(
    await rows(
      it,
      "select calendar_id from calendar_events where booking_id = $1",
      body.booking.id,
    ),
  ).toEqual([{ calendarId: null }] as never);
  const stranger = await makeHost(it.world);
  expect((await disconnect(stranger, newId())).status).toBe(404);
});

test("of a user who is erased everything goes, and his grants are withdrawn", async () => {
  const { host, id } = await connected("google");
  await it.api("POST", "/calendar/feeds", { token: host.token, body: { name: "Phone" } });
  const asked = await it.api("DELETE", "/users/me", {
    token: host.token,
    body: { currentPassword: PASSWORD },
  });
  expect(asked.status).toBe(202);
  // Meetings are called off in his calendars first.
  expect(await rows(it, "select 1 from calendar_connections where id = $1", id)).toHaveLength(1);
  it.world.setNow(NOW.add({ hours: 25 }).toString());
  while (await eraseUsers(it.world));
  for (const table of ["calendar_connections", "calendars", "calendar_feeds", "calendar_attempts"])
    expect([table, await rows(it, `select 1 from ${table} where user_id = $1`, host.id)]).toEqual([
      table,
      [],
    ]);
  await work(id);
  expect(it.google.withdrawn).toHaveLength(1);
  expect(await asideOf(id)).toEqual([]);
});
