import { expect, test } from "bun:test";
import { asGsm, sizeOf } from "../../src/messages/gsm.ts";

test("umlauts are GSM, and a text of 160 signs is one SMS", () => {
  expect(sizeOf(`${"ä".repeat(159)}ß`)).toEqual({ isGsm: true, units: 160, segments: 1 });
  expect(sizeOf("ä".repeat(161))).toEqual({ isGsm: true, units: 161, segments: 2 });
  expect(sizeOf("a".repeat(306)).segments).toBe(2);
  expect(sizeOf("a".repeat(307)).segments).toBe(3);
});

test("signs of the extension take two places", () => {
  expect(sizeOf("€[]{}~^|\\")).toEqual({ isGsm: true, units: 18, segments: 1 });
});

test("anything else makes it UCS-2, in UTF-16 units", () => {
  expect(sizeOf("日".repeat(70))).toEqual({ isGsm: false, units: 70, segments: 1 });
  expect(sizeOf("日".repeat(71))).toEqual({ isGsm: false, units: 71, segments: 2 });
  expect(sizeOf("👋")).toEqual({ isGsm: false, units: 2, segments: 1 });
});

test("what means the same is written as GSM has it; what it has no like of stays", () => {
  expect(asGsm("“Šárka’s” call – 09:00\u202fUhr… (UTC−07:00)")).toBe(
    `"Sarka's" call - 09:00 Uhr... (UTC-07:00)`,
  );
  expect(asGsm("Grüße, Ångström, é")).toBe("Grüße, Ångström, é");
  expect(asGsm("u\u0308ber 日本")).toBe("über 日本");
});
