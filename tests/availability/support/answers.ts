import { offers } from "../../../src/availability/offers.ts";
import { toInstantCompatible, wallAt, windowEdge } from "../../../src/availability/zone.ts";
import { at, DAY, everyDay, makeFacts, makeHost } from "./make.ts";
import vectors from "./time-zone-vectors.json";

/** What Kalends says about many times, as text, to be compared between processes of different zones. */
export function answers(): string {
  const walls = vectors.wall_to_utc.map(({ zone, local }) => {
    const minute = Number(local.slice(11, 13)) * 60 + Number(local.slice(14));
    const date = local.slice(0, 10);
    return [windowEdge(zone, date, minute), toInstantCompatible(zone, date, minute)];
  });

  const shown = vectors.instant_to_local.flatMap(({ utc, local }) =>
    local.map((wall) => wallAt(wall.slice(0, wall.indexOf(" ")), at(utc))),
  );

  const zones = [
    "UTC",
    "Asia/Tokyo",
    "America/Los_Angeles",
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Havana",
    "Australia/Lord_Howe",
  ];
  const year = zones.map((timeZone) => {
    const schedule = everyDay("22:00", "06:00", timeZone);
    const facts = makeFacts({
      type: {
        timeZone,
        slotAlignment: "hour",
        horizon: { kind: "businessDays", days: 250 },
        caps: [{ per: "week", bookings: 1 }],
      },
      hosts: [makeHost({ schedule, away: [{ from: "2026-08-01", until: "2026-08-14" }] })],
      booked: [{ start: at("2026-03-29T00:00Z"), end: at("2026-03-29T01:00Z") }],
    });
    const from = at("2026-01-01T00:00Z");
    return offers(facts, { from, until: from + 365 * DAY, now: from });
  });

  return JSON.stringify({ walls, shown, year });
}
