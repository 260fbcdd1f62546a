// How long a month of free times takes: src/availability beside the same thing written straightforwardly
// on Temporal and on moment-timezone, in one run and with the same answers. `bun bench/slots.ts`

import moment from "moment-timezone";
import { type Facts, type HostFacts, offers } from "../src/availability/offers.ts";
import type { Schedule } from "../src/availability/week.ts";
import { median } from "./support/numbers.ts";

const ZONE = "Europe/Berlin";
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const DATES = 31;
const FIRST_DATE = "2027-01-01";
// A month without a change of clocks, in a zone that every runtime knows: speed is compared here, not
// whose zone data are right.
const FROM = Date.parse("2026-12-31T23:00Z");
const UNTIL = FROM + DATES * DAY;
const NOW = FROM - 7 * DAY;

interface Case {
  name: string;
  hosts: number;
  step: number;
  busy: number;
  allDay?: boolean;
  /** Minutes of a busy span; 30 unless set. */
  length?: number;
}

const CASES: Case[] = [
  { name: "A  1 host, 9–17, 30 min, 40 busy", hosts: 1, step: 30, busy: 40 },
  { name: "B  1 host, 24/7, 5 min", hosts: 1, step: 5, busy: 0, allDay: true },
  { name: "C  1 host, 9–17, 15 min, 200 busy", hosts: 1, step: 15, busy: 200 },
  { name: "D  1 of 10 hosts, 15 min, 60 busy each", hosts: 10, step: 15, busy: 60 },
  { name: "E  1 of 50 hosts, 15 min, 60 busy each", hosts: 50, step: 15, busy: 60 },
  {
    name: "F  1 host, 24/7, 5 min, 2000 fragments",
    hosts: 1,
    step: 5,
    busy: 2000,
    allDay: true,
    length: 10,
  },
];

/** start → hosts, as a month's answer. */
type Answer = Map<number, readonly string[]>;

function ours(facts: Facts): Answer {
  const found = offers(facts, { from: FROM, until: UNTIL, now: NOW });
  return new Map(found.map(({ start, hosts }) => [start, hosts]));
}

function onTemporal({ type, hosts }: Facts): Answer {
  const answer = new Map<number, string[]>();
  const first = Temporal.PlainDate.from(FIRST_DATE);
  for (const host of hosts) {
    const busy = pairs(host.busy).map(([start, end]) => ({
      start: Temporal.Instant.fromEpochMilliseconds(start),
      end: Temporal.Instant.fromEpochMilliseconds(end),
    }));
    for (let i = 0; i < DATES; i++) {
      const date = first.add({ days: i });
      for (const { from, until } of hoursOn(host.schedule, date.dayOfWeek)) {
        let slot = date.toZonedDateTime({ timeZone: ZONE, plainTime: from });
        const close =
          until === "24:00"
            ? date.add({ days: 1 }).toZonedDateTime(ZONE)
            : date.toZonedDateTime({ timeZone: ZONE, plainTime: until });
        for (;;) {
          const next = slot.add({ minutes: type.durationMinutes });
          if (Temporal.ZonedDateTime.compare(next, close) > 0) break;
          const start = slot.toInstant();
          const end = next.toInstant();
          const taken = busy.some(
            (span) =>
              Temporal.Instant.compare(span.start, end) < 0 &&
              Temporal.Instant.compare(start, span.end) < 0,
          );
          if (!taken) addTo(answer, start.epochMilliseconds, host.id);
          slot = next;
        }
      }
    }
  }
  return sorted(answer);
}

function onMoment({ type, hosts }: Facts): Answer {
  const answer = new Map<number, string[]>();
  for (const host of hosts) {
    const busy = pairs(host.busy).map(([start, end]) => ({
      start: moment(start),
      end: moment(end),
    }));
    for (let i = 0; i < DATES; i++) {
      const date = moment.tz(FIRST_DATE, ZONE).add(i, "days");
      for (const { from, until } of hoursOn(host.schedule, date.isoWeekday())) {
        const slot = date.clone().add(moment.duration(from));
        const close = date.clone().add(moment.duration(until));
        for (;;) {
          const end = slot.clone().add(type.durationMinutes, "minutes");
          if (end.isAfter(close)) break;
          const taken = busy.some((span) => span.start.isBefore(end) && slot.isBefore(span.end));
          if (!taken) addTo(answer, slot.valueOf(), host.id);
          slot.add(type.durationMinutes, "minutes");
        }
      }
    }
  }
  return sorted(answer);
}

const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

