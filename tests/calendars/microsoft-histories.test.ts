// Whatever happens in a calendar: who follows its changes knows what who lists all of it knows.
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ChangedResource, ChangesPage } from "../../src/calendars/provider.ts";
import { type Account, openAccount } from "./microsoft-world.ts";

const hour = (n: number) => Temporal.Instant.from("2026-11-19T00:00:00Z").add({ hours: n });
// From before the window, which begins two days later, to beyond its end.
const start = fc.integer({ min: 0, max: 24 * 70 });
const showAs = fc.constantFrom("busy", "free", "tentative", "oof", "workingElsewhere");
const which = fc.nat(50);

type Step = (account: Account) => void;
const live = ({ graph }: Account) => graph.events.filter(({ isDeleted }) => !isDeleted);
const idOf = ({ n }: { n: number }) => `AAkALg-${n}=`;
const timesOf = (n: number) => ({ start: `${hour(n)}`, end: `${hour(n + 1)}` });
const onOne =
  (
    at: number,
    what: (account: Account, id: string, event: ReturnType<typeof live>[number]) => void,
  ): Step =>
  (account) => {
    const all = live(account);
    const event = all[at % Math.max(all.length, 1)];
    if (event) what(account, idOf(event), event);
  };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(start, showAs).map(
    ([n, showAs]): Step =>
      ({ graph, calendar }) =>
        graph.addEvent(calendar, { ...timesOf(n), showAs }),
  ),
  fc.tuple(start, fc.integer({ min: 1, max: 12 }), showAs).map(
    ([n, count, showAs]): Step =>
      ({ graph, calendar }) => {
        const starts = Array.from({ length: count }, (_, i) => `${hour(n + i * 24 * 7)}`);
        graph.addSeries(calendar, { ...timesOf(n), showAs, starts });
      },
  ),
  fc
    .tuple(which, start, showAs)
    .map(([at, n, showAs]) =>
      onOne(at, ({ graph }, id, { occurrences }) =>
        graph.change(id, occurrences ? { showAs } : { ...timesOf(n), showAs }),
      ),
    ),
  fc
    .tuple(which, fc.boolean())
    .map(([at, isDeclined]) =>
      onOne(at, ({ graph }, id) =>
        graph.change(id, { response: isDeclined ? "declined" : "accepted" }),
      ),
    ),
  which.map((at) => onOne(at, ({ graph }, id) => graph.change(id, { isCancelled: true }))),
  which.map((at) => onOne(at, ({ graph }, id) => graph.remove(id))),
  fc.tuple(which, which, fc.option(start), showAs).map(([at, index, n, showAs]) =>
    onOne(at, ({ graph }, id, { occurrences }) => {
      if (!occurrences?.length) return;
      const change = n === null ? { isDeleted: true } : { ...timesOf(n), own: { showAs } };
      graph.changeOccurrence(id, index % occurrences.length, change);
    }),
  ),
);

/** What a store would hold that replaces each resource by what is told of it. */
class Store {
  private readonly held = new Map<string, string[]>();
  take({ resources, isFull }: Pick<ChangesPage, "resources" | "isFull">): void {
    if (isFull) this.held.clear();
    for (const each of resources) this.held.set(each.externalId, busyOf(each));
  }
  get all(): string[] {
    return [...this.held].flatMap(([id, busy]) => busy.map((each) => `${id} ${each}`)).sort();
  }
}
const busyOf = ({ busy }: ChangedResource) =>
  busy.map(({ start, end, kind }) => `${start} ${end} ${kind}`);

test("following changes and listing everything come to the same", async () => {
  const history = fc.array(fc.array(step, { maxLength: 8 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (rounds, namesWholeSeries) => {
      const account = await openAccount();
      account.graph.settings.namesWholeSeries = namesWholeSeries;
      const store = new Store();
      let cursor: string | null = null;
      for (const steps of rounds) {
        for (const step of steps) step(account);
        const run = await account.changes(cursor);
        const isFull = cursor === null;
        store.take({ resources: run.resources, isFull });
        cursor = run.cursor;
        const fresh = new Store();
        fresh.take({ resources: (await account.changes()).resources, isFull: true });
        expect(store.all).toEqual(fresh.all);
      }
      await account.graph[Symbol.asyncDispose]();
    }),
    { numRuns: 40 },
  );
});
