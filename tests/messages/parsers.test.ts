// Whether calendars that know nothing of us read what we send: three parsers by others.
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import ICAL from "ical.js";
import { type Invite, invite } from "../../src/messages/ics.ts";

interface Read {
  readonly method: string;
  readonly uid: string;
  readonly sequence: number;
  readonly status: string;
  /** Epoch seconds. */
  readonly start: number;
  readonly end: number;
  readonly summary: string;
  readonly description: string;
  readonly organizer: string;
  readonly attendees: readonly [address: string, partstat: string, name: string][];
}
type Parser = (texts: readonly string[]) => readonly Read[];

const icalJs: Parser = (texts) =>
  texts.map((text) => {
    const calendar = new ICAL.Component(ICAL.parse(text));
    const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent")!, {
      strictExceptions: true,
    });
    return {
      method: `${calendar.getFirstPropertyValue("method")}`,
      uid: event.uid,
      sequence: event.sequence,
      status: `${event.component.getFirstPropertyValue("status")}`,
      start: event.startDate.toUnixTime(),
      end: event.endDate.toUnixTime(),
      summary: event.summary,
      description: event.description ?? "",
      organizer: event.organizer,
      attendees: event.attendees.map((each) => [
        `${each.getFirstValue()}`,
        `${each.getParameter("partstat")}`,
        `${each.getParameter("cn")}`,
      ]),
    };
  });

/** Debian's python, whatever else is on the PATH. */
const PYTHON = "/usr/bin/python3";
const MAIN = `
import json, sys
print(json.dumps([read(text) for text in json.load(sys.stdin)]))`;

const ICALENDAR = `
import icalendar
def read(text):
    calendar = icalendar.Calendar.from_ical(text)
    event, = calendar.walk("VEVENT")
    for part in calendar.walk():
        if part.errors: raise ValueError(part.errors)
    people = event.get("ATTENDEE", [])
    return dict(method=calendar["METHOD"], uid=event["UID"], sequence=event["SEQUENCE"], status=event["STATUS"],
        start=event["DTSTART"].dt.timestamp(), end=event["DTEND"].dt.timestamp(), summary=event["SUMMARY"],
        description=event.get("DESCRIPTION", ""), organizer=event["ORGANIZER"],
        attendees=[[p, p.params["PARTSTAT"], p.params["CN"]] for p in (people if isinstance(people, list) else [people])])
${MAIN}`;

const LIBICAL = `
import gi
gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib as ical
def read(text):
    calendar = ical.Component.new_from_string(text)
    if calendar.count_errors(): raise ValueError(text)
    if not ical.restriction_check(calendar): raise ValueError("breaks RFC 5546: " + text)
    event = calendar.get_first_real_component()
    people, each = [], event.get_first_property(ical.PropertyKind.ATTENDEE_PROPERTY)
    while each is not None:
        partstat = each.get_first_parameter(ical.ParameterKind.PARTSTAT_PARAMETER)
        people.append([each.get_attendee(), partstat.as_ical_string().split("=")[1],
            each.get_first_parameter(ical.ParameterKind.CN_PARAMETER).get_cn()])
        each = event.get_next_property(ical.PropertyKind.ATTENDEE_PROPERTY)
    method = calendar.get_first_property(ical.PropertyKind.METHOD_PROPERTY).get_value_as_string()
    return dict(method=method, uid=event.get_uid(), sequence=event.get_sequence(),
        status=event.get_first_property(ical.PropertyKind.STATUS_PROPERTY).get_value_as_string(),
        start=event.get_dtstart().as_timet(), end=event.get_dtend().as_timet(), summary=event.get_summary(),
        description=event.get_description() or "",
        organizer=event.get_first_property(ical.PropertyKind.ORGANIZER_PROPERTY).get_organizer(), attendees=people)
${MAIN}`;

