// Many at once, in one process: the outcome is one of those that some order would give.
import { expect, test } from "bun:test";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf, tally } from "./support/guest.ts";
import { busyOf, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld({ DATABASE_POOL_SIZE: "20" });
const api = client(world);
const at = (time: string) => `2026-11-23T${time}:00Z`;
const times = <T>(count: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => work(i)));
/** A number per round, so that a failure can be played again. */
const ROUNDS = Array.from({ length: 5 }, (_, i) => i + 1);

test.each(ROUNDS)(
  "50 bookings of one time: one has it, 49 get three others (round %i)",
  async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host, { before: 5, after: 5 });
    const answers = await times(50, () => book(api, type, at("10:00")));
    expect(tally(answers)).toEqual({ "201": 1, "409 slot_taken": 49 });
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.every(({ body }) => body.alternatives.length === 3)).toBe(true);
    expect(await busyOf(world, host)).toEqual(["2026-11-23T09:55:00Z/2026-11-23T10:35:00Z"]);
    await expectSoundLedger(world);
  },
);

test.each(ROUNDS)(
  "overlapping lengths, buffers and blocked time leave no overlap and no gap that fits (round %i)",
  async () => {
    const host = await makeHost(world);
    const types = [
      await makeMeetingType(world, host, { minutes: 15, step: 15 }),
      await makeMeetingType(world, host, { minutes: 30, step: 15, before: 10 }),
      await makeMeetingType(world, host, { minutes: 45, step: 15, after: 15 }),
      await makeMeetingType(world, host, { minutes: 60, step: 15, before: 5, after: 10 }),
    ];
    const starts = ["10:00", "10:15", "10:30", "10:45", "11:00"];
    const answers = await times(45, (i) =>
      i % 5 === 4
        ? api("POST", "/bookings", {
            token: host.token,
            body: { title: "Block", start: at(starts[i % 4] ?? ""), end: at("11:20") },
          })
        : book(api, types[i % 4] ?? types[0]!, at(starts[(i * 7) % 5] ?? "")),
    );
    const { "201": made = 0, "409 slot_taken": refused = 0 } = tally(answers);
    expect(made).toBeGreaterThan(0);
    expect(made + refused).toBe(45);
    await expectSoundLedger(world);
  },
);

test.each(ROUNDS)(
  "two bookings swap times while others want both: nothing is lost (round %i)",
  async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const [a, b] = [await book(api, type, at("10:00")), await book(api, type, at("10:30"))];
    const answers = await Promise.all([
      guestOf(api, a).move(at("10:30")),
      guestOf(api, b).move(at("10:00")),
      book(api, type, at("10:00")),
      book(api, type, at("10:30")),
    ]);
    // Neither can go before the other has gone: both stay, and nobody else gets in.
    expect(tally(answers)).toEqual({ "409 slot_taken": 4 });
    expect((await guestOf(api, a).get()).body.start).toBe(at("10:00"));
    expect((await guestOf(api, b).get()).body.start).toBe(at("10:30"));
    await expectSoundLedger(world);
  },
);

test.each(ROUNDS)(
  "a chain of moves, each to where another was, ends without an overlap (round %i)",
  async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const hours = ["10:00", "10:30", "11:00", "11:30"];
    const made = [];
    for (const hour of hours) made.push(await book(api, type, at(hour)));
    const next = [...hours.slice(1), "12:00"];
    const answers = await Promise.all([
      ...made.map((each, i) => guestOf(api, each).move(at(next[i] ?? ""))),
      ...hours.map((hour) => book(api, type, at(hour))),
    ]);
    for (const { status, body } of answers)
      expect([200, 201, 409]).toContain(body.code === "slot_taken" ? 409 : status);
    for (const [i, answer] of answers.slice(0, 4).entries()) {
      const { body } = await guestOf(api, made[i]!).get();
      expect(body.start).toBe(at((answer.status === 200 ? next : hours)[i] ?? ""));
    }
    await expectSoundLedger(world);
  },
);

test.each(ROUNDS)(
  "five cancel and five move the same booking: one end, and every answer is true (round %i)",
  async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const made = await book(api, type, at("10:00"));
    const guest = guestOf(api, made);
    const answers = await times(10, (i) =>
      i % 2
        ? guest.cancel()
        : guest.move(at(["11:00", "12:00", "13:00", "14:00", "15:00"][i / 2] ?? "")),
    );
    const moves = answers.filter((_, i) => i % 2 === 0);
    const moved = moves.filter(({ status }) => status === 200).length;
    expect(tally(answers.filter((_, i) => i % 2))).toEqual({ "200": 5 });
    for (const { status, body } of moves)
      expect([200, "booking_closed"]).toContain(body.code ?? status);
    const { body } = await guest.get();
    expect(body).toMatchObject({ status: "CANCELLED", version: 2 + moved, sequence: 1 + moved });
    expect(body.history).toHaveLength(2 + moved);
    const events = body.history.map(({ event }: { event: string }) => event);
    expect(events.filter((event: string) => event === "cancelled")).toHaveLength(1);
    expect(events.at(-1)).toBe("cancelled");
    expect(await busyOf(world, host)).toEqual([]);
    await expectSoundLedger(world);
  },
);

