// What a meeting type lets its guests do.
import { expect, test } from "bun:test";
import type { Db } from "../../src/db/sql.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { asking, asks } from "./support/asking.ts";
import { guestOf, tally } from "./support/guest.ts";
import { expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "20" });
const statements: string[] = [];
const failures: string[] = [];
const run: Db["run"] = (text, values) => {
  statements.push(text);
  return world.db.run(text, values).catch((error: { code?: string }) => {
    failures.push(error.code ?? "");
    throw error;
  });
};
const api = client({ ...world, db: { ...world.db, run } });
const AT = "2026-11-23T09:00:00Z";
const time = (i: number) => `2026-11-2${3 + Math.floor(i / 16)}T${HOURS[i % 16]}:00Z`;
const HOURS = Array.from(
  { length: 16 },
  (_, i) => `${String(9 + Math.floor(i / 2)).padStart(2, "0")}:${i % 2 ? "30" : "00"}`,
);

test("a guest cancels and moves until the cut-off, that minute included; the host always", async () => {
  const policies = { cancelUntilMinutesBefore: 120, rescheduleUntilMinutesBefore: 60 };
  const { host, type } = await asking(world, { policies });
  const [one, two] = [await book(api, type, AT), await book(api, type, "2026-11-23T09:30:00Z")];
  world.setNow("2026-11-23T07:00:00.001Z");
  const late = await guestOf(api, one).cancel();
  expect([late.status, late.body.code]).toEqual([422, "policy_forbids"]);
  expect(late.body).toMatchObject({
    detail:
      "This booking could be cancelled by its guest until Mon, 23 Nov 2026, 08:00 (Central European Time, UTC+01:00). Please ask the host.",
    until: "2026-11-23T07:00:00Z",
  });
  world.setNow("2026-11-23T07:00:00Z");
  expect((await guestOf(api, two).cancel()).status).toBe(200);
  world.setNow("2026-11-23T08:00:00Z");
  expect((await guestOf(api, one).move("2026-11-23T12:00:00Z")).status).toBe(200);
  world.setNow("2026-11-23T11:00:01Z");
  const { id } = one.body.booking;
  const stuck = await guestOf(api, one).move("2026-11-23T15:00:00Z");
  expect([stuck.status, stuck.body.code]).toEqual([422, "policy_forbids"]);
  expect(stuck.body.detail).toContain("could be moved by its guest until");
  // To where it is already is no change, so nothing forbids it.
  expect((await guestOf(api, one).move("2026-11-23T12:00:00Z")).status).toBe(200);
  const { token } = host;
  const body = { start: "2026-11-23T15:00:00Z" };
  expect((await api("PATCH", `/bookings/${id}/reschedule`, { token, body })).status).toBe(200);
  world.setNow("2026-11-23T14:59:00Z");
  expect((await api("DELETE", `/bookings/${id}`, { token })).status).toBe(200);
  expect((await guestOf(api, one).cancel()).status).toBe(200);
  world.setNow("2026-11-22T10:00:00Z");
  await expectSoundLedger(world);
});

test("where a reason is required a guest must give one, and the host need not", async () => {
  const { host, type } = await asking(world, { policies: { reasonRequired: true } });
  const made = await book(api, type, AT);
  const guest = guestOf(api, made);
  for (const refused of [
    await guest.cancel(),
    await guest.cancel({ reason: " \n" }),
    await guest.move("2026-11-23T10:00:00Z"),
  ]) {
    expect([refused.status, refused.body.code]).toEqual([422, "invalid"]);
    expect(refused.body.errors).toEqual([
      { path: "reason", message: "is missing: the host asks for one" },
    ]);
  }
  expect((await guest.move("2026-11-23T10:00:00Z", { reason: "Train" })).status).toBe(200);
  const cancelled = await guest.cancel({ reason: "Ill" });
  expect([cancelled.status, cancelled.body.cancelReason]).toEqual([200, "Ill"]);
  const other = await book(api, type, AT);
  const { token } = host;
  expect((await api("DELETE", `/bookings/${other.body.booking.id}`, { token })).status).toBe(200);
});