const python =
  (program: string): Parser =>
  (texts) => {
    const { status, stdout, stderr } = spawnSync(PYTHON, ["-c", program], {
      input: JSON.stringify(texts),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };

const has = (program: string): boolean =>
  spawnSync(PYTHON, ["-c", program], { stdio: "ignore" }).status === 0;

const PARSERS: readonly { name: string; parse: Parser; lacks: string | null }[] = [
  { name: "ical.js", parse: icalJs, lacks: null },
  {
    name: "python3-icalendar",
    parse: python(ICALENDAR),
    lacks: has("import icalendar") ? null : "python3-icalendar",
  },
  {
    name: "libical",
    parse: python(LIBICAL),
    lacks: has('import gi; gi.require_version("ICalGLib", "3.0")')
      ? null
      : "python3-gi and gir1.2-ical-3.0",
  },
];

const instant = (text: string) => Temporal.Instant.from(text);
const plain: Invite = {
  method: "REQUEST",
  uid: "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e@kalends.example",
  sequence: 0,
  stamp: instant("2026-11-22T10:00:00Z"),
  start: instant("2026-12-01T16:00:00Z"),
  end: instant("2026-12-01T16:30:00Z"),
  title: "Intro call",
  description: "Bring coffee",
  location: "Room 7",
  url: "https://kalends.example/b/1?token=a.b.c",
  organizer: { name: "Ada Lovelace", email: "ada@example.com" },
  attendees: [
    { name: "Grace Hopper", email: "grace@example.com" },
    { name: "Katherine Johnson", email: "kate@example.com", isAsked: true },
  ],
  alarmMinutesBefore: 15,
};

const AROUND = [
  // the hours that Berlin skips and has twice, Vancouver's last change of clocks, Casablanca's Ramadan
  "2026-03-29T00:30:00Z",
  "2026-03-29T01:00:00Z",
  "2026-10-25T00:30:00Z",
  "2026-10-25T01:30:00Z",
  "2026-03-08T10:00:00Z",
  "2026-11-01T09:00:00Z",
  "2026-12-01T16:00:00Z",
  "2027-02-07T02:00:00Z",
  // leap day, turn of the year, what 32 bits cannot count
  "2028-02-29T23:45:00Z",
  "2026-12-31T23:45:00Z",
  "2039-06-15T08:00:00Z",
].map(instant);

const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).map((each) => `a${each}`);
const anyInvite: fc.Arbitrary<Invite> = fc
  .record({
    method: fc.constantFrom("REQUEST" as const, "CANCEL" as const),
    uid: fc.uuid().map((id) => `${id}@kalends.example`),
    sequence: fc.nat(1000),
    stamp: fc.constant(plain.stamp),
    start: fc
      .integer({ min: 1_700_000_000, max: 4_000_000_000 })
      .map((s) => instant("1970-01-01T00:00:00Z").add({ seconds: s })),
    end: fc.constant(plain.end),
    title: word,
    description: fc.option(word),
    location: fc.option(word),
    url: fc.option(fc.webUrl()),
    organizer: fc.record({ name: word, email: fc.constant("ada@example.com") }),
    attendees: fc.array(
      fc.record({
        name: word,
        email: fc.constantFrom("a@example.com", "b@x.museum"),
        isAsked: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    alarmMinutesBefore: fc.option(fc.constantFrom(0, 15, 1440)),
  })
  .map((each) => ({ ...each, end: each.start.add({ minutes: 30 }) }));

describe.each(PARSERS)("$name", ({ parse, lacks }) => {
  const reading = lacks === null ? test : test.skip;
  const why = lacks === null ? "" : `: skipped, ${lacks} is not installed`;

  reading(
    `gives back the instants, also on days of other lengths and in years far off${why}`,
    () => {
      const events = AROUND.map((start) => ({ ...plain, start, end: start.add({ minutes: 45 }) }));
      expect(parse(events.map(invite)).map(({ start, end }) => [start, end])).toEqual(
        events.map(({ start, end }) => [
          start.epochMilliseconds / 1000,
          end.epochMilliseconds / 1000,
        ]),
      );
    },
  );

  reading(`reads a request, its update and its cancellation as one meeting${why}`, () => {
    const life = [
      plain,
      { ...plain, sequence: 1, start: plain.end, end: plain.end.add({ minutes: 30 }) },
      { ...plain, sequence: 2, method: "CANCEL" as const },
    ];
    const read = parse(life.map(invite));
    expect(read.map(({ method }) => method)).toEqual(["REQUEST", "REQUEST", "CANCEL"]);
    expect(read.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    expect(new Set(read.map(({ uid }) => uid))).toEqual(new Set([plain.uid]));
    for (const { organizer, attendees } of read) {
      expect(organizer).toBe("mailto:ada@example.com");
      expect(attendees).toEqual([
        ["mailto:grace@example.com", "ACCEPTED", "Grace Hopper"],
        ["mailto:kate@example.com", "NEEDS-ACTION", "Katherine Johnson"],
      ]);
    }
  });

  reading(`reads what is asked for, what has no guest, and what has many${why}`, () => {
    const many = Array.from({ length: 50 }, (_, i) => ({
      name: `Guest; ${i}`,
      email: `g${i}@example.com`,
    }));
    const read = parse([
      invite({ ...plain, isTentative: true, alarmMinutesBefore: null }),
      invite({ ...plain, method: "PUBLISH", attendees: [], url: null }),
      invite({ ...plain, attendees: many }),
    ]);
    expect(read.map(({ method, status }) => [method, status])).toEqual([
      ["REQUEST", "TENTATIVE"],
      ["PUBLISH", "CONFIRMED"],
      ["REQUEST", "CONFIRMED"],
    ]);
    expect(read.map(({ attendees }) => attendees.length)).toEqual([2, 0, 50]);
  });

  reading(`reads whatever people call themselves and their meetings${why}`, () => {
    const events = fc.sample(anyInvite, { numRuns: 150, seed: 7 });
    const read = parse(events.map(invite));
    expect(read.map(({ method, uid, sequence, start }) => [method, uid, sequence, start])).toEqual(
      events.map(({ method, uid, sequence, start }) => [
        method,
        uid,
        sequence,
        Math.floor(start.epochMilliseconds / 1000),
      ]),
    );
    expect(
      read.map(({ attendees }) => attendees.map(([address, partstat]) => [address, partstat])),
    ).toEqual(
      events.map(({ attendees }) =>
        attendees.map(({ email, isAsked }) => [
          `mailto:${email}`,
          isAsked ? "NEEDS-ACTION" : "ACCEPTED",
        ]),
      ),
    );
  });

  reading(`gives long and strange texts back whole${why}`, () => {
    // No backslash in it: python3-icalendar 4 takes one off twice.
    const description = 'Zeile 1, "zwei"; drei\nZeile 2: ü 日本語 👩‍👩‍👧‍👦 '.repeat(12).trim();
    const [read] = parse([invite({ ...plain, description, title: "Tee; zwei, bitte" })]);
    expect(read?.description).toBe(description);
    expect(read?.summary).toBe("Tee; zwei, bitte");
  });
});
