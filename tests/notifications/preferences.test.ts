// What a user has turned off is not told, by whichever statement or worker.
import { describe, expect, test } from "bun:test";
import { english } from "../../src/messages/templates/en.ts";
import { NOTICES } from "../../src/notifications/kinds.ts";
import { CHOICE_KINDS, CHOICES, isWanted, kindOf } from "../../src/notifications/preferences.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client } from "../support/world.ts";
import { outcomesOf, sendingWorld } from "./support/sending.ts";

const MONDAY_10 = "2026-11-23T10:00:00Z";
const world = await sendingWorld();
const api = client(world);

async function hostWho(notificationPreferences: object) {
  const host = await makeHost(world);
  const { status } = await api("PATCH", "/users/me", {
    token: host.token,
    body: { notificationPreferences },
  });
  expect(status).toBe(200);
  const reminders = [{ minutesBefore: 60, channel: "email" as const, to: "both" as const }];
  return { host, type: await makeMeetingType(world, host, { reminders }) };
}

const typesOf = async ({ token }: { token: string }): Promise<string[]> =>
  (await api("GET", "/notifications", { token })).body.data.map(
    ({ type }: { type: string }) => type,
  );

const preferencesOf = async ({ token }: { token: string }) =>
  (await api("GET", "/users/me", { token })).body.notificationPreferences;

describe("turned off", () => {
  test("in the app, a kind is never written; the others are, and the booking is made", async () => {
    const { host, type } = await hostWho({ BOOKING_CONFIRMED: { inApp: false } });
    const made = await book(api, type, MONDAY_10);
    expect(made.status).toBe(201);
    expect(await typesOf(host)).toEqual([]);
    const { id } = made.body.booking;
    await api("DELETE", `/bookings/${id}`, { token: host.token });
    expect(await typesOf(host)).toEqual(["BOOKING_CANCELLED"]);
    // the mails are another channel
    const mails = await world.work();
    expect(mails.map(({ to }) => to.email).sort()).toEqual(
      [host.email, "grace@example.com"].sort(),
    );
  });

  test("by mail, the host's is closed as unwanted, and the guest has his", async () => {
    const { host, type } = await hostWho({ BOOKING_CONFIRMED: { email: false } });
    const made = await book(api, type, MONDAY_10);
    const mails = await world.work();
    expect(mails.map(({ to }) => to.email)).toEqual(["grace@example.com"]);
    expect(await outcomesOf(world, made.body.booking.id)).toEqual([
      "BOOKING_CONFIRMATION done",
      "BOOKING_CONFIRMATION unwanted",
    ]);
    expect(await typesOf(host)).toEqual(["BOOKING_CONFIRMED"]);
  });

  test("what is turned off after it was promised is not sent", async () => {
    const { host, type } = await hostWho({});
    const made = await book(api, type, MONDAY_10);
    await world.work();
    world.setNow("2026-11-23T09:00:00Z");
    await api("PATCH", "/users/me", {
      token: host.token,
      body: { notificationPreferences: { REMINDER: { email: false, inApp: false } } },
    });
    expect((await world.work()).map(({ to }) => to.email)).not.toContain(host.email);
    expect((await outcomesOf(world, made.body.booking.id)).slice(2)).toEqual([
      "BOOKING_REMINDER done",
      "BOOKING_REMINDER unwanted",
    ]);
    expect(await typesOf(host)).not.toContain("REMINDER");
    world.setNow("2026-11-22T10:00:00Z");
  });

  test("one user's choice is nobody else's", async () => {
    const { type } = await hostWho({ BOOKING_CONFIRMED: { inApp: false } });
    const other = await hostWho({});
    await book(api, type, MONDAY_10);
    await book(api, other.type, MONDAY_10);
    expect(await typesOf(other.host)).toEqual(["BOOKING_CONFIRMED"]);
    await world.work();
  });
});

describe("PATCH /users/me", () => {
  const refused = (notificationPreferences: object) =>
    makeHost(world).then(({ token }) =>
      api("PATCH", "/users/me", { token, body: { notificationPreferences } }),
    );

  test("a kind that is given replaces that kind, and no other", async () => {
    const { host } = await hostWho({ REMINDER: { email: false, sms: false } });
    const patch = (notificationPreferences: object) =>
      api("PATCH", "/users/me", { token: host.token, body: { notificationPreferences } });
    await patch({ BOOKING_CANCELLED: { inApp: false } });
    expect(await preferencesOf(host)).toEqual({
      REMINDER: { email: false, sms: false },
      BOOKING_CANCELLED: { inApp: false },
    });
    await patch({ REMINDER: {} });
    expect(await preferencesOf(host)).toEqual({
      REMINDER: {},
      BOOKING_CANCELLED: { inApp: false },
    });
  });

  test("a boolean speaks of the mail, and mails may be called as they are", async () => {
    const { host } = await hostWho({ BOOKING_CONFIRMATION: false, BOOKING_REMINDER: true });
    expect(await preferencesOf(host)).toEqual({
      BOOKING_CONFIRMED: { email: false },
      REMINDER: { email: true },
    });
  });

  test("what must be told cannot be turned off; turned on it may be", async () => {
    for (const kind of CHOICE_KINDS)
      for (const channel of CHOICES[kind].fixed) {
        const answer = await refused({ [kind]: { [channel]: false } });
        const path = `notificationPreferences.${kind}.${channel}`;
        expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
        expect((await refused({ [kind]: { [channel]: true } })).status).toBe(200);
      }
    expect((await refused({ BOOKING_REQUESTED: false })).status).toBe(422);
  });

  test("a kind or channel that is none is refused, so that a typo is seen", async () => {
    for (const [given, path] of [
      [{ BOOKING_CANCELED: false }, "BOOKING_CANCELED"],
      [{ EMAIL_VERIFICATION: false }, "EMAIL_VERIFICATION"],
      [{ REMINDER: { fax: true } }, "REMINDER"],
      [{ REMINDER: null }, "REMINDER"],
    ] as const) {
      const answer = await refused(given);
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0].path).toStartWith(`notificationPreferences.${path}`);
    }
  });
});

test("every notification but the welcome can be chosen about, and every mail of a booking is of a kind", () => {
  expect([...CHOICE_KINDS, "WELCOME"].sort()).toEqual(Object.keys(NOTICES).sort());
  for (const mail of Object.keys(english.mails)) expect(kindOf(mail)).not.toBeNull();
  for (const mail of ["WELCOME", "EMAIL_VERIFICATION", "PASSWORD_RESET", "constructor"])
    expect(kindOf(mail)).toBeNull();
});

test("what is fixed is told whatever stands in the row", () => {
  expect(isWanted({ BOOKING_REQUESTED: { email: false } }, "BOOKING_REQUESTED", "email")).toBe(
    true,
  );
  expect(isWanted({ REMINDER: { email: false } }, "REMINDER", "email")).toBe(false);
  expect(isWanted({}, "BOOKING_CANCELLED", "sms")).toBe(false);
});
