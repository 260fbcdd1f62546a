// Whom a guest brings along: told of everything, decides nothing.
import { expect, test } from "bun:test";
import { book } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { asking } from "./support/asking.ts";
import { guestOf } from "./support/guest.ts";
import { icsOf, mailsOf } from "./support/mails.ts";

const world = await testWorld();
const api = client(world);
const AT = "2026-11-23T09:00:00Z";
const MARY = { name: "Mary Jackson", email: "mary@example.com" };
const GUESTS = [MARY, { email: "Dorothy@Example.com" }];

test("guests are stored with the booking and shown to the host and to who brought them", async () => {
  const { host, type } = await asking(world, {});
  const made = await book(api, type, AT, { guests: GUESTS });
  const shown = [MARY, { name: "Dorothy@Example.com", email: "Dorothy@Example.com" }];
  expect(made.status).toBe(201);
  expect(made.body.booking).toMatchObject({ guest: { name: "Grace Hopper" }, guests: shown });
  expect((await guestOf(api, made).get()).body.guests).toEqual(shown);
  const asHost = await api("GET", `/bookings/${made.body.booking.id}`, { token: host.token });
  expect(asHost.body.guests).toEqual(shown);
  const [row] = await world.db.run("select capacity, seats_taken from bookings where id = $1", [
    made.body.booking.id,
  ]);
  expect(row).toMatchObject({ capacity: 1, seatsTaken: 1 });
});

test.each([
  [[{ email: "GRACE@example.com" }], "guests.0.email", "is the address of who books"],
  [[MARY, { email: "MARY@example.com" }], "guests.1.email", "stands twice"],
  [[{ email: "mary" }], "guests.0.email", "must be a mail address"],
  [[{ ...MARY, phone: "+12025550123" }], "guests.0.phone", "is not known here"],
  [[{ email: "a@example.com", name: "a\nb" }], "guests.0.name", "must be one line of text"],
  [
    Array.from({ length: 11 }, (_, i) => ({ email: `g${i}@example.com` })),
    "guests",
    "must be array length to be less or equal to 10",
  ],
])("guests %j are 422", async (guests, path, message) => {
  const { type } = await asking(world, {});
  const refused = await book(api, type, AT, { guests });
  expect([refused.status, refused.body.code]).toEqual([422, "invalid"]);
  expect(refused.body.errors).toContainEqual({ path, message });
});

test("a guest's guests get every mail and the same event, and no link that changes anything", async () => {
  const { host, type } = await asking(world, {});
  const made = await book(api, type, AT, { guests: GUESTS, notes: "Buy now" });
  const guest = guestOf(api, made);
  const { id } = made.body.booking;
  const all = [MARY.email, "Dorothy@Example.com", "grace@example.com", host.email].sort();
  const uid = `UID:${made.body.booking.guest.id}@`;
  for (const [kind, change, says] of [
    ["BOOKING_CONFIRMATION", () => guest.get(), "Grace Hopper booked this meeting and named you"],
    ["BOOKING_RESCHEDULED", () => guest.move("2026-11-23T10:00:00Z"), "has a new time"],
    ["BOOKING_CANCELLED", () => guest.cancel({ reason: "Buy now" }), "is cancelled"],
  ] as const) {
    expect((await change()).status).toBe(200);
    const mails = await mailsOf(world, id);
    expect([...mails.keys()].sort()).toEqual(all);
    expect([...mails.values()].map((mail) => mail.kind)).toEqual(all.map(() => kind));
    for (const email of [MARY.email, "Dorothy@Example.com"]) {
      const mail = mails.get(email);
      expect(mail?.text).toContain(says);
      expect(mail?.text).toContain("because Grace Hopper named this address as a guest");
      for (const part of [mail?.text, mail?.html, icsOf(mail)]) {
        expect(part).not.toContain("token=");
        expect(part).not.toContain("Buy now");
      }
    }
    for (const mail of mails.values()) {
      expect(icsOf(mail)).toContain(uid);
      for (const email of all.filter((each) => each !== host.email))
        expect(icsOf(mail)).toContain(`:mailto:${email}`);
    }
  }
});

test("the host's mail names them; the mail of who brings them does not", async () => {
  const { host, type } = await asking(world, {});
  const made = await book(api, type, AT, { guests: GUESTS });
  const mails = await mailsOf(world, made.body.booking.id);
  expect(mails.get(host.email)?.text).toContain(
    "Brings along: Mary Jackson, mary@example.com\n  Dorothy@Example.com",
  );
  expect(mails.get("grace@example.com")?.text).not.toContain("Mary");
});

test("a name that advertises reaches the host only", async () => {
  const { host, type } = await asking(world, {});
  const spam = "Visit evil.example now";
  const made = await book(api, type, AT, {
    guest: { name: spam },
    guests: [{ ...MARY, name: `${spam} too` }],
  });
  const mails = await mailsOf(world, made.body.booking.id);
  const toMary = mails.get(MARY.email);
  expect(toMary?.text).toContain("grace@example.com booked this meeting");
  expect(toMary?.text).toContain("Hello mary@example.com,");
  for (const part of [toMary?.subject, toMary?.text, toMary?.html, icsOf(toMary)])
    expect(part).not.toContain("evil.example");
  expect(icsOf(mails.get("grace@example.com"))).not.toContain("now too");
  expect(mails.get(host.email)?.text).toContain("Visit evil.example now too");
});

test("why the host cancels is told to everybody", async () => {
  const { host, type } = await asking(world, {});
  const made = await book(api, type, AT, { guests: [MARY] });
  const { id } = made.body.booking;
  const body = { reason: "I am ill" };
  await api("PATCH", `/bookings/${id}/cancel`, { token: host.token, body });
  expect((await mailsOf(world, id)).get(MARY.email)?.text).toContain("Reason: I am ill");
});

test("reminders reach them too, and say whom to tell", async () => {
  const reminders = [{ minutesBefore: 60, channel: "email", to: "guest" } as const];
  const { type } = await asking(world, { reminders });
  const made = await book(api, type, AT, { guests: [MARY] });
  const { id } = made.body.booking;
  await world.db.run("update outbox set queue = 'emails' where kind = 'BOOKING_REMINDER'", []);
  const mail = (await mailsOf(world, id)).get(MARY.email);
  expect(mail?.kind).toBe("BOOKING_REMINDER");
  expect(mail?.text).toContain("please tell Grace Hopper, who booked it");
});
