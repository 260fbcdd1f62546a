// The steps of a random history: each is done through the API and in the diary, and both must say the same.
import { expect } from "bun:test";
import fc from "fast-check";
import { completeMeetings, expireRequests, forgetHolds } from "../../../src/bookings/lapse.ts";
import { book, type Host, type MeetingType } from "../../support/make.ts";
import type { Answer, Api, TestWorld } from "../../support/world.ts";
import type { Diary, Hold, Kind, Leave, Meeting, Seat, Verdict } from "./diary.ts";
import { STEP } from "./diary.ts";
import { tokenOf } from "./guest.ts";
import { hold as askForHold } from "./holds.ts";

/** What the steps act on. */
export interface Real {
  readonly world: TestWorld;
  readonly api: Api;
  readonly hosts: readonly Host[];
  readonly types: ReadonlyMap<string, MeetingType>;
  /** How often each answer was due. */
  readonly due: Record<string, number>;
}

const MIDNIGHT = Temporal.Instant.from("2026-11-23T00:00:00Z");
export const at = (minute: number): string => MIDNIGHT.add({ minutes: minute }).toString();
export const minuteOf = (instant: string): number =>
  Temporal.Instant.from(instant).since(MIDNIGHT).total("minutes");

type Run = (diary: Diary, real: Real) => Promise<void>;

/** A step that `toString` shows as it was drawn. */
const step = (shown: string, run: Run, after: Run) => ({
  check: () => true,
  run: async (diary: Diary, real: Real) => {
    await run(diary, real);
    await after(diary, real);
  },
  toString: () => shown,
});

const pick = <T>(among: readonly T[], n: number): T | undefined => among[n % among.length];
export const typeOf = ({ types }: Real, kind: Kind): MeetingType => types.get(kind.name)!;
export const idsOf = (real: Real, positions: readonly number[]) =>
  positions.map((position) => real.hosts[position]!.id).sort();
const positionsOf = (real: Real, ids: readonly string[]): number[] =>
  real.hosts.flatMap(({ id }, position) => (ids.includes(id) ? [position] : []));
const hostsOf = (real: Real, { hosts }: { hosts: { id: string }[] }): number[] =>
  positionsOf(
    real,
    hosts.map(({ id }) => id),
  );

/** The code of an answer, or "yes". */
const said = ({ status, body }: Answer): string => (status < 300 ? "yes" : body.code);

/** Expects an answer, and of a taken time that what is proposed instead can be had. */
function expectSaid(real: Real, diary: Diary, answer: Answer, due: string, asked: Asked | null) {
  real.due[due] = (real.due[due] ?? 0) + 1;
  expect(said(answer)).toBe(due);
  const { alternatives } = answer.body;
  if (!asked) return;
  expect(alternatives !== undefined).toBe(due === "slot_taken" || due === "hold_expired");
  if (alternatives === undefined) return;
  for (const { start } of alternatives as { start: string }[]) {
    if (minuteOf(start) > 24 * 60) continue;
    expect(diary.verdict(asked.kind, minuteOf(start), asked.except)).toMatchObject({ ok: true });
  }
}

interface Asked {
  readonly kind: Kind;
  readonly except: Leave;
}

const dueOf = (verdict: Verdict): string => (verdict.ok ? "yes" : verdict.code);

/** That the hosts of an answer are as many as are needed of those who can. */
function expectAble(kind: Kind, hosts: readonly number[], able: readonly number[]): void {
  expect(hosts).toHaveLength(kind.required);
  for (const host of hosts) expect(able).toContain(host);
}

let guests = 0;

