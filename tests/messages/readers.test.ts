// Invitations as calendars read them: ical.js (Thunderbird's), libical (GNOME's and KDE's) and
// python3-icalendar, none of which knows of the others.
import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import ICAL from "ical.js";
import { type Invite, invite } from "../../src/messages/ics.ts";

const PYTHON = "/usr/bin/python3";
const LOOK =
  "import icalendar, ctypes.util, sys; sys.exit(ctypes.util.find_library('ical') is None)";
const canRead = spawnSync(PYTHON, ["-c", LOOK]).status === 0;

const plain: Invite = {
  method: "REQUEST",
  uid: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e@kalends.example",
  sequence: 0,
  stamp: Temporal.Instant.from("2026-11-22T10:00:00Z"),
  start: Temporal.Instant.from("2026-12-01T17:00:00+01:00"),
  end: Temporal.Instant.from("2026-12-01T17:30:00+01:00"),
  title: "Intro call",
  description: "Bring coffee,\nand cake; or \\ both",
  location: "Room 7",
  url: "https://kalends.example/b/1?token=a.b.c",
  organizer: { name: "Ada Lovelace", email: "ada@example.com" },
  attendees: [{ name: "Grace Hopper", email: "grace@example.com" }],
  alarmMinutesBefore: 15,
};

const INVITES: Record<string, Invite> = {
  "a request": plain,
  "a move": {
    ...plain,
    sequence: 3,
    start: plain.start.add({ hours: 24 }),
    end: plain.end.add({ hours: 24 }),
  },
  "a cancellation": { ...plain, method: "CANCEL", sequence: 4 },
  "a personal booking": { ...plain, method: "PUBLISH", attendees: [], url: null },
  "a request to be answered": { ...plain, isTentative: true, alarmMinutesBefore: null },
  "a meeting of many": {
    ...plain,
    attendees: Array.from({ length: 50 }, (_, i) => ({
      name: `Guest; ${i}`,
      email: `g${i}@example.com`,
    })),
  },
  "a meeting over new year and a leap day": {
    ...plain,
    start: Temporal.Instant.from("2027-12-31T23:45:00Z"),
    end: Temporal.Instant.from("2028-02-29T00:15:00Z"),
  },
  "names that break lines": {
    ...plain,
    title: `Größe, "Maß"; \\n 👩‍👩‍👧‍👦 ${"長".repeat(80)}`,
    description: `a\r\nATTENDEE:mailto:evil@example.com\n${"é".repeat(500)}`,
    location: "X:1;2,3",
    organizer: { name: 'A "B"; C:D', email: "ada+x@example.com" },
    attendees: [{ name: "b\rX-EVIL:1\nX-EVIL:2", email: "grace@example.com" }],
  },
};

const compact = (instant: Temporal.Instant): string =>
  instant.toString({ smallestUnit: "second" }).replace(/[-:]/g, "");

const facts = (each: Invite) => ({
  method: each.method,
  uid: each.uid,
  sequence: `${each.sequence}`,
  dtstart: compact(each.start),
  dtend: compact(each.end),
  status: each.method === "CANCEL" ? "CANCELLED" : each.isTentative ? "TENTATIVE" : "CONFIRMED",
});

test.each(Object.entries(INVITES))("ical.js reads %s", (_name, each) => {
  const calendar = new ICAL.Component(ICAL.parse(invite(each)));
  const event = calendar.getFirstSubcomponent("vevent");
  const said = (name: string) => `${event?.getFirstPropertyValue(name)}`;
  expect({
    method: `${calendar.getFirstPropertyValue("method")}`,
    uid: said("uid"),
    sequence: said("sequence"),
    dtstart: said("dtstart").replace(/[-:]/g, ""),
    dtend: said("dtend").replace(/[-:]/g, ""),
    status: said("status"),
  }).toEqual(facts(each));
});

test.skipIf(!canRead)(
  "libical and python3-icalendar read every one, and nothing else in it",
  () => {
    const texts = Object.values(INVITES).map(invite);
    const script = join(import.meta.dir, "support", "read_invites.py");
    const run = spawnSync(PYTHON, [script], { input: JSON.stringify(texts), encoding: "utf8" });
    expect(run.stderr).toBe("");
    const read = JSON.parse(run.stdout) as { libical: object; icalendar: object }[];
    for (const [i, [name, each]] of Object.entries(INVITES).entries()) {
      const wanted = { errors: 0, ...facts(each) };
      expect([name, read[i]?.libical]).toEqual([name, wanted]);
      expect([name, read[i]?.icalendar]).toMatchObject([
        name,
        { ...wanted, attendees: each.attendees.length },
      ]);
    }
  },
);
