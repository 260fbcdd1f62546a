import { expect, test } from "bun:test";
import { calendarLinks } from "../../src/widget/later/calendar-links.ts";
import { safeUrl } from "../../src/widget/later/safe-url.ts";
import { cityOf, regionOf, searchZones, zoneNames } from "../../src/widget/later/zones.ts";

test("only web pages are safe to go to, also from a relative address", () => {
  const base = "https://example.com/book";
  expect(safeUrl("/thanks", base)?.href).toBe("https://example.com/thanks");
  expect(safeUrl("https://other.example/x", base)?.href).toBe("https://other.example/x");
  for (const bad of [
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "blob:https://example.com/1",
    "https://",
    "",
    " ",
    null,
  ])
    expect(safeUrl(bad, base)).toBeNull();
});

test("calendars are told what stands in the entry, and no token", () => {
  const location = {
    type: "ZOOM",
    url: "https://zoom.example/1?a=b&c",
    meetingId: null,
    password: "sesame",
    details: null,
  };
  const links = calendarLinks({
    title: "Q&A: 1+1 = 2",
    start: "2026-12-01T09:00:00Z",
    end: "2026-12-01T09:30:00Z",
    location: location as Parameters<typeof calendarLinks>[0]["location"],
  });
  expect(links.map(({ label }) => label)).toEqual(["Google", "Outlook", "Yahoo"]);
  const [google, outlook] = links.map(({ url }) => new URL(url).searchParams);
  expect(google!.get("text")).toBe("Q&A: 1+1 = 2");
  expect(google!.get("dates")).toBe("20261201T090000Z/20261201T093000Z");
  expect(google!.get("location")).toBe("https://zoom.example/1?a=b&c");
  expect(outlook!.get("startdt")).toBe("2026-12-01T09:00:00Z");
  expect(links.map(({ url }) => url).join()).not.toContain("sesame");
});

test("zones are found by city or region, however they are written; the city that begins so first", () => {
  const names = zoneNames("Mars/Olympus");
  expect(names).toContain("Mars/Olympus");
  expect(names).toContain("UTC");
  expect(searchZones(names, "  new yOrk ")[0]).toBe("America/New_York");
  expect(searchZones(["Europe/London", "America/Port_of_Spain"], "spain")).toEqual([
    "America/Port_of_Spain",
  ]);
  expect(searchZones(["Europe/Berlin", "America/Rio", "Asia/Riyadh"], "ri")[0]).toBe("America/Rio");
  expect(searchZones(names, "")).toEqual(names);
  expect(searchZones(names, "atlantis")).toEqual([]);
  expect([
    cityOf("America/Argentina/Buenos_Aires"),
    regionOf("America/Argentina/Buenos_Aires"),
  ]).toEqual(["Buenos Aires", "America, Argentina"]);
  expect(regionOf("UTC")).toBe("");
});