function hoursOn(schedule: Schedule, isoWeekday: number) {
  return schedule.hours.filter(
    (entry) => "weekday" in entry && entry.weekday === WEEKDAYS[isoWeekday - 1],
  );
}

function addTo(answer: Map<number, string[]>, start: number, id: string): void {
  const ids = answer.get(start);
  if (ids) ids.push(id);
  else answer.set(start, [id]);
}

function sorted(answer: Answer): Answer {
  return new Map([...answer].sort(([a], [b]) => a - b));
}

function pairs(flat: readonly number[]): [number, number][] {
  return flat.flatMap((start, i) =>
    i % 2 === 0 ? [[start, flat[i + 1]!] as [number, number]] : [],
  );
}

function factsOf({ hosts, step, busy, allDay = false, length = 30 }: Case): Facts {
  const random = mulberry32(42);
  const ids = Array.from({ length: hosts }, (_, i) => `host-${i}`);
  const days = allDay ? WEEKDAYS : WEEKDAYS.slice(0, 5);
  const hours = days.map((weekday) => ({
    weekday,
    from: allDay ? "00:00" : "09:00",
    until: allDay ? "24:00" : "17:00",
  }));
  const hostOf = (id: string): HostFacts => {
    const starts = Array.from({ length: busy }, (_, i) => {
      // Fragments lie evenly, so that none hides another; meetings lie where work is done.
      if (allDay) return FROM + Math.floor((i / busy) * DATES * 288) * 5 * MINUTE;
      return (
        FROM +
        Math.floor(random() * DATES) * DAY +
        (9 * 12 + Math.floor(random() * 96)) * 5 * MINUTE
      );
    });
    const spans = starts.sort((a, b) => a - b).flatMap((start) => [start, start + length * MINUTE]);
    return {
      id,
      schedule: { timeZone: ZONE, hours, overrides: [] },
      away: [],
      busy: spans,
      counted: [],
    };
  };
  return {
    type: {
      durationMinutes: step,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      slotIntervalMinutes: null,
      slotAlignment: "start",
      minimumNoticeMinutes: 0,
      horizon: { kind: "unlimited" },
      caps: [],
      capacity: 1,
      timeZone: ZONE,
      groups: [{ hosts: ids, required: 1 }],
    },
    hosts: ids.map(hostOf),
    booked: [],
    seated: [],
  };
}

/** A small random generator, so that every run measures the same facts. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The median time of a call in milliseconds, over at least `samples` calls and half a second. */
function medianMs(call: () => unknown, samples: number): number {
  const times: number[] = [];
  // What an earlier case left behind is not this one's cost.
  Bun.gc(true);
  const begin = performance.now();
  while (times.length < samples || (times.length < 500 && performance.now() - begin < 500)) {
    const before = performance.now();
    call();
    times.push(performance.now() - before);
  }
  return median(times);
}

const ms = (value: number) => value.toFixed(value < 1 ? 3 : 1).padStart(9);
const ratio = (value: number) => `${Math.round(value)}×`.padStart(8);

console.log(
  `Bun ${Bun.version}, ${DATES} days, median ms per answer; × is how much longer than ours\n`,
);
console.log(`${"".padEnd(40)} offers     ours  Temporal             moment`);
for (const shape of CASES) {
  const facts = factsOf(shape);
  const wanted = JSON.stringify([...onTemporal(facts)]);
  for (const answer of [ours, onMoment]) {
    if (JSON.stringify([...answer(facts)]) !== wanted)
      throw new Error(`${answer.name} differs in ${shape.name}`);
  }
  // The first calls are slower, for everybody alike: they are left out.
  medianMs(() => ours(facts), 50);
  const own = medianMs(() => ours(facts), 50);
  const temporal = medianMs(() => onTemporal(facts), 3);
  const other = medianMs(() => onMoment(facts), 3);
  const count = String(ours(facts).size).padStart(6);
  console.log(
    `${shape.name.padEnd(40)} ${count}${ms(own)} ${ms(temporal)}${ratio(temporal / own)} ${ms(other)}${ratio(other / own)}`,
  );
}

console.log("\nOne of n hosts, 15 min, 60 busy each: cost per host");
for (const hosts of [50, 100, 200, 500]) {
  const facts = factsOf({ name: "", hosts, step: 15, busy: 60 });
  medianMs(() => ours(facts), 20);
  const own = medianMs(() => ours(facts), 20);
  console.log(
    `${String(hosts).padStart(5)} hosts ${ms(own)} ms ${((own * 1000) / hosts).toFixed(1).padStart(7)} µs per host`,
  );
}