async function bookAs(
  diary: Diary,
  real: Real,
  kind: Kind,
  start: number,
  people: number,
  held: Hold | null,
) {
  const n = ++guests;
  const key = `key ${n}`;
  const body = {
    guest: { name: `Guest ${n}`, email: `guest-${n}@example.com`, timeZone: "UTC" },
    ...(people > 1 && { guests: [{ email: `companion-of-${n}@example.com` }] }),
    ...(held && { holdId: held.id }),
  };
  const isLive = held !== null && diary.isLive(held);
  const except = { hold: isLive ? held : null, people };
  const isSame = isLive && held.start - held.kind.before === start - kind.before;
  let verdict = diary.verdict(kind, start, except, isSame ? diary.heldAt(held) : diary.now);
  // What was held in time is booked in time, but not once it is past.
  const isTaken = !verdict.ok && verdict.code === "slot_taken";
  if (start < diary.now && !isTaken) verdict = { ok: false, code: "start_in_past" };
  const isLate = isTaken && held !== null && !isLive;
  const answer = await book(real.api, typeOf(real, kind), at(start), {
    ...body,
    headers: { "idempotency-key": key },
  });
  expectSaid(real, diary, answer, isLate ? "hold_expired" : dueOf(verdict), { kind, except });
  if (!verdict.ok) return;
  const { id, guest, ...booking } = answer.body.booking;
  const hosts = hostsOf(real, booking);
  if (verdict.joins) expect([id, hosts]).toEqual([verdict.joins.id, verdict.joins.hosts]);
  else expectAble(kind, hosts, verdict.able);
  if (held) held.isGone = true;
  const request = { key, body: { start, ...body } };
  diary.seat(
    kind,
    start,
    { guestId: guest.id, token: tokenOf(answer), people, request },
    { id, hosts },
    verdict.joins,
  );
}

async function holdAs(diary: Diary, real: Real, kind: Kind, start: number) {
  const verdict = diary.verdict(kind, start);
  const isSeated = kind.seats > 1 && verdict.ok;
  // How many holds a host bears is told elsewhere.
  if (diary.holds.filter(diary.isLive).length >= 7) return;
  const answer = await askForHold(real.api, typeOf(real, kind), at(start));
  expectSaid(real, diary, answer, isSeated ? "not_holdable" : dueOf(verdict), { kind, except: {} });
  if (!verdict.ok || isSeated) return;
  const { holdId } = answer.body;
  const rows = await real.world.db.run("select host_id from reservations where hold_id = $1", [
    holdId,
  ]);
  const hosts = positionsOf(
    real,
    rows.map(({ hostId }) => `${hostId}`),
  );
  expectAble(kind, hosts, verdict.able);
  diary.hold(kind, start, holdId, hosts);
}

