import { expect, test } from "bun:test";
import { only, readStrictly } from "../messages/strict-ics.ts";
import { book, makeMeetingType } from "../support/make.ts";
import { onEachBackend } from "./support/backends.ts";
import { type MailRow, openHouse } from "./support/house.ts";
import { mailed, settled, tally } from "./support/settled.ts";

const MONDAY_10 = "2026-11-23T10:00:00Z";
const MONDAY_11 = "2026-11-23T11:00:00Z";

function inviteOf(mail: MailRow | undefined) {
  const [file, ...more] = mail?.attachments ?? [];
  if (!file || more.length > 0) throw new Error("one invitation expected");
  const calendar = readStrictly(file.content);
  const [event] = calendar.components;
  const value = (name: string) => only(event!, name).value;
  return {
    type: file.contentType,
    method: only(calendar, "METHOD").value,
    uid: value("UID"),
    sequence: Number(value("SEQUENCE")),
    start: value("DTSTART"),
    status: value("STATUS"),
  };
}

onEachBackend("promises", (backend) => {
  test("a booking is confirmed by mail to guest and host, moved and cancelled under one UID", async () => {
    await using house = await openHouse(backend);
    await house.work();
    const type = await makeMeetingType(house.world, house.host);
    const to = (mails: MailRow[], recipient: string) =>
      mails.filter((mail) => mail.recipient === recipient);

    const made = await book(house.api, type, MONDAY_10);
    expect(made.status).toBe(201);
    const confirmed = await mailed(house, 2);
    const guests = inviteOf(to(confirmed, "grace@example.com")[0]);
    expect(guests).toMatchObject({
      method: "REQUEST",
      sequence: 0,
      start: "20261123T100000Z",
      status: "CONFIRMED",
      type: expect.stringContaining("method=REQUEST"),
    });
    expect(inviteOf(to(confirmed, house.host.email)[0])).toEqual(guests);
    expect(to(confirmed, "grace@example.com")[0]?.html).toContain(`/b/${made.body.booking.id}`);
    expect(to(confirmed, house.host.email)[0]?.html).not.toContain("token=");

    const headers = { "x-booking-token": tokenIn(made.body.cancelUrl) };
    const path = `/bookings/${made.body.booking.id}`;
    const body = { start: MONDAY_11 };
    expect((await house.api("PATCH", `${path}/reschedule`, { headers, body })).status).toBe(200);
    const moved = inviteOf(to(await mailed(house, 4), "grace@example.com")[1]);
    expect(moved).toEqual({ ...guests, sequence: 1, start: "20261123T110000Z" });

    expect((await house.api("PATCH", `${path}/cancel`, { headers, body: {} })).status).toBe(200);
    const all = await mailed(house, 6);
    for (const reader of ["grace@example.com", house.host.email]) {
      const cancelled = inviteOf(to(all, reader)[2]);
      expect(cancelled).toMatchObject({ method: "CANCEL", uid: guests.uid, status: "CANCELLED" });
      expect(cancelled.sequence).toBeGreaterThan(moved.sequence);
    }
    expect(await settled(house)).toHaveLength(6);
  });

  test("of a booking cancelled before anybody was told, only the cancellation is told", async () => {
    await using house = await openHouse(backend);
    const type = await makeMeetingType(house.world, house.host);
    const made = await book(house.api, type, MONDAY_10);
    const headers = { "x-booking-token": tokenIn(made.body.cancelUrl) };
    await house.api("PATCH", `/bookings/${made.body.booking.id}/cancel`, { headers, body: {} });
    await house.work();
    expect(tally(await settled(house))).toEqual({
      "emails BOOKING_CANCELLED done": 2,
      "emails BOOKING_CONFIRMATION superseded": 2,
    });
    expect((await house.mails()).map((mail) => inviteOf(mail).method)).toEqual([
      "CANCEL",
      "CANCEL",
    ]);
  });

  test("a guest whose meeting was moved quietly before he was told is told the present time", async () => {
    await using house = await openHouse(backend);
    const type = await makeMeetingType(house.world, house.host, {
      notifications: { reschedule: false },
    });
    const made = await book(house.api, type, MONDAY_10);
    const headers = { "x-booking-token": tokenIn(made.body.cancelUrl) };
    await house.api("PATCH", `/bookings/${made.body.booking.id}/reschedule`, {
      headers,
      body: { start: MONDAY_11 },
    });
    await house.work();
    await settled(house);
    const starts = (await house.mails()).map((mail) => inviteOf(mail).start);
    expect(starts).toEqual(["20261123T110000Z", "20261123T110000Z"]);
  });

  test("a meeting type's switches keep its mails from being sent", async () => {
    await using house = await openHouse(backend);
    await house.work();
    const type = await makeMeetingType(house.world, house.host, {
      notifications: { confirmation: false, reschedule: false, cancellation: true },
    });
    const made = await book(house.api, type, MONDAY_10);
    const headers = { "x-booking-token": tokenIn(made.body.cancelUrl) };
    const path = `/bookings/${made.body.booking.id}`;
    await house.api("PATCH", `${path}/reschedule`, { headers, body: { start: MONDAY_11 } });
    await house.api("PATCH", `${path}/cancel`, { headers, body: {} });
    await mailed(house, 2);
    expect((await settled(house)).map(({ kind }) => kind)).toEqual([
      "BOOKING_CANCELLED",
      "BOOKING_CANCELLED",
    ]);
  });

  test("who registers is welcomed, who changes his address is asked to confirm it, and told at the old one", async () => {
    await using house = await openHouse(backend);
    await house.work();
    const registered = await house.api("POST", "/auth/register", {
      body: { name: "Mary Shaw", email: "mary@example.com", password: "correct horse battery" },
    });
    expect(registered.status).toBe(201);
    const [welcome] = await mailed(house, 1);
    expect(welcome).toMatchObject({ recipient: "mary@example.com", attachments: [] });

    const { token } = registered.body;
    const body = { email: "shaw@example.com" };
    expect((await house.api("PATCH", "/users/me", { token, body })).status).toBe(200);
    const mails = await mailed(house, 3);
    // The address of before is told, in case it was not its owner who changed it.
    expect(mails.map(({ recipient }) => recipient).sort()).toEqual([
      "mary@example.com",
      "mary@example.com",
      "shaw@example.com",
    ]);
    const asked = mails.find(({ recipient }) => recipient === "shaw@example.com");
    const link = /\/verify\?token=([\w.-]+)/.exec(asked?.text ?? "")?.[1];
    const confirmed = await house.api("POST", "/auth/email/verify", { body: { token: link } });
    expect(confirmed.status).toBe(200);
  });

  test("two workers keep fifty promises once each", async () => {
    await using house = await openHouse(backend);
    const ids = await Promise.all(Array.from({ length: 50 }, () => house.promise({})));
    await Promise.all([house.work(), house.work()]);
    const promises = await settled(house);
    expect(promises.map(({ outcome, attempts }) => `${outcome} ${attempts}`)).toEqual(
      Array(50).fill("done 1"),
    );
    expect((await house.mails()).map(({ id }) => id).sort()).toEqual(ids.sort());
    const [sent] = await house.world.db.run("select count(*)::int as n from deliveries", []);
    expect(sent?.["n"]).toBe(50);
  });
});

const tokenIn = (url: string): string => new URL(url).searchParams.get("token") ?? "";
