// The chaos test is worth as much as its verdict: each lie of the tables or of a provider must be seen.
import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { book, makeMeetingType } from "../support/make.ts";
import { onPostgres, sql } from "../worker/support/backends.ts";
import { type House, openHouse } from "../worker/support/house.ts";
import { settled } from "../worker/support/settled.ts";
import type { Diary } from "./guests.ts";
import { PROVIDERS } from "./mail.ts";
import { judge } from "./verdict.ts";

/** A booking of which everybody was told and reminded, and one that was cancelled first. */
async function kept(house: House): Promise<Diary> {
  const type = await makeMeetingType(house.world, house.host, {
    reminders: [{ minutesBefore: 60, channel: "email", to: "both" }],
  });
  const entries: Diary["entries"] = new Map();
  for (const [start, isCancelled] of [
    ["2026-11-23T10:00:00Z", false],
    ["2026-11-23T11:00:00Z", true],
  ] as const) {
    const { body } = await book(house.api, type, start);
    const headers = { "x-booking-token": new URL(body.cancelUrl).searchParams.get("token") ?? "" };
    if (isCancelled)
      await house.api("PATCH", `/bookings/${body.booking.id}/cancel`, { headers, body: {} });
    entries.set(body.booking.id, { id: body.booking.id, may: [isCancelled ? null : start] });
  }
  await house.work();
  await settled(house);
  house.world.setNow("2026-11-23T09:30:00Z");
  await settled(house);
  return { entries, asked: 2, unanswered: 0 };
}

test("what was kept is found kept, and every lie is found", async () => {
  await using house = await openHouse(onPostgres);
  const diary = await kept(house);
  const provider = await PROVIDERS["mock"]!();
  const verdict = async (given = diary, by = provider) =>
    (await judge((text) => sql(house.url, text), given, by)).faults;
  expect(await verdict()).toEqual([]);

  const lost = new Map(diary.entries).set("lost", { id: "lost", may: [null] });
  expect(await verdict({ ...diary, entries: lost })).toEqual(["lost was acknowledged and is lost"]);
  const [id, entry] = [...diary.entries][0]!;
  const unknown = new Map(diary.entries);
  unknown.delete(id);
  expect((await verdict({ ...diary, entries: unknown }))[0]).toContain("nobody was told so");
  const other = new Map(diary.entries).set(id, { ...entry, may: [null] });
  expect((await verdict({ ...diary, entries: other }))[0]).toContain("was told as");

  const all = await provider.taken((text) => sql(house.url, text));
  const seen = (taken: typeof all) => verdict(diary, { ...provider, taken: async () => taken });
  expect((await seen(all.slice(1)))[0]).toContain("reached nobody");
  expect((await seen([...all, all[0]!]))[0]).toContain("arrived 2 times");
  expect((await seen([...all, { ...all[0]!, key: newId() }]))[0]).toContain("of no promise");
  expect((await seen([{ ...all[0]!, to: "eve@example.com" }, ...all.slice(1)]))[0]).toContain(
    "somebody else",
  );

  const spoiled = async (statement: string) => {
    await sql(house.url, statement);
    return (await verdict()).join("\n");
  };
  expect(await spoiled("delete from reservations")).toContain("(CONFIRMED) holds 0 times");
  expect(
    await spoiled(
      "update outbox set outcome = 'failed' where queue = 'emails' and kind = 'BOOKING_CANCELLED'",
    ),
  ).toContain("is neither kept nor void");
  expect(
    await spoiled(
      "update outbox set outcome = 'superseded' where kind = 'BOOKING_REMINDER' and outcome = 'done'",
    ),
  ).toContain("was dropped");
}, 60_000);
