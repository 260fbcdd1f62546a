// Random histories of one host, held against a list of spans that knows nothing of SQL.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { book, type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { type Answer, client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";
import { busyOf, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);

// Minutes of Monday, 23 November 2026; the host is open from 9 to 17 and starts are quarters.
const at = (minute: number) =>
  Temporal.Instant.from("2026-11-23T00:00:00Z").add({ minutes: minute }).toString();
const [OPENS, CLOSES, STEP] = [9 * 60, 17 * 60, 15];

interface Length {
  readonly minutes: number;
  readonly before: number;
  readonly after: number;
}
const LENGTHS: Length[] = [
  { minutes: 15, before: 0, after: 0 },
  { minutes: 30, before: 10, after: 5 },
  { minutes: 45, before: 0, after: 20 },
  { minutes: 60, before: 15, after: 0 },
];
const BLOCK: Length = { minutes: 0, before: 0, after: 0 };

/** A booking as the model knows it: null spans are over. */
interface Known {
  readonly length: Length | null;
  readonly made: Answer;
  start: number;
  span: readonly [from: number, until: number] | null;
}

type Step =
  | { do: "book"; length: number; start: number }
  | { do: "block"; start: number; minutes: number }
  | { do: "move"; which: number; start: number }
  | { do: "cancel"; which: number };

const minute = fc.integer({ min: 34, max: 70 }).map((quarter) => quarter * STEP);
const odd = fc.integer({ min: OPENS, max: CLOSES });
const which = fc.nat({ max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("book"), length: fc.nat({ max: 3 }), start: minute }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("block"),
      start: odd,
      minutes: fc.integer({ min: 1, max: 90 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("move"), which, start: fc.oneof(minute, odd) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel"), which }) },
) as fc.Arbitrary<Step>;

const spanOf = (start: number, { minutes, before, after }: Length) =>
  [start - before, start + minutes + after] as const;

/** What the answer must be, by looking at every other span. */
function verdict(
  known: readonly Known[],
  start: number,
  length: Length,
  own: Known | null,
): string {
  if (length !== BLOCK && own?.length !== null) {
    const fits = start >= OPENS && start + length.minutes <= CLOSES && (start - OPENS) % STEP === 0;
    if (!fits) return "outside_hours";
  }
  const [from, until] = spanOf(start, length);
  const isTaken = known.some(
    ({ span }, i) => span && known[i] !== own && span[0] < until && from < span[1],
  );
  return isTaken ? "slot_taken" : "yes";
}

/** How often each answer was due, so that the histories are seen to reach all of them. */
const due: Record<string, number> = {};
function expectSaid(each: Step, answer: Answer, expected: string): void {
  due[expected] = (due[expected] ?? 0) + 1;
  expect([each, said(answer)]).toEqual([each, expected]);
}

const said = ({ status, body }: Answer): string =>
  status === 200 || status === 201 ? "yes" : body.code;

async function play(host: Host, types: readonly MeetingType[], known: Known[], each: Step) {
  if (each.do === "book" || each.do === "block") {
    const isBlock = each.do === "block";
    const length = isBlock ? { ...BLOCK, minutes: each.minutes } : LENGTHS[each.length]!;
    const { start } = each;
    const own = { length: null, made: null as never, start, span: null };
    const expected = verdict(known, start, length, isBlock ? own : null);
    const answer = isBlock
      ? await api("POST", "/bookings", {
          token: host.token,
          body: { title: "Block", start: at(start), end: at(start + length.minutes) },
        })
      : await book(api, types[each.length]!, at(start));
    expectSaid(each, answer, expected);
    if (expected !== "yes") return;
    known.push({
      length: isBlock ? null : length,
      made: answer,
      start,
      span: spanOf(start, length),
    });
    return;
  }
  const target = known[each.which % Math.max(known.length, 1)];
  if (!target) return;
  const { id } = target.made.body.booking;
  if (each.do === "cancel") {
    const answer = target.length
      ? await guestOf(api, target.made).cancel()
      : await api("DELETE", `/bookings/${id}`, { token: host.token });
    expectSaid(each, answer, "yes");
    target.span = null;
    return;
  }
  const minutes = target.made.body.booking.durationMinutes;
  const length = target.length ?? { ...BLOCK, minutes };
  const isSame = each.start === target.start;
  const expected =
    target.span === null
      ? "booking_closed"
      : isSame
        ? "yes"
        : verdict(known, each.start, length, target);
  const answer = target.length
    ? await guestOf(api, target.made).move(at(each.start))
    : await api("PATCH", `/bookings/${id}`, {
        token: host.token,
        body: { start: at(each.start), end: at(each.start + minutes) },
      });
  expectSaid(each, answer, expected);
  if (expected !== "yes") return;
  target.start = each.start;
  target.span = spanOf(each.start, length);
}

test("any history of booking, moving and cancelling is accepted and refused as the spans say", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (history) => {
      const host = await makeHost(world);
      const types = [];
      for (const length of LENGTHS)
        types.push(await makeMeetingType(world, host, { step: STEP, ...length }));
      const known: Known[] = [];
      for (const each of history) await play(host, types, known, each);
      const spans = known.flatMap(({ span }) => (span ? [span] : [])).sort(([a], [b]) => a - b);
      expect(await busyOf(world, host)).toEqual(
        spans.map(([from, until]) => `${at(from)}/${at(until)}`),
      );
    }),
    { seed: 20261123, numRuns: 40 },
  );
  for (const answer of ["yes", "slot_taken", "outside_hours", "booking_closed"])
    expect(due[answer] ?? 0).toBeGreaterThan(20);
  await expectSoundLedger(world);
});
