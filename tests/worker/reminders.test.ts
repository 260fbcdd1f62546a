import { expect, test } from "bun:test";
import { remind } from "../../src/outbox/remind.ts";
import { book, makeMeetingType } from "../support/make.ts";
import { onEachBackend, onPostgres, sql } from "./support/backends.ts";
import { type House, openHouse } from "./support/house.ts";
import { mailed, settled, tally } from "./support/settled.ts";

const MONDAY_10 = "2026-11-23T10:00:00Z";
const MONDAY_14 = "2026-11-23T14:00:00Z";

/** A booking on Monday at ten of which both are reminded an hour before, and of nothing else. */
async function reminded(house: House, minutesBefore = [60]) {
  const type = await makeMeetingType(house.world, house.host, {
    notifications: { confirmation: false, reschedule: false, cancellation: false },
    reminders: minutesBefore.map((minutes) => ({
      minutesBefore: minutes,
      channel: "email",
      to: "both",
    })),
  });
  const made = await book(house.api, type, MONDAY_10);
  const headers = {
    "x-booking-token": new URL(made.body.cancelUrl).searchParams.get("token") ?? "",
  };
  const path = `/bookings/${made.body.booking.id}`;
  const change = (verb: string, body: object) =>
    house.api("PATCH", `${path}/${verb}`, { headers, body });
  return {
    move: (start: string) => change("reschedule", { start }),
    cancel: () => change("cancel", {}),
  };
}

onEachBackend("reminders", (backend) => {
  test("guest and host are reminded when it is time, not before", async () => {
    await using house = await openHouse(backend);
    await reminded(house);
    house.world.setNow("2026-11-23T08:59:59Z");
    await house.work();
    const other = await house.promise({});
    expect((await mailed(house, 1))[0]?.id).toBe(other);

    house.world.setNow("2026-11-23T09:00:00Z");
    const mails = await mailed(house, 3);
    expect(
      mails
        .slice(1)
        .map(({ recipient }) => recipient)
        .sort(),
    ).toEqual(["grace@example.com", house.host.email].sort());
    expect(mails[1]?.subject).toContain("Reminder");
    expect(tally(await settled(house))).toEqual({
      "emails BOOKING_REMINDER done": 2,
      "emails WELCOME done": 1,
      "reminders BOOKING_REMINDER done": 2,
    });
  });

  test("nobody is reminded of a cancelled meeting, nor of the time from which one was moved", async () => {
    await using house = await openHouse(backend);
    await (await reminded(house)).move(MONDAY_14);
    await (await reminded(house)).cancel();
    await house.work();
    house.world.setNow("2026-11-23T09:30:00Z");
    expect(tally(await settled(house))).toEqual({
      "reminders BOOKING_REMINDER open": 2,
      "reminders BOOKING_REMINDER superseded": 4,
    });
    expect(await house.mails()).toEqual([]);

    house.world.setNow("2026-11-23T13:00:00Z");
    const mails = await mailed(house, 2);
    expect(mails[0]?.text).toContain("15:00 – 15:30 (Central European Time");
  });

  test("a reminder that was due while no worker ran is sent while it helps", async () => {
    await using house = await openHouse(backend);
    await reminded(house);
    house.world.setNow("2026-11-23T09:59:00Z");
    await house.work();
    expect(await mailed(house, 2)).toHaveLength(2);
  });

  test("nobody is reminded of a meeting that has begun", async () => {
    await using house = await openHouse(backend);
    await reminded(house);
    house.world.setNow(MONDAY_10);
    await house.work();
    expect(tally(await settled(house))).toEqual({ "reminders BOOKING_REMINDER superseded": 2 });
    expect(await house.mails()).toEqual([]);
  });

  test("a reminder that fires twice makes one mail, and tells the host once in the app", async () => {
    await using house = await openHouse(backend);
    await reminded(house);
    house.world.setNow("2026-11-23T09:00:00Z");
    const [first] = await house.promises();
    const job = { outboxId: first?.id ?? "", attempt: 1 };
    await Promise.all([1, 2, 3].map(() => remind(house.world, job)));
    await house.work();
    await remind(house.world, job);
    expect(await mailed(house, 2)).toHaveLength(2);
    const { data } = (await house.api("GET", "/notifications", { token: house.host.token })).body;
    expect(
      data
        .filter(({ type }: { type: string }) => type === "REMINDER")
        .map(({ message }: { message: string }) => message),
    ).toEqual(["Intro call with Grace Hopper, Mon, 23 Nov 2026, 10:00."]);
    expect(tally(await settled(house))).toEqual({
      "emails BOOKING_REMINDER done": 2,
      "reminders BOOKING_REMINDER done": 2,
    });
  });
});

test("the database takes no reminder of no meeting, which nothing could ever close", async () => {
  await using house = await openHouse(onPostgres);
  const insert = `insert into outbox (id, queue, kind, user_id) values (gen_random_uuid(), 'reminders', 'X', $1)`;
  await expect(sql(house.url, insert, [house.host.id])).rejects.toThrow("outbox_check");
});
