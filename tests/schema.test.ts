// The words of the wire: what each takes and what it does not.
import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import {
  Body,
  Day,
  Email,
  Id,
  Instant,
  Line,
  Nullable,
  OneOf,
  Prose,
  Zone,
} from "../src/schema.ts";

const takes = (schema: Parameters<typeof Value.Check>[0], value: unknown) =>
  Value.Check(schema, value);

const words = {
  Instant: {
    schema: Instant,
    good: ["2026-12-01T09:00:00Z", "2026-12-01T09:00:00+05:30", "2026-12-01T09:00:00.123456Z"],
    bad: [
      ...["2026-12-01T09:00:00", "2026-12-01", "2026-02-30T09:00:00Z", "2026-12-01T25:00:00Z"],
      ...[
        "+012026-12-01T09:00:00Z",
        "-000001-12-01T09:00:00Z",
        "9999-12-31T00:00:00Z",
        "now",
        "",
        5,
      ],
    ],
  },
  Day: {
    schema: Day,
    good: ["2026-12-01", "2028-02-29"],
    bad: ["2026-02-29", "2026-12-1", "20261201", "2026-12-01T00:00:00Z", "+012026-01-01", null],
  },
  Zone: {
    schema: Zone,
    good: ["Europe/Berlin", "UTC", "europe/berlin"],
    bad: ["Mars/Olympus", "+05:30", "GMT+25", "", "__proto__", "constructor"],
  },
  Id: {
    schema: Id,
    good: ["0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e"],
    bad: [
      "0193f3c86a4e7c1b9f0e3d2b1a4c5d6e",
      "{0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e}",
      "x",
      1,
      null,
    ],
  },
  Email: {
    schema: Email,
    good: [
      "grace@example.com",
      "g.h+tag@sub.example.co.uk",
      "o'neill@example.com".replace("'", ""),
      "用户@例子.公司",
    ],
    bad: [
      "grace",
      "grace@host",
      "a@b@c.de",
      "a b@c.de",
      "a@c.de\n",
      "<a@c.de>",
      "a@c.de,b@c.de",
      `${"x".repeat(65)}@c.de`,
      "a@c..",
      "",
    ],
  },
  Line: {
    schema: Line(10, "x"),
    good: ["x", " x ", "Ω≈ 😀"],
    bad: ["", "   ", "a\nb", "a\0b", "\u001b[0m", "a\u2028b", "\ud800", "x".repeat(11)],
  },
  Prose: {
    schema: Prose(10, "x"),
    good: ["", "a\nb", "a\tb\r\n"],
    bad: ["a\0b", "\u001b", "\udfff", "x".repeat(11), null],
  },
};

describe.each(Object.entries(words))("%s", (_name, { schema, good, bad }) => {
  test.each(good.map((each) => [each]))("takes %j", (value) => {
    expect(takes(schema, value)).toBe(true);
  });
  test.each(bad.map((each) => [each]))("does not take %j", (value) => {
    expect(takes(schema, value)).toBe(false);
  });
});

test("Body refuses what it does not name, also by the names that objects are born with", () => {
  const schema = Body({ a: Id });
  const a = "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e";
  expect(takes(schema, { a })).toBe(true);
  for (const text of [
    `{"a":"${a}","b":1}`,
    `{"a":"${a}","__proto__":{}}`,
    `{"a":"${a}","constructor":1}`,
    "[]",
    "null",
  ])
    expect(takes(schema, JSON.parse(text))).toBe(false);
});

test("OneOf takes its words and nothing else; Nullable a null besides", () => {
  const colour = OneOf("red", "green");
  expect(["red", "green"].every((each) => takes(colour, each))).toBe(true);
  expect(["RED", "", null, 0, ["red"], "toString"].some((each) => takes(colour, each))).toBe(false);
  expect(takes(Nullable(colour), null)).toBe(true);
});
