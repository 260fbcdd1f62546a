// Five years of somebody else's Mondays on a real CalDAV server, by a whole worker, as guests see them.
import { describe, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { makeHost, makeMeetingType } from "../support/make.ts";
import { findRadicale, startRadicale } from "../support/radicale.ts";
import { onPostgres } from "../worker/support/backends.ts";
import { openHouse } from "../worker/support/house.ts";
import { fiveYearsOfMondays } from "./support/five-years.ts";

const lacks = findRadicale() ? null : "radicale";
const QUARTER_MS = 15 * 60_000;

describe.skipIf(lacks !== null)(`radicale${lacks ? " (not installed)" : ""}`, () => {
  test("a series of five years with exceptions, across summer time, blocks exactly its quarters of an hour", async () => {
    await using radicale = await startRadicale();
    await using house = await openHouse(onPostgres, { env: { OUTBOUND_ALLOW_PRIVATE: "true" } });
    const { world, api } = house;
    const calendar = await radicale.makeCalendar("Mondays");
    const from = Temporal.PlainDate.from("2026-11-23");
    const until = Temporal.PlainDate.from("2027-11-30");
    const { text, spans } = fiveYearsOfMondays({
      start: Temporal.Instant.from(`${from}T00:00:00Z`),
      end: Temporal.Instant.from(`${until}T00:00:00Z`),
    });
    expect((await radicale.ask("PUT", `${calendar}mondays.ics`, { body: text })).status).toBe(201);
    const host = await makeHost(world, {
      hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }],
    });
    const type = await makeMeetingType(world, host, { minutes: 15, step: 15 });
    await house.work();
    const { url, username, password } = radicale;
    const connected = await api("POST", "/calendar/connect/caldav", {
      token: host.token,
      body: { url, username, password },
    });
    expect(connected.status).toBe(201);
    await eventually(async () => {
      const { body } = await api("GET", "/calendar/integrations", { token: host.token });
      expect(body.data[0].lastSyncedAt).not.toBeNull();
    });

    const offered = new Set<number>();
    for (let day = from; Temporal.PlainDate.compare(day, until) < 0; day = day.add({ days: 62 })) {
      const last = [day.add({ days: 61 }), until.subtract({ days: 1 })].sort(
        Temporal.PlainDate.compare,
      )[0];
      const path = `/meeting-types/${type.id}/slots?from=${day}&until=${last}&timeZone=UTC`;
      const { body } = await api("GET", path);
      for (const { slots } of body.days)
        for (const { start } of slots) offered.add(Temporal.Instant.from(start).epochMilliseconds);
    }
    const msOf = (date: Temporal.PlainDate) =>
      Temporal.Instant.from(`${date}T00:00:00Z`).epochMilliseconds;
    const missing: number[] = [];
    for (let ms = msOf(from); ms < msOf(until); ms += QUARTER_MS)
      if (!offered.has(ms)) missing.push(ms);
    // Each begins and ends on a quarter of an hour.
    const taken = spans.flatMap((span) => {
      const [start = 0, end = 0] = span
        .split("/")
        .map((each) => Temporal.Instant.from(each).epochMilliseconds);
      return Array.from({ length: (end - start) / QUARTER_MS }, (_, n) => start + n * QUARTER_MS);
    });
    expect(spans.length).toBeGreaterThan(45);
    expect(missing).toEqual([...new Set(taken)].sort((a, b) => a - b));
  });
});
