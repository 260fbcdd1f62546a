import { expect, test } from "bun:test";
import { book, makeMeetingType } from "../support/make.ts";
import { startTwilio } from "../support/twilio.ts";
import { onEachBackend } from "./support/backends.ts";
import { openHouse } from "./support/house.ts";
import { mailed, settled, tally } from "./support/settled.ts";

const TOLD = { confirmation: true, cancellation: true, reschedule: true, sms: true };
const guest = { phone: "+12025550123", smsOptIn: true };

onEachBackend("SMS", (backend) => {
  test("of a booking, its move, its reminder and its end go out beside the mails, into the development mailbox", async () => {
    await using house = await openHouse(backend);
    await house.work();
    const type = await makeMeetingType(house.world, house.host, {
      notifications: TOLD,
      reminders: [{ minutesBefore: 60, channel: "sms", to: "guest" }],
    });
    const made = await book(house.api, type, "2026-11-23T10:00:00Z", { guest });
    const token = new URL(made.body.cancelUrl).searchParams.get("token") ?? "";
    const change = (verb: string, body: object) =>
      house.api("PATCH", `/bookings/${made.body.booking.id}/${verb}`, {
        headers: { "x-booking-token": token },
        body,
      });
    await mailed(house, 3);
    await change("reschedule", { start: "2026-11-23T14:00:00Z" });
    await mailed(house, 6);
    house.world.setNow("2026-11-23T13:00:00Z");
    await mailed(house, 7);
    await change("cancel", {});
    const mails = await mailed(house, 10);
    const texts = mails.filter(({ recipient }) => recipient === guest.phone);
    expect(texts.map(({ text }) => text.split(":")[0]).toSorted()).toEqual([
      "Cancelled",
      "Confirmed",
      "New time",
      "Reminder",
    ]);
    expect(tally(await settled(house))).toMatchObject({
      "reminders BOOKING_REMINDER_SMS done": 1,
      "reminders BOOKING_REMINDER_SMS superseded": 1,
      "sms BOOKING_CONFIRMATION done": 1,
      "sms BOOKING_RESCHEDULED done": 1,
      "sms BOOKING_REMINDER done": 1,
      "sms BOOKING_CANCELLED done": 1,
    });
  });

  test("leave once each, from two workers", async () => {
    await using provider = startTwilio();
    await using house = await openHouse(backend, {
      env: { ...provider.env, SMS_RATE_LIMIT: "10000" },
    });
    const type = await makeMeetingType(house.world, house.host, { notifications: TOLD });
    for (const [i, start] of ["10:00", "11:00", "12:00", "13:00", "14:00"].entries())
      await book(house.api, type, `2026-11-23T${start}:00Z`, {
        guest: { ...guest, phone: `+1202555010${i}` },
      });
    await Promise.all([house.work(), house.work()]);
    expect(tally(await settled(house))).toMatchObject({ "sms BOOKING_CONFIRMATION done": 5 });
    expect(provider.sent.map(({ to }) => to).toSorted()).toEqual(
      [0, 1, 2, 3, 4].map((i) => `+1202555010${i}`),
    );
  });
});
