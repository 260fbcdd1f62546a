// Types whose guests confirm by mail: nobody fills a calendar, or a stranger's mailbox, with others' addresses.
import { expect, test } from "bun:test";
import { expireRequests } from "../../src/bookings/lapse.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";
import { hostOf, MONDAY_10, mailsOf, remindersOf, toldOf } from "./support/asked.ts";
import { guestOf, tally, tokenOf } from "./support/guest.ts";
import { busyOf, counts, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const REMINDED = { reminders: [{ minutesBefore: 60, channel: "email", to: "both" } as const] };

/** A booking for Monday at ten that its guest, who brings somebody, has not confirmed yet. */
async function unverified(within: TestWorld = world, asksHost = false) {
  const api = client(within);
  const host = await makeHost(within);
  const type = await makeMeetingType(within, host, REMINDED);
  await within.db.run(
    `update meeting_types set policies = '{"guestVerification": "email"}', requires_confirmation = $2::text::boolean
     where id = $1`,
    [type.id, `${asksHost}`],
  );
  const made = await book(api, type, MONDAY_10, { guests: [{ email: "katherine@example.com" }] });
  const id: string = made.body.booking.id;
  const [mail] = await mailsOf(within, id);
  const link = /https?:\S+\/verify\?token=(\S+)/.exec(mail?.mail.text ?? "");
  return {
    ...{ api, host, type, made, id, mail, token: link?.[1] ?? "" },
    guest: guestOf(api, made),
    by: hostOf(within, host, id),
    verify: (token = link?.[1] ?? "") => api("POST", `/bookings/${id}/verify`, { body: { token } }),
  };
}

const noticesOf = async (token: string): Promise<string[]> =>
  (await client(world)("GET", "/notifications", { token })).body.data.map(
    ({ type }: { type: string }) => type,
  );

test("it holds the time for half an hour, and tells nobody but who booked", async () => {
  const { host, made, id, api, type, mail } = await unverified();
  expect(made.status).toBe(201);
  expect(made.body.booking).toMatchObject({
    status: "PENDING",
    awaiting: "guest",
    expiresAt: "2026-11-22T10:30:00Z",
  });
  expect(toldOf(await mailsOf(world, id))).toEqual(["BOOKING_VERIFICATION grace@example.com"]);
  expect(mail?.mail.attachments).toEqual([]);
  expect(mail?.mail.subject).toContain("Please confirm");
  expect(await noticesOf(host.token)).toEqual([]);
  expect(await remindersOf(world, id)).toEqual([]);
  expect((await book(api, type, MONDAY_10)).body.code).toBe("slot_taken");
  expect(await busyOf(world, host)).toHaveLength(1);
  await expectSoundLedger(world);
});

test("confirmed by its link it is a booking: all are invited and reminded, once", async () => {
  const { host, id, verify, guest } = await unverified();
  const yes = await verify();
  expect(yes.status).toBe(200);
  expect(yes.headers.get("etag")).toBe('"v2"');
  expect(yes.body).toMatchObject({ status: "CONFIRMED", awaiting: null, expiresAt: null });
  expect(toldOf(await mailsOf(world, id))).toEqual(
    [host.email, "grace@example.com", "katherine@example.com"]
      .map((email) => `BOOKING_CONFIRMATION ${email}`)
      .sort(),
  );
  expect(await noticesOf(host.token)).toEqual(["BOOKING_CONFIRMED"]);
  expect(await remindersOf(world, id)).toHaveLength(3);
  const before = await counts(world, "outbox", "notifications", "booking_history");
  const again = await verify();
  expect([again.status, again.body]).toEqual([200, yes.body]);
  expect(await counts(world, "outbox", "notifications", "booking_history")).toEqual(before);
  const { history } = (await guest.get()).body;
  expect(history.map(({ event, actor }: Record<string, string>) => `${event} ${actor}`)).toEqual([
    "booked guest",
    "verified guest",
  ]);
  expect((await guest.move("2026-11-23T11:00:00Z")).body.status).toBe("CONFIRMED");
  await expectSoundLedger(world);
});

test("where the host wants to be asked, he is asked then, and has his two days", async () => {
  const { host, id, verify, by } = await unverified(world, true);
  const yes = await verify();
  expect(yes.body).toMatchObject({ status: "PENDING", awaiting: "host", expiresAt: MONDAY_10 });
  expect(toldOf(await mailsOf(world, id))).toEqual(
    [host.email, "grace@example.com", "katherine@example.com"]
      .map((email) => `BOOKING_REQUESTED ${email}`)
      .sort(),
  );
  expect((await by.confirm()).body).toMatchObject({ status: "CONFIRMED", awaiting: null });
  await expectSoundLedger(world);
});

test("without that it lapses by itself, noted or not, and nobody is written to again", async () => {
  const own = await testWorld();
  const { host, id, verify, guest, api, type, by } = await unverified(own);
  own.setNow("2026-11-22T10:30:00Z");
  expect((await guest.get()).body.status).toBe("EXPIRED");
  expect((await verify()).body).toMatchObject({ status: 409, code: "booking_closed" });
  expect((await by.confirm()).body.code).toBe("booking_closed");
  const before = await counts(own, "outbox", "notifications");
  await expireRequests(own);
  expect((await guest.get()).body.history.at(-1)).toMatchObject({ event: "expired" });
  expect(await counts(own, "outbox", "notifications")).toEqual(before);
  expect(await mailsOf(own, id)).toEqual([]);
  expect(await busyOf(own, host)).toEqual([]);
  expect((await verify()).body.code).toBe("booking_closed");
  // The time was free before anybody noted it.
  own.setNow("2026-11-22T10:00:00Z");
  const next = await unverified(own);
  own.setNow("2026-11-22T10:30:00Z");
  expect((await book(next.api, next.type, MONDAY_10)).status).toBe(201);
  expect((await next.verify()).body.code).toBe("booking_closed");
  expect((await book(api, type, MONDAY_10)).status).toBe(201);
  await expireRequests(own);
  await expectSoundLedger(own);
});

test("the link is of one guest, one booking and one purpose", async () => {
  const one = await unverified();
  const other = await unverified();
  for (const token of ["x", other.token, tokenOf(one.made), `${one.token}x`])
    expect((await one.verify(token)).status).toBe(404);
  // It opens nothing else, and the booking's own link confirms nothing.
  const headers = { "x-booking-token": one.token };
  expect((await one.api("GET", `/bookings/${one.id}`, { headers })).status).toBe(404);
  expect((await one.by.get()).body).toMatchObject({ status: "PENDING", awaiting: "guest" });
});

test("twenty at once confirm it once", async () => {
  const { id, verify } = await unverified();
  const answers = await Promise.all(Array.from({ length: 20 }, () => verify()));
  expect(tally(answers)["200"]).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  const [row] = await world.db.run(
    `select (select count(*) from booking_history where booking_id = $1 and event = 'verified')::int as verified,
       (select count(*) from outbox where booking_id = $1 and kind = 'BOOKING_CONFIRMATION')::int as mails`,
    [id],
  );
  expect(row).toEqual({ verified: 1, mails: 3 });
});

test("its guest may cancel but not move it, and of what is cancelled nobody hears", async () => {
  const { host, id, guest, verify } = await unverified();
  expect((await guest.move("2026-11-23T11:00:00Z")).body).toMatchObject({
    code: "policy_forbids",
    detail: "Confirm this booking by the link of your mail first. Then it can be moved.",
  });
  expect((await guest.cancel()).body).toMatchObject({ status: "CANCELLED", awaiting: null });
  expect(await mailsOf(world, id)).toEqual([]);
  expect(await noticesOf(host.token)).toEqual([]);
  expect(await busyOf(world, host)).toEqual([]);
  expect((await verify()).body.code).toBe("booking_closed");
});

test("a host may answer for his guest: confirm, move, decline; not hand it over", async () => {
  const [yes, moved, no, handed] = [
    await unverified(),
    await unverified(),
    await unverified(),
    await unverified(),
  ];
  expect((await yes.by.confirm()).body).toMatchObject({ status: "CONFIRMED", awaiting: null });
  expect((await yes.verify()).body.status).toBe("CONFIRMED");
  expect((await moved.by.move({ start: "2026-11-23T11:00:00Z" })).body).toMatchObject({
    status: "CONFIRMED",
    awaiting: null,
  });
  expect((await no.by.decline()).body.status).toBe("DECLINED");
  expect(await mailsOf(world, no.id)).toEqual([]);
  expect((await handed.by.reassign({})).body.code).toBe("booking_closed");
  expect((await handed.guest.cancel()).status).toBe(200);
  expect((await handed.by.restore()).body).toMatchObject({ status: "CONFIRMED", awaiting: null });
  await expectSoundLedger(world);
});

test("it goes through a meeting type's settings, and not together with seats", async () => {
  const { token } = await makeHost(world);
  const api = client(world);
  const body = { title: "Intro", policies: { guestVerification: "email" } };
  const made = await api("POST", "/meeting-types", { token, body });
  expect(made.body.policies).toMatchObject({ guestVerification: "email", reasonRequired: false });
  const plain = await api("POST", "/meeting-types", { token, body: { title: "Plain" } });
  expect(plain.body.policies.guestVerification).toBe("none");
  for (const wrong of [
    { ...body, capacity: 2 },
    { title: "x", policies: { guestVerification: "sms" } },
  ])
    expect((await api("POST", "/meeting-types", { token, body: wrong })).status).toBe(422);
});
