// One organization with everybody in it, somebody outside, and one of each thing that can be somebody's.
import { newId } from "../../../src/db/id.ts";
import { makeToken } from "../../../src/token.ts";
import { makeKeyOf } from "../../accounts/support/keys.ts";
import { tokenOf } from "../../bookings/support/guest.ts";
import { add, canHost, makePerson, makeType, named } from "../../organizations/support/people.ts";
import { book, type Host, makeMeetingType, PASSWORD } from "../../support/make.ts";
import { type Answer, type Api, client, NOW, type TestWorld } from "../../support/world.ts";
import type { Actor } from "./actors.ts";

/** What an actor sends to say who he is. */
export interface Proof {
  readonly bearer?: string;
  readonly token?: string;
}

export interface Cast {
  readonly proofs: Readonly<Record<Actor, Proof>>;
  readonly people: Readonly<Record<"owner" | "orgAdmin" | "host" | "other" | "admin", Host>>;
  /** A second administrator, who sees to the others. */
  readonly keeper: Proof;
  /** The id of the owner's key of the scope write. */
  readonly writeKeyId: string;
  /** Of the owner and his organization. */
  readonly things: Things;
  /** The same of `other`, who is nothing to them. */
  readonly rivals: Things;
}

/** Ids, by what they are of; and some links and names. */
export type Things = Awaited<ReturnType<typeof makeThings>>;

/**
 * Words in what only some may read: `kanarie` in the owner's private things, `mees` in what his guest gave,
 * `vinkje` in the organization, `merel` in the guest of its meeting, `specht` in the hosts' notes on it.
 */
export const SECRETS: Readonly<Record<string, readonly Actor[]>> = {
  kanarie: ["owner", "readKey", "writeKey"],
  mees: ["owner", "readKey", "writeKey", "guest"],
  vinkje: ["owner", "readKey", "writeKey", "orgAdmin", "member", "host"],
  merel: ["owner", "readKey", "writeKey", "orgAdmin", "host"],
  specht: ["host"],
};

const MONDAY = "2026-11-23";
const at = (time: string) => `${MONDAY}T${time}:00Z`;

export async function makeCast(world: TestWorld): Promise<Cast> {
  const api = client(world);
  const person = (name: string, role: "member" | "admin" = "member") =>
    makePerson(world, { name, role });
  const owner = await person("Olga Owner");
  const orgAdmin = await person("Adam Admin");
  const member = await person("Mary Member");
  const host = await person("Henry Host");
  const suspended = await person("Sid Suspended");
  const other = await person("Sam Stranger");
  const admin = await person("Root Administrator", "admin");
  const keeper = { bearer: (await person("Kim Keeper", "admin")).token };
  const rivalMember = await person("Rita Rival");
  const rivalHost = await person("Hans Rival");

  const things = await makeThings(world, api, { owner, member, host, invited: other }, SECRET);
  await made(add(api, things.organization, owner, orgAdmin, "admin"));
  await made(add(api, things.organization, owner, suspended, "admin"));
  const rivals = await makeThings(
    world,
    api,
    { owner: other, member: rivalMember, host: rivalHost, invited: owner },
    PLAIN,
  );
  await world.db.run("update users set status = 'SUSPENDED' where id = $1", [suspended.id]);
  const keyOf = (whose: Host, scope: "read" | "write" | "admin") =>
    makeKeyOf(api, whose, scope, { name: "Key" });
  const writeKey = await keyOf(owner, "write");
  const proofs = {
    nobody: {},
    other: { bearer: other.token },
    member: { bearer: member.token },
    host: { bearer: host.token },
    orgAdmin: { bearer: orgAdmin.token },
    owner: { bearer: owner.token },
    admin: { bearer: admin.token },
    suspended: { bearer: suspended.token },
    revoked: { bearer: things.endedToken },
    readKey: { bearer: (await keyOf(owner, "read")).key },
    writeKey: { bearer: writeKey.key },
    adminKey: { bearer: (await keyOf(admin, "admin")).key },
    guest: { token: things.guestToken },
    otherGuest: { token: things.otherGuestToken },
  };
  // Used just now: otherwise each first request would note that it is.
  await world.db.run("update api_keys set last_used_at = $1", [NOW.toString()]);
  await world.db.run("update sessions set last_used_at = $1", [NOW.toString()]);
  const people = { owner, orgAdmin, host, other, admin };
  return { proofs, people, keeper, writeKeyId: writeKey.id, things, rivals };
}

const SECRET = {
  own: "kanarie",
  guest: "mees",
  team: "vinkje",
  teamGuest: "merel",
  notes: "specht",
};
const PLAIN = { own: "plain", guest: "plain", team: "plain", teamGuest: "plain", notes: "plain" };

/** What was answered, where it was a success. */
async function made(answer: Promise<Answer>) {
  const { status, text, body } = await answer;
  if (status >= 300) throw new Error(`The stage cannot be set: ${status} ${text}`);
  return body;
}

