// Whatever happens in a calendar, who follows its changes knows what who lists it anew knows.
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ChangesPage } from "../../src/calendars/provider.ts";
import { googleHere, HOME, NOW, span, times } from "./support/google.ts";

// Longer than Google tells of the end of a series.
const WINDOW = span("2026-11-21T00:00:00Z", "2027-09-22T00:00:00Z");

type Here = Awaited<ReturnType<typeof googleHere>>;

/** What is kept of a calendar: the busy time of each resource, as a sync stores it. */
class Kept {
  cursor: string | null = null;
  readonly busy = new Map<string, string[]>();

  take(pages: readonly ChangesPage[]): void {
    if (pages[0]?.isFull) this.busy.clear();
    for (const { resources, cursor } of pages) {
      for (const resource of resources) {
        this.busy.delete(resource.externalId);
        if (resource.busy.length > 0) this.busy.set(resource.externalId, times([resource]));
      }
      this.cursor = cursor;
    }
  }
}

const DAY = 24;
const at = (hours: number, length: number) => ({
  start: { dateTime: `${NOW.add({ hours })}`, timeZone: "Europe/Berlin" },
  end: { dateTime: `${NOW.add({ hours: hours + length })}`, timeZone: "Europe/Berlin" },
});
const dayOf = (days: number) => `${NOW.add({ hours: days * DAY })}`.slice(0, 10);

// Beyond the window on both sides, too.
const hours = fc.integer({ min: -4 * DAY, max: 320 * DAY });
// Of one that began later and is gone, Google tells nothing: that mends itself with the next day's list.
const MOST_HOURS_OF_SERIES = 150 * DAY;
const seriesAt = (hours: number) => at(Math.min(hours, MOST_HOURS_OF_SERIES), 1);
const which = fc.nat({ max: 30 });
const change = fc.oneof(
  fc.record({ do: fc.constant("add" as const), hours, length: fc.integer({ min: 0, max: 60 }) }),
  fc.record({
    do: fc.constant("add all day" as const),
    hours,
    length: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    do: fc.constant("add series" as const),
    hours,
    rule: fc.constantFrom("FREQ=DAILY", "FREQ=WEEKLY;COUNT=5", "FREQ=DAILY;INTERVAL=3;COUNT=20"),
  }),
  fc.record({ do: fc.constant("move" as const), which, hours }),
  fc.record({
    do: fc.constant("set" as const),
    which,
    to: fc.constantFrom("transparent", "opaque"),
  }),
  fc.record({ do: fc.constant("delete" as const), which }),
  fc.record({ do: fc.constant("cut short" as const), which }),
  fc.record({ do: fc.constant("move occurrence" as const), which, hours }),
  fc.record({ do: fc.constant("cancel occurrence" as const), which }),
  fc.record({ do: fc.constant("follow" as const) }),
  fc.record({ do: fc.constant("forget" as const) }),
);

async function play(
  here: Here,
  kept: Kept,
  step: typeof change extends fc.Arbitrary<infer T> ? T : never,
) {
  const { google } = here;
  const all = google.events(HOME).filter(({ recurringEventId }) => recurringEventId === undefined);
  const one = "which" in step ? all[step.which % Math.max(all.length, 1)] : undefined;
  const first = one?.recurrence && `${Temporal.Instant.from(one.start?.dateTime ?? "")}`;
  switch (step.do) {
    case "add":
      return google.addEvent(HOME, at(step.hours, step.length));
    case "add all day": {
      const day = Math.floor(step.hours / DAY);
      const [start, end] = [{ date: dayOf(day) }, { date: dayOf(day + step.length) }];
      return google.addEvent(HOME, { start, end });
    }
    case "add series":
      return google.addEvent(HOME, {
        ...seriesAt(step.hours),
        recurrence: [`RRULE:${step.rule}`],
      });
    case "move":
      if (!one?.start?.dateTime) return;
      return google.changeEvent(HOME, one.id, first ? seriesAt(step.hours) : at(step.hours, 1));
    case "set":
      return one && google.changeEvent(HOME, one.id, { transparency: step.to });
    case "delete":
      return one && google.deleteEvent(HOME, one.id);
    case "cut short":
      return (
        first && google.changeEvent(HOME, one.id, { recurrence: ["RRULE:FREQ=DAILY;COUNT=1"] })
      );
    case "move occurrence":
      return first && google.changeOccurrence(HOME, one.id, first, at(step.hours, 2));
    case "cancel occurrence":
      return first && google.cancelOccurrence(HOME, one.id, first);
    case "forget":
      google.expireSyncTokens(HOME);
      kept.cursor = null;
      return;
    case "follow":
      return kept.take(await here.pagesSince(kept.cursor, WINDOW));
  }
}

test("following any sequence of changes ends where listing everything does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 25 }),
      fc.constantFrom(40, 2500),
      fc.boolean(),
      async (steps, longestPage, hasEmptyPages) => {
        await using here = await googleHere();
        Object.assign(here.google.state, { longestPage, hasEmptyPages });
        const kept = new Kept();
        for (const step of steps) await play(here, kept, step);
        kept.take(await here.pagesSince(kept.cursor, WINDOW));
        const anew = new Kept();
        here.google.state.longestPage = 2500;
        anew.take(await here.pagesSince(null, WINDOW));
        expect([...kept.busy].sort()).toEqual([...anew.busy].sort());
      },
    ),
    { numRuns: 40 },
  );
});