test("20 parallel bookings by one address, in any case of letters: as many as the type allows", async () => {
  const { host, type } = await asking(world, { policies: { maxActivePerGuest: 3 } });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      book(api, type, time(i), {
        guest: { email: i % 2 ? "grace@example.com" : "Grace@Example.COM" },
      }),
    ),
  );
  expect(tally(answers)).toEqual({ "201": 3, "422 policy_forbids": 17 });
  expect(answers.find(({ status }) => status === 422)?.body.detail).toBe(
    "This host takes at most 3 coming bookings of this kind from one address.",
  );
  const rows = await world.db.run(
    "select count(*)::int as n from reservations where host_id = $1",
    [host.id],
  );
  expect(rows).toEqual([{ n: 3 }]);
  expect(failures).not.toContain("40P01");
  const other = await book(api, type, time(31), { guest: { email: "mary@example.com" } });
  expect(other.status).toBe(201);
  await expectSoundLedger(world);
});

test("guests with several types of several hosts never wait in a circle", async () => {
  const hosts = [await makeHost(world), await makeHost(world), await makeHost(world)];
  const types = await Promise.all(
    [hosts, hosts.toReversed(), hosts.slice(1)].map(async (group) => {
      const type = await makeMeetingType(world, group[0]!, {
        groups: [{ hosts: group, required: 1 }],
      });
      await asks(world, type, { policies: { maxActivePerGuest: 2 } });
      return type;
    }),
  );
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      book(api, types[i % 3]!, time(i % 4), { guest: { email: `g${i % 5}@example.com` } }),
    ),
  );
  expect(failures).not.toContain("40P01");
  for (const type of types)
    for (const email of ["g0", "g1", "g2", "g3", "g4"].map((name) => `${name}@example.com`)) {
      const made = answers.filter(
        ({ status, body }) =>
          status === 201 &&
          body.booking.meetingTypeId === type.id &&
          body.booking.guest.email === email,
      );
      expect(made.length).toBeLessThanOrEqual(2);
    }
  await expectSoundLedger(world);
});

test("only coming bookings that hold count, and only of who books", async () => {
  const { type } = await asking(world, { policies: { maxActivePerGuest: 1 } });
  const other = await makeMeetingType(world, await makeHost(world));
  const first = await book(api, type, AT, { guests: [{ email: "mary@example.com" }] });
  expect(first.status).toBe(201);
  const again = () => book(api, type, "2026-11-23T12:00:00Z");
  expect((await again()).body.detail).toContain("at most one coming booking");
  // Mary was brought along, and another type counts for itself.
  const mary = await book(api, type, "2026-11-23T11:00:00Z", {
    guest: { email: "mary@example.com" },
  });
  expect(mary.status).toBe(201);
  expect((await book(api, other, AT)).status).toBe(201);
  expect((await guestOf(api, first).move("2026-11-23T10:00:00Z")).status).toBe(200);
  expect((await again()).status).toBe(422);
  await guestOf(api, first).cancel();
  const second = await again();
  expect(second.status).toBe(201);
  world.setNow("2026-11-23T12:00:00Z");
  const third = await book(api, type, "2026-11-23T14:00:00Z");
  expect(third.status).toBe(201);
  world.setNow("2026-11-22T10:00:00Z");
});

test("an unanswered request counts until it lapses", async () => {
  const { type } = await asking(world, { policies: { maxActivePerGuest: 1 } });
  const made = await book(api, type, AT);
  const lapse = (at: string) =>
    world.db.run("update bookings set status = 'PENDING', expires_at = $2 where id = $1", [
      made.body.booking.id,
      Temporal.Instant.from(at) as never,
    ]);
  await lapse("2026-11-22T10:00:01Z");
  expect((await book(api, type, "2026-11-23T10:00:00Z")).body.code).toBe("policy_forbids");
  await lapse("2026-11-22T10:00:00Z");
  expect((await book(api, type, "2026-11-23T10:00:00Z")).status).toBe(201);
});

test("the same key fired 20 times for the one booking allowed: one booking and 20 same answers", async () => {
  const { type } = await asking(world, { policies: { maxActivePerGuest: 1 } });
  const headers = { "idempotency-key": "one" };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => book(api, type, AT, { headers })),
  );
  expect(tally(answers)).toEqual({ "201": 20 });
  expect(new Set(answers.map(({ body }) => body.booking.id)).size).toBe(1);
});

test("with questions, guests, rules and blocked addresses a booking is two statements still", async () => {
  const { host, type } = await asking(world, {
    questions: [{ id: "q", label: "Why?", type: "text" }],
    policies: { maxActivePerGuest: 1 },
  });
  await api("POST", "/blocked-guests", { token: host.token, body: { pattern: "eve@example.com" } });
  statements.length = 0;
  const guests = [{ email: "mary@example.com" }];
  expect((await book(api, type, AT, { guests, answers: { q: "Tea" } })).status).toBe(201);
  expect(statements).toHaveLength(2);
});
