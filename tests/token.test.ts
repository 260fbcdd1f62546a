// Links that nobody stores: genuine for one purpose, one subject, one version, until they end.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseConfig } from "../src/config.ts";
import { calendarMark, calendarMarks, isGenuine, makeToken, readToken } from "../src/token.ts";
import { makeWorld } from "../src/world.ts";

const NOW = Temporal.Instant.from("2026-11-22T10:00:00Z");
const ID = "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e";
const worldOf = (JWT_SECRET: string, now = NOW) =>
  makeWorld(
    parseConfig({
      NODE_ENV: "test",
      DATABASE_URL: "postgres://nowhere/x",
      JWT_SECRET,
      LOG_LEVEL: "silent",
    }),
    { now: () => now },
  );
const world = worldOf("one secret of thirty-two characters");

test("a token says whose it is and when it ends, in characters that any link takes", () => {
  const end = NOW.add({ hours: 1 });
  const token = makeToken(world, "manage", ID, 1, end);
  expect(token).toMatch(/^[\w.-]{66,80}$/);
  expect(readToken(token)).toMatchObject({ id: ID, expiresAt: end.epochMilliseconds / 1000 });
  expect(readToken(makeToken(world, "manage", ID, 1))?.expiresAt).toBeNull();
});

describe("isGenuine()", () => {
  const end = NOW.add({ hours: 1 });
  const claim = readToken(makeToken(world, "manage", ID, 1, end))!;

  test("is true for what was made so", () => {
    expect(isGenuine(world, "manage", claim, 1)).toBe(true);
    expect(isGenuine(world, "manage", readToken(makeToken(world, "manage", ID, 7))!, 7)).toBe(true);
  });
  test("is false for another purpose, version, subject, end or secret", () => {
    expect(isGenuine(world, "verify-email", claim, 1)).toBe(false);
    expect(isGenuine(world, "manage", claim, 2)).toBe(false);
    expect(isGenuine(world, "manage", { ...claim, id: ID.replace("6e", "6f") }, 1)).toBe(false);
    expect(isGenuine(world, "manage", { ...claim, expiresAt: 9_999_999_999 }, 1)).toBe(false);
    expect(isGenuine(world, "manage", { ...claim, expiresAt: null }, 1)).toBe(false);
    expect(isGenuine(worldOf("two secrets of thirty-two characters"), "manage", claim, 1)).toBe(
      false,
    );
  });
  test("ends to the second", () => {
    const at = (instant: Temporal.Instant) =>
      worldOf("one secret of thirty-two characters", instant);
    expect(isGenuine(at(end.subtract({ seconds: 1 })), "manage", claim, 1)).toBe(true);
    expect(isGenuine(at(end), "manage", claim, 1)).toBe(false);
  });
});

describe("while JWT_SECRET is changed,", () => {
  const [OLD, NEW] = [
    "one secret of thirty-two characters",
    "two secrets of thirty-two characters",
  ];
  const both = worldOf(`${NEW}, ${OLD}`);
  const made = (by: typeof world) => readToken(makeToken(by, "manage", ID, 1))!;

  test("links of before and of now are genuine, in whichever order the secrets stand", () => {
    for (const checking of [both, worldOf(`${OLD},${NEW}`)])
      for (const by of [worldOf(OLD), worldOf(NEW)])
        expect(isGenuine(checking, "manage", made(by), 1)).toBe(true);
    expect(isGenuine(both, "manage", made(worldOf("three secrets of thirty-two chars.")), 1)).toBe(
      false,
    );
  });
  test("links are made by the first", () => {
    expect(isGenuine(worldOf(NEW), "manage", made(both), 1)).toBe(true);
    expect(isGenuine(worldOf(OLD), "manage", made(both), 1)).toBe(false);
  });
  test("an old secret revives nothing that was revoked or is over", () => {
    const end = NOW.subtract({ seconds: 1 });
    const over = readToken(makeToken(worldOf(OLD), "manage", ID, 1, end))!;
    expect(isGenuine(both, "manage", over, 1)).toBe(false);
    expect(isGenuine(both, "manage", made(worldOf(OLD)), 2)).toBe(false);
  });
  test("events of calendars are known for ours by their old mark", () => {
    expect(calendarMarks(both, "event")).toContain(calendarMark(worldOf(OLD), "event"));
    expect(calendarMark(both, "event")).toBe(calendarMark(worldOf(NEW), "event"));
    expect(calendarMarks(worldOf(NEW), "event")).not.toContain(calendarMark(worldOf(OLD), "event"));
  });
});

test("readToken() is null, never an error, for what cannot be ours", () => {
  const given = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\w.-]{0,90}$/));
  fc.assert(
    fc.property(given, (text) => {
      const claim = readToken(text);
      return claim === null || isGenuine(world, "manage", claim, 1) === false;
    }),
  );
});

test("one changed character anywhere makes it worthless", () => {
  const token = makeToken(world, "manage", ID, 1, NOW.add({ hours: 1 }));
  for (let i = 0; i < token.length; i += 1) {
    const changed = token.slice(0, i) + (token[i] === "A" ? "B" : "A") + token.slice(i + 1);
    const claim = readToken(changed);
    // The last character of 22 or 43 carries bits that stand for nothing.
    const isSame = claim?.id === ID && claim.mac === readToken(token)?.mac;
    expect([i, claim !== null && !isSame && isGenuine(world, "manage", claim, 1)]).toEqual([
      i,
      false,
    ]);
  }
});
