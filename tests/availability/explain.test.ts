import { expect, test } from "bun:test";
import { explain, explainAll } from "../../src/availability/explain.ts";
import type { HostFacts } from "../../src/availability/offers.ts";
import { at, everyDay, iso, makeFacts, makeHost } from "./support/make.ts";

const NOW = at("2026-03-01T00:00Z");
const TEN = at("2026-03-02T10:00Z");
const ELEVEN = at("2026-03-02T11:00Z");

function standing(more: Partial<HostFacts>) {
  const type = { bufferBeforeMinutes: 10, bufferAfterMinutes: 10 };
  return explain(makeFacts({ type, hosts: [makeHost(more)] }), TEN, NOW);
}

test("explain() has no reason against an offer, and says that its host is free", () => {
  expect(standing({})).toEqual({
    start: TEN,
    end: ELEVEN,
    reason: null,
    hosts: [{ id: "ada", state: "free" }],
  });
});

test("explain() says by what kind of thing a host is busy, and until when", () => {
  const busy = [at("2026-03-02T08:00Z"), at("2026-03-02T09:00Z"), TEN, TEN, TEN, ELEVEN];
  for (const by of ["booking", "hold", "calendar"] as const) {
    const { reason, hosts } = standing({ busy, busyBy: ["booking", "booking", by] });
    expect(reason).toBe("slot_taken");
    expect(hosts).toEqual([{ id: "ada", state: "busy", by, from: TEN, until: ELEVEN }]);
  }
  expect(standing({ busy }).hosts).toEqual([
    { id: "ada", state: "busy", from: TEN, until: ELEVEN },
  ]);
});

test("explain() tells a buffer that does not fit from a meeting that does not", () => {
  const busy = [ELEVEN, ELEVEN + 1];
  const { reason, hosts } = standing({ busy });
  expect(reason).toBe("slot_taken");
  expect(hosts).toEqual([{ id: "ada", state: "buffer", from: ELEVEN, until: ELEVEN + 1 }]);
});

test("explain() tells closed hours and used up caps", () => {
  expect(standing({ schedule: everyDay("11:00", "12:00") })).toMatchObject({
    reason: "outside_hours",
    hosts: [{ id: "ada", state: "closed" }],
  });
  const counted = [{ start: ELEVEN, end: ELEVEN + 1 }];
  expect(standing({ counted, caps: [{ per: "day", bookings: 1 }] })).toMatchObject({
    reason: "cap_reached",
    hosts: [{ id: "ada", state: "cap" }],
  });
});

test("explain() gives limits as reasons although the host is free", () => {
  const facts = makeFacts({ type: { minimumNoticeMinutes: 60 } });
  expect(explain(facts, TEN, TEN - 1)).toMatchObject({
    reason: "too_soon",
    hosts: [{ state: "free" }],
  });
});

test("explain() names every host of every group", () => {
  const groups = [
    { hosts: ["ada", "bob"], required: 1 },
    { hosts: ["zoe"], required: "all" as const },
  ];
  const hosts = [makeHost({ busy: [TEN, ELEVEN] }), makeHost({ id: "bob" })];
  const { hosts: standings } = explain(makeFacts({ type: { groups }, hosts }), TEN, NOW);
  expect(standings.map(({ id, state }) => `${id} ${state}`)).toEqual([
    "ada busy",
    "bob free",
    "zoe closed",
  ]);
});

test("explainAll() goes through the grid, offered or not, and nowhere else", () => {
  const facts = makeFacts({ hosts: [makeHost({ busy: [TEN, ELEVEN] })] });
  const window = {
    from: at("2026-03-02T00:00Z"),
    until: at("2026-03-02T13:00Z"),
    now: at("2026-03-02T09:30Z"),
  };
  const told = explainAll(facts, window).map(
    ({ start, reason }) => `${iso(start).slice(11, 16)} ${reason}`,
  );
  expect(told).toEqual(["09:00 start_in_past", "10:00 slot_taken", "11:00 null", "12:00 null"]);
});
