// Every invitation that leaves, as a calendar would file it.
import { beforeEach, expect, test } from "bun:test";
import { leaseEnd } from "../../src/outbox/lease.ts";
import { claimDuePromises } from "../../src/outbox/queries.ts";
import { sendEmail } from "../../src/outbox/send-email.ts";
import { all, type Component, only, readStrictly } from "../messages/strict-ics.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);
const host = await makeHost(world);
const other = await makeHost(world, { name: "Emmy Noether" });

interface Entry {
  readonly to: string;
  readonly method: string;
  readonly uid: string;
  readonly sequence: number;
  readonly start: string;
  readonly status: string;
  readonly people: Readonly<Record<string, string>>;
  readonly organizer: string;
}

/** What the mails since the last time brought along, each read strictly. */
async function entries(): Promise<Entry[]> {
  const due = await claimDuePromises(world.db, {
    queue: "emails",
    now: world.now(),
    leaseUntil: leaseEnd(world),
    limit: 100,
  });
  for (const { id, attempts } of due) await sendEmail(world, { outboxId: id, attempt: attempts });
  const mails = await world.db.run(
    "delete from mailbox returning recipient, attachments, created_at",
    [],
  );
  return mails.flatMap(({ recipient, attachments }) =>
    (attachments as unknown as { content: string; contentType: string }[]).map((file) => {
      const calendar = readStrictly(file.content);
      const [event] = calendar.components as [Component];
      const method = only(calendar, "METHOD").value;
      expect(file.contentType).toBe(`text/calendar; charset=utf-8; method=${method}`);
      return {
        to: `${recipient}`,
        method,
        uid: only(event, "UID").value,
        sequence: Number(only(event, "SEQUENCE").value),
        start: only(event, "DTSTART").value,
        status: only(event, "STATUS").value,
        organizer: only(event, "ORGANIZER").value.replace("mailto:", ""),
        people: Object.fromEntries(
          all(event, "ATTENDEE").map(({ value, parameters }) => [
            value.replace("mailto:", ""),
            parameters["PARTSTAT"] ?? "",
          ]),
        ),
      };
    }),
  );
}

beforeEach(async () => {
  world.setNow("2026-11-22T09:00:00Z");
  await world.db.run("delete from bookings", []);
  await world.db.run("delete from mailbox", []);
});

const linkOf = (made: { body: { cancelUrl: string; booking: { id: string } } }) => ({
  path: `/bookings/${made.body.booking.id}`,
  headers: { "x-booking-token": new URL(made.body.cancelUrl).searchParams.get("token") ?? "" },
});

test("a booking, its moves and its end are one event for everybody, ever newer, at the booking's own time", async () => {
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, "2026-11-23T10:00:00Z", {
    guests: [{ name: "Katherine Johnson", email: "kate@example.com" }],
  });
  const { path, headers } = linkOf(made);
  const booked = await entries();
  await api("PATCH", `${path}/reschedule`, { headers, body: { start: "2026-11-24T14:30:00Z" } });
  const moved = await entries();
  await api("PATCH", `${path}/cancel`, { headers, body: {} });
  const cancelled = await entries();

  const everybody = ["grace@example.com", "kate@example.com", host.email].toSorted();
  for (const [each, method, sequence, start, status] of [
    [booked, "REQUEST", 0, "20261123T100000Z", "CONFIRMED"],
    [moved, "REQUEST", 1, "20261124T143000Z", "CONFIRMED"],
    [cancelled, "CANCEL", 2, "20261124T143000Z", "CANCELLED"],
  ] as const) {
    expect(each.map(({ to }) => to).toSorted()).toEqual(everybody);
    for (const entry of each)
      expect(entry).toMatchObject({
        method,
        sequence,
        start,
        status,
        organizer: host.email,
        people: { "grace@example.com": "ACCEPTED", "kate@example.com": "NEEDS-ACTION" },
      });
  }
  const uids = [...booked, ...moved, ...cancelled].map(({ uid }) => uid);
  expect(new Set(uids).size).toBe(1);
});

test("a request is tentative until it is confirmed, by a newer event of the same UID", async () => {
  const type = await makeMeetingType(world, host);
  await world.db.run(
    "update meeting_types set requires_confirmation = true, version = version + 1 where id = $1",
    [type.id],
  );
  const { path } = linkOf(await book(api, type, "2026-11-23T10:00:00Z"));
  const asked = await entries();
  expect((await api("PATCH", `${path}/confirm`, { token: host.token, body: {} })).status).toBe(200);
  const confirmed = await entries();
  expect(asked.map(({ status }) => status)).toEqual(["TENTATIVE", "TENTATIVE"]);
  expect(confirmed.map(({ status }) => status)).toEqual(["CONFIRMED", "CONFIRMED"]);
  const sequences = [asked, confirmed].map((each) => each[0]?.sequence ?? -1);
  expect(sequences[1]).toBeGreaterThan(sequences[0]!);
  expect(new Set([...asked, ...confirmed].map(({ uid }) => uid)).size).toBe(1);
});

test("of several hosts each is named, so that his calendar knows that it is his", async () => {
  const type = await makeMeetingType(world, host, { groups: [{ hosts: [host, other] }] });
  await book(api, type, "2026-11-23T10:00:00Z");
  const booked = await entries();
  expect(booked).toHaveLength(3);
  for (const entry of booked) {
    const named = [entry.organizer, ...Object.keys(entry.people)].toSorted();
    expect(named).toEqual([host.email, other.email, "grace@example.com"].toSorted());
  }
});
