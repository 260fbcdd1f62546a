import { expect, test } from "bun:test";
import { calendarLinks } from "../../src/messages/calendar-links.ts";

const links = Object.fromEntries(
  calendarLinks({
    title: "Intro & more: Ada +1",
    start: Temporal.Instant.from("2026-12-01T16:00:00Z"),
    end: Temporal.Instant.from("2026-12-01T16:30:00Z"),
    location: "Room 7, 2nd floor",
  }).map(({ label, url }) => [label, new URL(url)]),
);

test("each calendar gets the meeting as it reads it, in UTC", () => {
  expect(links["Google"]?.searchParams.get("dates")).toBe("20261201T160000Z/20261201T163000Z");
  expect(links["Google"]?.searchParams.get("text")).toBe("Intro & more: Ada +1");
  expect(links["Outlook"]?.searchParams.get("startdt")).toBe("2026-12-01T16:00:00Z");
  expect(links["Outlook"]?.searchParams.get("enddt")).toBe("2026-12-01T16:30:00Z");
  expect(links["Yahoo"]?.searchParams.get("st")).toBe("20261201T160000Z");
  expect(links["Yahoo"]?.searchParams.get("in_loc")).toBe("Room 7, 2nd floor");
});

test("blanks are %20, so that no calendar shows a plus for one", () => {
  for (const { href } of Object.values(links)) expect(href).not.toContain("+");
});