/** The first answer again, as things are by now. */
async function repeat(real: Real, seat: Seat) {
  const { start, ...body } = seat.request.body as { start: number };
  const answer = await book(real.api, typeOf(real, seat.in.kind!), at(start), {
    ...body,
    headers: { "idempotency-key": seat.request.key },
  });
  expect([answer.status, answer.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
  expect(answer.body.booking).toMatchObject({ id: seat.in.id, guest: { id: seat.guestId } });
}

const asGuest = (real: Real, seat: Seat, which: number, path: string, body?: object) =>
  real.api(body ? "PATCH" : "GET", `/bookings/${pick(seat.ids, which)}${path}`, {
    headers: { "x-booking-token": seat.token },
    ...(body && { body }),
  });
const asHost = (real: Real, meeting: Meeting, path: string, body: object) =>
  real.api("PATCH", `/bookings/${meeting.id}${path}`, {
    token: real.hosts[meeting.hosts[0]!]!.token,
    body,
  });

async function cancelAsGuest(diary: Diary, real: Real, seat: Seat, which: number) {
  const answer = await asGuest(real, seat, which, "/cancel", {});
  const status = diary.statusOf(seat.in);
  const isOff = seat.hasLeft || status === "CANCELLED";
  const due =
    isOff || (diary.isOpen(seat.in) && diary.now < seat.in.start) ? "yes" : "booking_closed";
  expectSaid(real, diary, answer, due, null);
  if (due !== "yes") return;
  expect(answer.body.status).toBe("CANCELLED");
  if (!isOff) diary.leave(seat);
}

async function cancelAsHost(diary: Diary, real: Real, meeting: Meeting) {
  const answer = await asHost(real, meeting, "/cancel", {});
  const isOff = diary.statusOf(meeting) === "CANCELLED";
  const due = isOff || diary.isOpen(meeting) ? "yes" : "booking_closed";
  expectSaid(real, diary, answer, due, null);
  if (due === "yes" && !isOff) diary.become(meeting, "CANCELLED");
}

async function moveAsGuest(diary: Diary, real: Real, seat: Seat, start: number, which: number) {
  const meeting = seat.in;
  const kind = meeting.kind!;
  const answer = await asGuest(real, seat, which, "/reschedule", { start: at(start) });
  if (seat.hasLeft || !diary.isOpen(meeting) || diary.now >= meeting.start)
    return expectSaid(real, diary, answer, "booking_closed", null);
  if (start === meeting.start) return expectSaid(real, diary, answer, "yes", null);
  const isAlone = diary.present(meeting).length === 1;
  const except = { meeting: isAlone ? meeting : null, people: seat.people };
  const verdict = diary.verdict(kind, start, except);
  expectSaid(real, diary, answer, dueOf(verdict), { kind, except });
  if (!verdict.ok) return;
  const hosts = hostsOf(real, answer.body);
  const { id } = answer.body;
  if (verdict.joins) expect([id, hosts]).toEqual([verdict.joins.id, verdict.joins.hosts]);
  else expectAble(kind, hosts, verdict.able);
  if (kind.seats > 1 && (!isAlone || verdict.joins))
    return diary.moveSeat(seat, start, { id, hosts }, verdict.joins);
  expect(id).toBe(meeting.id);
  moveWhole(diary, meeting, start, hosts, verdict.able);
  if (kind.isAsked) Object.assign(meeting, { status: "PENDING", lapses: start });
}

async function moveAsHost(diary: Diary, real: Real, meeting: Meeting, start: number) {
  const kind = meeting.kind!;
  const answer = await asHost(real, meeting, "/reschedule", { start: at(start) });
  if (!diary.isOpen(meeting)) return expectSaid(real, diary, answer, "booking_closed", null);
  if (start === meeting.start) return expectSaid(real, diary, answer, "yes", null);
  const except = { meeting, isWhole: true };
  const verdict = diary.verdict(kind, start, except);
  expectSaid(real, diary, answer, dueOf(verdict), { kind, except });
  if (!verdict.ok) return;
  const hosts = hostsOf(real, answer.body);
  expectAble(kind, hosts, verdict.able);
  moveWhole(diary, meeting, start, hosts, verdict.able);
}

function moveWhole(
  diary: Diary,
  meeting: Meeting,
  start: number,
  hosts: number[],
  able: readonly number[],
) {
  // Who has it keeps it, where he can.
  for (const host of meeting.hosts) if (able.includes(host)) expect(hosts).toContain(host);
  diary.become(meeting, "CONFIRMED", { start, hosts });
}

async function decide(diary: Diary, real: Real, meeting: Meeting, verb: "confirm" | "decline") {
  const answer = await asHost(real, meeting, `/${verb}`, {});
  const wanted = verb === "confirm" ? "CONFIRMED" : "DECLINED";
  const status = diary.statusOf(meeting);
  const due = status === "PENDING" || status === wanted ? "yes" : "booking_closed";
  expectSaid(real, diary, answer, due, null);
  if (status === "PENDING") diary.become(meeting, wanted);
}

async function reassign(diary: Diary, real: Real, meeting: Meeting) {
  const kind = meeting.kind!;
  const answer = await asHost(real, meeting, "/reassign", {});
  if (!diary.isOpen(meeting) || diary.now >= meeting.start)
    return expectSaid(real, diary, answer, "booking_closed", null);
  if (kind.required === kind.hosts.length) return expectSaid(real, diary, answer, "invalid", null);
  const able = diary
    .ableOf(kind, meeting.start, { meeting })
    .filter((host) => !meeting.hosts.includes(host));
  expectSaid(real, diary, answer, able.length === 0 ? "slot_taken" : "yes", null);
  if (able.length === 0) return;
  const hosts = hostsOf(real, answer.body);
  const [asker, ...others] = meeting.hosts;
  expect(hosts).not.toContain(asker!);
  expectAble(kind, hosts, [...others, ...able]);
  diary.become(meeting, meeting.status, { hosts, lapses: meeting.lapses });
}

async function block(diary: Diary, real: Real, host: number, start: number, minutes: number) {
  const answer = await real.api("POST", "/bookings", {
    token: real.hosts[host]!.token,
    body: { title: "Dentist", start: at(start), end: at(start + minutes) },
  });
  const due =
    start < diary.now
      ? "start_in_past"
      : diary.isFree(host, [start, start + minutes])
        ? "yes"
        : "slot_taken";
  expectSaid(real, diary, answer, due, null);
  if (due !== "yes") return;
  const meeting = { id: answer.body.booking.id, kind: null, start, minutes, hosts: [host] };
  diary.meetings.push({ ...meeting, status: "CONFIRMED", lapses: null, version: 1, sequence: 0 });
}

async function unblockOrMove(diary: Diary, real: Real, meeting: Meeting, start: number) {
  const answer = await asHost(real, meeting, "", {
    start: at(start),
    end: at(start + meeting.minutes),
  });
  const due = !diary.isOpen(meeting)
    ? "booking_closed"
    : start !== meeting.start && start < diary.now
      ? "start_in_past"
      : diary.isFree(meeting.hosts[0]!, [start, start + meeting.minutes], { meeting })
        ? "yes"
        : "slot_taken";
  expectSaid(real, diary, answer, due, null);
  if (due === "yes" && start !== meeting.start) diary.become(meeting, "CONFIRMED", { start });
}

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"];
const wall = (hour: number) => `${`${hour}`.padStart(2, "0")}:00`;

async function changeHours(diary: Diary, real: Real, host: number, from: number, until: number) {
  const { token, scheduleId } = real.hosts[host]!;
  const hours = WEEKDAYS.map((weekday) => ({ weekday, from: wall(from), until: wall(until) }));
  const answer = await real.api("PATCH", `/schedules/${scheduleId}`, { token, body: { hours } });
  expect(answer.status).toBe(200);
  diary.hours[host] = [from * 60, until * 60];
}

async function sweep(diary: Diary, { world }: Real) {
  while (await expireRequests(world));
  while (await completeMeetings(world));
  while (await forgetHolds(world));
  diary.sweep();
}

/** The steps, with how often each is drawn; `after` looks at everything after each. */
export function steps(kinds: readonly Kind[], after: (n: number) => Run) {
  const n = fc.nat({ max: 1000 });
  const kind = fc.constantFrom(...kinds);
  const quarter = fc.integer({ min: 34, max: 56 });
  const start = fc.oneof(
    { weight: 9, arbitrary: quarter.map((each) => each * STEP) },
    { weight: 1, arbitrary: fc.integer({ min: 8 * 60, max: 17 * 60 }) },
  );
  const guestKinds = ({ kind: each }: Meeting) => each !== null;
  const on = <T>(among: (diary: Diary) => readonly T[], i: number, run: (each: T) => Run): Run => {
    return async (diary, real) => {
      const each = pick(among(diary), i);
      if (each !== undefined) await run(each)(diary, real);
    };
  };
  const lively = (diary: Diary, seat: Seat) => !seat.hasLeft && diary.isOpen(seat.in);
  // Once in a while one that is over, to be refused.
  const mostlyLively = (diary: Diary, among: readonly Seat[]) => {
    const live = among.filter((seat) => lively(diary, seat));
    return live.length === 0 ? among : [...live, ...live, ...live, among[0]!];
  };
  const seats = (diary: Diary) => mostlyLively(diary, diary.seats);
  const crowded = (diary: Diary) =>
    diary.seats.filter((seat) => lively(diary, seat) && diary.present(seat.in).length > 1);
  const meetings = (diary: Diary) => diary.meetings.filter(guestKinds);
  const asked = (diary: Diary) => diary.meetings.filter((each) => each.kind?.isAsked);
  const turns = (diary: Diary) =>
    diary.meetings.filter(({ kind: each }) => each && each.required < each.hosts.length);
  const shared = (diary: Diary) =>
    mostlyLively(
      diary,
      diary.seats.filter((each) => (each.in.kind?.seats ?? 1) > 1),
    );
  const sharing = kinds.filter((each) => each.seats > 1);
  const blocks = (diary: Diary) => diary.meetings.filter((each) => each.kind === null);

  const drawn = (
    weight: number,
    name: string,
    arbitraries: fc.Arbitrary<unknown>[],
    run: (...args: never[]) => Run,
  ) => ({
    weight,
    arbitrary: fc
      .tuple(n, ...arbitraries)
      .map(([salt, ...args]) =>
        step(`${name}(${args.map(shownOf).join(", ")})`, run(...(args as never[])), after(salt)),
      ),
  });

  return fc.oneof(
    drawn(
      9,
      "book",
      [kind, start],
      (k: Kind, s: number) => (diary, real) => bookAs(diary, real, k, s, 1, null),
    ),
    drawn(
      7,
      "join",
      [fc.constantFrom(...sharing), n, start, fc.integer({ min: 1, max: 2 })],
      (k: Kind, i: number, s: number, people: number) => (diary, real) =>
        bookAs(diary, real, k, pick(shared(diary), i)?.in.start ?? s, people, null),
    ),
    drawn(
      4,
      "hold",
      [kind, start],
      (k: Kind, s: number) => (diary, real) => holdAs(diary, real, k, s),
    ),
    drawn(
      4,
      "redeem",
      [n, fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, start)],
      (i: number, other: number | null) =>
        on(
          (diary) => diary.holds.filter(({ isGone }) => !isGone),
          i,
          (each) => (diary, real) => bookAs(diary, real, each.kind, other ?? each.start, 1, each),
        ),
    ),
    drawn(1, "repeat", [n], (i: number) => on(seats, i, (each) => (_, real) => repeat(real, each))),
    drawn(3, "cancel", [n, n], (i: number, which: number) =>
      on(seats, i, (each) => (diary, real) => cancelAsGuest(diary, real, each, which)),
    ),
    drawn(2, "leave", [n, n], (i: number, which: number) =>
      on(crowded, i, (each) => (diary, real) => cancelAsGuest(diary, real, each, which)),
    ),
    drawn(2, "cancelByHost", [n], (i: number) =>
      on(
        (diary) => diary.meetings,
        i,
        (each) => (diary, real) => cancelAsHost(diary, real, each),
      ),
    ),
    drawn(6, "reschedule", [n, start, n], (i: number, s: number, which: number) =>
      on(seats, i, (each) => (diary, real) => moveAsGuest(diary, real, each, s, which)),
    ),
    drawn(5, "moveSeat", [n, n, start, n], (i: number, j: number, s: number, which: number) =>
      on(shared, i, (each) => (diary, real) => {
        const to = j % 3 ? (pick(shared(diary), j)?.in.start ?? s) : s;
        return moveAsGuest(diary, real, each, to, which);
      }),
    ),
    drawn(3, "rescheduleByHost", [n, start], (i: number, s: number) =>
      on(meetings, i, (each) => (diary, real) => moveAsHost(diary, real, each, s)),
    ),
    drawn(3, "confirm", [n], (i: number) =>
      on(asked, i, (each) => (diary, real) => decide(diary, real, each, "confirm")),
    ),
    drawn(2, "decline", [n], (i: number) =>
      on(asked, i, (each) => (diary, real) => decide(diary, real, each, "decline")),
    ),
    drawn(3, "reassign", [n], (i: number) =>
      on(turns, i, (each) => (diary, real) => reassign(diary, real, each)),
    ),
    drawn(
      3,
      "block",
      [fc.nat({ max: 2 }), start, fc.integer({ min: 1, max: 60 })],
      (host: number, s: number, minutes: number) => (diary, real) =>
        block(diary, real, host, s, minutes),
    ),
    drawn(1, "moveBlock", [n, start], (i: number, s: number) =>
      on(blocks, i, (each) => (diary, real) => unblockOrMove(diary, real, each, s)),
    ),
    drawn(
      2,
      "changeHours",
      [fc.nat({ max: 2 }), fc.integer({ min: 8, max: 10 }), fc.integer({ min: 13, max: 16 })],
      (host: number, from: number, until: number) => (diary, real) =>
        changeHours(diary, real, host, from, until),
    ),
    drawn(
      4,
      "wait",
      [fc.integer({ min: 1, max: 20 })],
      (minutes: number) => async (diary, real) => {
        diary.now += minutes;
        real.world.setNow(at(diary.now));
      },
    ),
    drawn(1, "waitUntilItLapses", [n], (i: number) =>
      on(asked, i, (each) => async (diary, real) => {
        diary.now = Math.max(diary.now, each.lapses ?? 0);
        real.world.setNow(at(diary.now));
      }),
    ),
    drawn(1, "sweep", [], () => sweep),
  );
}

const shownOf = (arg: unknown): string =>
  typeof arg === "object" && arg !== null && "name" in arg ? `${arg.name}` : `${arg}`;