async function makeThings(
  world: TestWorld,
  api: Api,
  who: { owner: Host; member: Host; host: Host; invited: Host },
  words: typeof SECRET,
) {
  const { owner, member, host, invited } = who;
  const post = (path: string, body: object, by = owner) =>
    made(api("POST", path, { token: by.token, body }));
  const insert = async (text: string, ...values: string[]) => {
    const id = newId();
    await world.db.run(text, [id, ...values]);
    return id;
  };

  const { id: schedule } = await post("/schedules", { name: words.own });
  const day = "2027-05-01";
  const { id: absence } = await post("/out-of-office", {
    from: day,
    until: day,
    reason: words.own,
  });
  const { id: blocked } = await post("/blocked-guests", { pattern: `${words.own}@example.net` });
  const { id: key } = await post("/users/me/api-keys", { name: words.own, scope: "read" });
  const session = await insert(
    "insert into sessions (id, user_id, user_agent, expires_at) values ($1, $2, $3, '2100-01-01')",
    owner.id,
    words.own,
  );
  const identity = await insert(
    `insert into identities (id, user_id, provider, issuer, subject, email)
     values ($1, $2, 'google', 'https://accounts.google.com', gen_random_uuid(), $3)`,
    owner.id,
    `${words.own}@example.net`,
  );
  const notification = await insert(
    `insert into notifications (id, user_id, type, metadata)
     values ($1, $2, 'BOOKING_CONFIRMED', jsonb_build_object('title', $3::text))`,
    owner.id,
    words.own,
  );
  const emailChange = await insert(
    `insert into email_changes (id, user_id, email, was_verified, held_until, created_at)
     values ($1, $2, $3, true, '2100-01-01', '2026-11-22')`,
    owner.id,
    `${words.own}.former@example.net`,
  );

  const type = await makeMeetingType(world, owner, { title: "Call" });
  const askedType = await makeMeetingType(world, owner, { title: "By request" });
  await world.db.run("update meeting_types set requires_confirmation = true where id = $1", [
    askedType.id,
  ]);
  const verifiedType = await makeMeetingType(world, owner, { title: "By mail" });
  await world.db.run(
    'update meeting_types set policies = policies || \'{"guestVerification": "email"}\' where id = $1',
    [verifiedType.id],
  );
  const { id: link } = await post(`/meeting-types/${type.id}/links`, { maxBookings: 5 });
  const { holdId: hold } = await post(`/meeting-types/${type.id}/holds`, { start: at("16:00") });
  const meet = async (of: { id: string }, start: string, name: string) => {
    const answer = await book(api, of, start, {
      guest: { name, email: `${name}-${newId().slice(-8)}@example.org` },
      notes: name,
    });
    const { booking } = await made(Promise.resolve(answer));
    return { id: booking.id, attendee: booking.guest.id, token: tokenOf(answer) };
  };
  // The Friday before, so that it is over.
  world.setNow("2026-11-19T10:00:00Z");
  const past = await meet(type, "2026-11-20T09:00:00Z", words.guest);
  world.setNow(NOW.toString());
  const guestBooking = await meet(type, at("09:00"), words.guest);
  const otherBooking = await meet(type, at("10:00"), "Grace");
  const cancelled = await meet(type, at("11:00"), words.guest);
  const cancelBy = (id: string, by: Host) =>
    made(api("PATCH", `/bookings/${id}/cancel`, { token: by.token, body: {} }));
  await cancelBy(cancelled.id, owner);
  const pending = await meet(askedType, at("12:00"), words.guest);
  const unsaid = await meet(verifiedType, at("12:30"), words.guest);
  const { booking: personal } = await post("/bookings", {
    title: words.own,
    start: at("13:00"),
    end: at("14:00"),
  });
  const noting = { token: owner.token, body: { hostNotes: words.own } };
  await made(api("PATCH", `/bookings/${guestBooking.id}/host-notes`, noting));

  const { id: organization } = await post("/organizations", { name: words.team });
  await made(add(api, organization, owner, member));
  await made(add(api, organization, owner, host));
  await made(canHost(api, organization, member));
  await made(canHost(api, organization, host));
  const invitation = (
    await post(`/organizations/${organization}/members`, { email: `${words.team}@example.com` })
  ).invitation.id;
  const toJoin = await insert(
    `insert into organization_invitations (id, organization_id, email, role, invited_by, expires_at)
     values ($1, $2, $3, 'member', $4, '2026-12-01')`,
    organization,
    invited.email,
    owner.id,
  );
  const hostGroups = [{ hosts: named(host, member), required: 1 }];
  const more = { title: "Team call", slug: "team" };
  const { id: teamType } = await made(makeType(api, organization, owner, hostGroups, more));
  const { id: teamLink } = await post(`/meeting-types/${teamType}/links`, {});
  const teamBooking = await meet({ id: teamType }, at("15:00"), words.teamGuest);
  const [taken] = await world.db.run("select host_id from booking_hosts where booking_id = $1", [
    teamBooking.id,
  ]);
  if (taken?.["hostId"] !== host.id)
    await made(
      api("PATCH", `/bookings/${teamBooking.id}/reassign`, { token: owner.token, body: {} }),
    );
  // Twice, so that the history has them too.
  for (const hostNotes of [words.notes, `${words.notes} again`]) {
    const noting = { token: host.token, body: { hostNotes } };
    await made(api("PATCH", `/bookings/${teamBooking.id}/host-notes`, noting));
  }
  const [membership] = await world.db.run(
    "select id from organization_members where organization_id = $1 and user_id = $2",
    [organization, member.id],
  );

  const failed = async (bookingId: string): Promise<string> => {
    const [promise] = await world.db.run(
      `update outbox set done_at = '2026-11-22', outcome = 'failed'
       where id = (select id from outbox where booking_id = $1 and queue = 'emails' order by id limit 1) returning id`,
      [bookingId],
    );
    return `${promise?.["id"]}`;
  };
  const erasure = await insert(
    `insert into erasures (id, scope, email, requested_at)
     values ($1, 'address', $2, '2026-11-22')`,
    `erased.${owner.username}@example.net`,
  );
  const hooks = { url: `https://203.0.114.7/${words.own}`, events: ["booking.created"] };
  const { id: webhook } = await post("/webhooks", hooks);
  const { deliveryId: call } = await post(`/webhooks/${webhook}/test`, {});
  const { id: teamWebhook } = await post("/webhooks", {
    ...hooks,
    url: `https://203.0.114.7/${words.team}`,
    organizationId: organization,
  });
  const { deliveryId: teamCall } = await post(`/webhooks/${teamWebhook}/test`, {});

  const integration = await insert(
    `insert into calendar_connections (id, user_id, provider, account_id, account, credentials)
     values ($1, $2, 'caldav', $3, $3, 'sealed')`,
    owner.id,
    `${words.own}@dav.example.net`,
  );
  const calendar = await insert(
    `insert into calendars (id, user_id, connection_id, external_id, name, can_write, checks_conflicts)
     values ($1, $2, $3, 'main', $4, true, true)`,
    owner.id,
    integration,
    words.own,
  );
  const { id: feed, url: feedUrl } = await post("/calendar/feeds", { name: words.own });
  const feedToken = `${/[\w-]{43}/.exec(feedUrl)?.[0]}`;
  // Read just now: otherwise each first reader would be noted.
  await world.db.run("update calendar_feeds set last_read_at = $1", [NOW.toString()]);

  const soon = world.now().add({ minutes: 20 });
  const joinEnd = Temporal.Instant.from("2026-12-01T00:00:00Z");
  const { email } = owner;
  const links = {
    verify: makeToken(world, "verify-email", owner.id, email, soon),
    reset: makeToken(world, "reset-password", owner.id, `1|${email}`, soon),
    undo: makeToken(world, "undo-email", emailChange, `${words.own}.former@example.net`, soon),
    unsubscribe: makeToken(world, "unsubscribe", guestBooking.attendee, "guest"),
    say: makeToken(world, "verify-booking", unsaid.attendee, `${unsaid.id} 1`),
    ofHost: makeToken(world, "host-booking", owner.id, guestBooking.id),
    decide: makeToken(world, "decide", owner.id, `${pending.id} 0`),
    join: makeToken(world, "invitation", toJoin, `1 ${invited.email}`, joinEnd),
    hosting: makeToken(world, "host-consent", `${membership?.["id"]}`, `1 ${member.email}`, soon),
  };
  const { token: endedToken } = await made(
    api("POST", "/auth/login", { body: { email, password: PASSWORD } }),
  );
  await made(api("POST", "/auth/logout", { token: endedToken }));
  return {
    ...{ schedule, absence, blocked, key, session, identity, notification, link, hold, invitation },
    ...{ organization, teamType, teamLink, endedToken, links },
    ...{ erasure, webhook, call, teamWebhook, teamCall },
    ...{ integration, calendar, feed, feedToken },
    delivery: await failed(guestBooking.id),
    teamDelivery: await failed(teamBooking.id),
    type: type.id,
    askedType: askedType.id,
    slug: type.slug,
    username: owner.username,
    user: owner.id,
    email,
    member: member.id,
    host: host.id,
    guestBooking: guestBooking.id,
    attendee: guestBooking.attendee,
    otherBooking: otherBooking.id,
    otherAttendee: otherBooking.attendee,
    pending: pending.id,
    unsaid: unsaid.id,
    past: past.id,
    cancelled: cancelled.id,
    personal: personal.id as string,
    teamBooking: teamBooking.id,
    guestToken: guestBooking.token,
    otherGuestToken: otherBooking.token,
  };
}