test.each(ROUNDS)(
  "who books the time that is being freed gets it or not, once (round %i)",
  async () => {
    const host = await makeHost(world);
    const type = await makeMeetingType(world, host);
    const made = await book(api, type, at("10:00"));
    const [freed, ...answers] = await Promise.all([
      guestOf(api, made).cancel(),
      ...Array.from({ length: 10 }, () => book(api, type, at("10:00"))),
    ]);
    expect(freed?.status).toBe(200);
    const { "201": won = 0, "409 slot_taken": lost = 0 } = tally(answers);
    expect([won <= 1, won + lost]).toEqual([true, 10]);
    expect(await busyOf(world, host)).toHaveLength(won);
    await expectSoundLedger(world);
  },
);

test.each(ROUNDS)(
  "an edit and a cancellation at once both hold, or the edit comes too late (round %i)",
  async () => {
    const host: Host = await makeHost(world);
    const made = await book(api, await makeMeetingType(world, host), at("10:00"));
    const { id } = made.body.booking;
    const { token } = host;
    const [cancelled, ...edits] = await Promise.all([
      guestOf(api, made).cancel(),
      ...["a", "b", "c"].map((notes) =>
        api("PATCH", `/bookings/${id}`, { token, body: { notes } }),
      ),
    ]);
    expect(cancelled?.body.status).toBe("CANCELLED");
    for (const { status, body } of edits)
      expect([200, "booking_closed"]).toContain(body.code ?? status);
    const { body } = await api("GET", `/bookings/${id}`, { token });
    expect([body.status, body.version, body.history.length]).toEqual([
      "CANCELLED",
      2 + edits.filter(({ status }) => status === 200).length,
      body.version,
    ]);
    await expectSoundLedger(world);
  },
);

test("personal time is moved and blocked at once without an overlap", async () => {
  const host = await makeHost(world);
  const { token } = host;
  const block = (start: string, end: string) =>
    api("POST", "/bookings", { token, body: { title: "Block", start: at(start), end: at(end) } });
  const made = [await block("09:00", "10:00"), await block("10:00", "11:00")];
  const move = (i: number, start: string, end: string) =>
    api("PATCH", `/bookings/${made[i]?.body.booking.id}`, {
      token,
      body: { start: at(start), end: at(end) },
    });
  const answers = await times(24, (i) =>
    [
      () => move(0, "10:30", "12:00"),
      () => move(1, "11:00", "13:00"),
      () => block("09:30", "11:30"),
    ][i % 3]!(),
  );
  for (const { status, body } of answers)
    expect([200, 201, "slot_taken"]).toContain(body.code ?? status);
  await expectSoundLedger(world);
});

/** A time of the i-th working day. */
const onDay = (i: number, time: string) =>
  Temporal.Instant.from(at(time))
    .add({ hours: 24 * ((i % 5) + 7 * Math.floor(i / 5)) })
    .toString();
const HOURS = ["09", "10", "11", "12", "13", "14", "15", "16"];

test("moving races cancelling 152 times: never is a time blocked by what is off, nor a move lost", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { step: 30, before: 5, after: 5, minutes: 20 });
  for (let day = 0; day < 19; day += 1) {
    const made = await Promise.all(HOURS.map((hour) => book(api, type, onDay(day, `${hour}:00`))));
    const races = await Promise.all(
      made.map((each, i) => {
        const guest = guestOf(api, each);
        const move = () => guest.move(onDay(day, `${HOURS[i]}:30`));
        const cancel = () => guest.cancel();
        const isMoveFirst = (i + day) % 2 === 0;
        const first = isMoveFirst ? move() : cancel();
        const second = isMoveFirst ? cancel() : move();
        return Promise.all(isMoveFirst ? [first, second] : [second, first]);
      }),
    );
    for (const [i, [moved, cancelled]] of races.entries()) {
      expect(cancelled?.status).toBe(200);
      expect([200, "booking_closed"]).toContain(moved?.body.code ?? moved?.status);
      const { body } = await guestOf(api, made[i]!).get();
      const isMoved = moved?.status === 200;
      expect(body).toMatchObject({
        status: "CANCELLED",
        start: onDay(day, `${HOURS[i]}:${isMoved ? "30" : "00"}`),
        version: isMoved ? 3 : 2,
      });
    }
  }
  expect(await busyOf(world, host)).toEqual([]);
  await expectSoundLedger(world);
});

test("moving races the cancelling of what is in its way: what moved is where it says, all else where it was", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const [going, staying] = [HOURS.slice(0, 4), HOURS.slice(4)];
  for (let day = 0; day < 15; day += 1) {
    const made = await Promise.all(HOURS.map((hour) => book(api, type, onDay(day, `${hour}:00`))));
    const races = await Promise.all(
      going.map((_, i) =>
        Promise.all([
          guestOf(api, made[i]!).move(onDay(day, `${staying[i]}:00`)),
          api("DELETE", `/bookings/${made[i + 4]!.body.booking.id}`, { token: host.token }),
        ]),
      ),
    );
    for (const [i, [moved, cancelled]] of races.entries()) {
      expect(cancelled.status).toBe(200);
      expect([200, "slot_taken"]).toContain(moved.body.code ?? moved.status);
      const { body } = await guestOf(api, made[i]!).get();
      const hour = moved.status === 200 ? staying[i] : going[i];
      expect([body.status, body.start]).toEqual(["CONFIRMED", onDay(day, `${hour}:00`)]);
    }
  }
  expect(await busyOf(world, host)).toHaveLength(60);
  await expectSoundLedger(world);
});
