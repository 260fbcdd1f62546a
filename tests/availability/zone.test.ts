import { expect, test } from "bun:test";
import {
  canaries,
  findZone,
  offsetMinutesAt,
  startOfDay,
  TZDATA_VERSION,
  toInstantCompatible,
  wallAt,
  windowEdge,
  zoneNames,
} from "../../src/availability/zone.ts";
import { at, iso } from "./support/make.ts";
import vectors from "./support/time-zone-vectors.json";
import { wallMinutes } from "./support/wall-clock.ts";

/** `2026-03-08T02:30` as date and minute of the day. */
function local(text: string): [date: string, minuteOfDay: number] {
  return [text.slice(0, 10), Number(text.slice(11, 13)) * 60 + Number(text.slice(14))];
}

for (const { zone, local: wall, kind, utc_clamp, utc_compatible } of vectors.wall_to_utc) {
  test(`${wall} in ${zone} (${kind}) is one instant for opening hours, and the RFC's for written times`, () => {
    expect(iso(windowEdge(zone, ...local(wall)))).toBe(utc_clamp);
    expect(iso(toInstantCompatible(zone, ...local(wall)))).toBe(utc_compatible);
  });
}

for (const { utc, local: walls } of vectors.instant_to_local) {
  test(`wallAt() shows ${utc} as ${walls.join(", ")}`, () => {
    const shown = walls.map((wall) => {
      const zone = wall.slice(0, wall.indexOf(" "));
      const { date, time, offset } = wallAt(zone, at(utc));
      return `${zone} ${date}T${time}${offset.replace(":", "")}`;
    });
    expect(shown).toEqual(walls);
  });
}

test("canaries() are those of tzdata 2026f, and the tables know them all", () => {
  const known = vectors.canaries_tzdata_2026f.map(({ zone, local, utc }) => ({
    zone,
    local,
    utc,
    ok: true,
  }));
  expect(canaries()).toEqual(known);
  expect(TZDATA_VERSION >= "2026f").toBe(true);
});

test("findZone() takes IANA names and links in any case and keeps the name given", () => {
  const asked = [
    "europe/berlin",
    "ASIA/KOLKATA",
    "Asia/Calcutta",
    "utc",
    "etc/utc",
    "Japan",
    "america/argentina/ushuaia",
  ];
  expect(asked.map(findZone)).toEqual([
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Calcutta",
    "UTC",
    "Etc/UTC",
    "Japan",
    "America/Argentina/Ushuaia",
  ]);
});

test.each(
  "EST est EDT MST HST CET MET EET WET EST5EDT PST8PDT GMT+5 GMT-0 GMT0 +05:30 -08 UTC+2 Etc/GMT-5 etc/gmt+12 Etc/GMT0 Mars/Olympus __proto__ constructor".split(
    " ",
  ),
)("findZone() refuses %s", (name) => {
  expect(findZone(name)).toBeNull();
});

test("zoneNames() are the names that findZone() takes", () => {
  const names = zoneNames();
  expect(names.length).toBeGreaterThan(500);
  expect(names.filter((name) => findZone(name) !== name)).toEqual([]);
  expect(names).toEqual([...names].sort());
});

test("a zone that nobody knows is an error that names it", () => {
  expect(() => wallAt("Mars/Olympus", 0)).toThrow('"Mars/Olympus"');
});

test("offsetMinutesAt() is what the clocks of moment-timezone show, in every zone through 2026", () => {
  const from = at("2026-01-01T00:00Z");
  const until = at("2027-01-01T00:00Z");
  const wrong: string[] = [];
  for (const zone of zoneNames()) {
    const wall = wallMinutes(zone, from, until);
    for (let i = 0; i < wall.length; i += 997) {
      const instant = from + i * 60_000;
      if (offsetMinutesAt(zone, instant) !== wall[i]! - instant / 60_000) wrong.push(zone);
    }
  }
  expect(wrong).toEqual([]);
});

test("offsetMinutesAt() keeps the seconds of local mean time", () => {
  expect(offsetMinutesAt("Europe/Berlin", at("1880-01-01T00:00Z"))).toBeCloseTo(53 + 28 / 60, 10);
  expect(offsetMinutesAt("America/New_York", at("1880-01-01T00:00Z"))).toBeCloseTo(
    -(296 + 2 / 60),
    10,
  );
  expect(wallAt("America/New_York", at("1880-01-01T00:00Z")).offset).toBe("-04:56");
});

test("startOfDay() is the first instant of a date, also where midnight is skipped or comes twice", () => {
  expect(iso(startOfDay("Asia/Beirut", "2026-03-29"))).toBe("2026-03-28T22:00Z");
  expect(iso(startOfDay("America/Havana", "2026-03-08"))).toBe("2026-03-08T05:00Z");
  expect(iso(startOfDay("Atlantic/Azores", "2026-10-25"))).toBe("2026-10-25T00:00Z");
  expect(iso(startOfDay("Europe/Berlin", "2026-07-01"))).toBe("2026-06-30T22:00Z");
});

test("startOfDay() of the date that Apia never had is that of the next", () => {
  expect(startOfDay("Pacific/Apia", "2011-12-30")).toBe(startOfDay("Pacific/Apia", "2011-12-31"));
});

test("windowEdge() takes minutes of the next day", () => {
  expect(windowEdge("Europe/Berlin", "2026-03-28", 1440 + 180)).toBe(
    windowEdge("Europe/Berlin", "2026-03-29", 180),
  );
});
