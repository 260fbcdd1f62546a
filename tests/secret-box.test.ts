// What is sealed can be opened where it stands, by keys that are still there, and in no other way.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newId } from "../src/db/id.ts";
import { open, type Place, seal } from "../src/secret-box.ts";
import type { World } from "../src/world.ts";

const OLD = "kTq8vN2xLw5rYb7mZc4jHf9gDs3pAe6uQi1oXy0W";
const NEW = "Zt3bRm8yWc1xKq6nVf0jLs5dHg9pEa2uTi7oXr4Q";
const having = (ENCRYPTION_KEY?: string) => ({ config: { ENCRYPTION_KEY } }) as unknown as World;
const world = having(OLD);
const place: Place = { table: "calendar_connections", column: "refresh_token", id: newId() };

describe("a sealed text", () => {
  test("is opened as it was, whatever it says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        const sealed = seal(world, place, text);
        return open(world, place, sealed) === text.toWellFormed();
      }),
    );
  });

  test("never looks the same twice, and shows neither text nor key", () => {
    const sealed = Array.from({ length: 50 }, () => seal(world, place, "a refresh token"));
    expect(new Set(sealed).size).toBe(50);
    for (const each of sealed) {
      expect(each).toMatch(/^1\.[\w-]{8}\.[\w-]+$/);
      const bytes = Buffer.from(each.split(".")[2] ?? "", "base64url");
      expect(bytes.toString("latin1")).not.toContain("refresh");
      expect(bytes.length).toBe(12 + "a refresh token".length + 16);
    }
  });

  test("of which any byte was changed cannot be opened", () => {
    const sealed = seal(world, place, "a refresh token");
    const [version, key, body = ""] = sealed.split(".");
    const bytes = Buffer.from(body, "base64url");
    for (let i = 0; i < bytes.length; i += 1) {
      const spoilt = Buffer.from(bytes);
      spoilt[i]! ^= 1;
      const text = [version, key, spoilt.toString("base64url")].join(".");
      expect(() => open(world, place, text)).toThrow(RangeError);
    }
  });

  test("that was cut, or is none, cannot be opened", () => {
    const sealed = seal(world, place, "a refresh token");
    const [version, key, body] = sealed.split(".");
    const others = ["", "x", sealed.slice(0, -2), `2.${key}.${body}`, `${version}.x.${body}`];
    for (const text of [...others, `${version}.${key}.`, "a refresh token"])
      expect(() => open(world, place, text)).toThrow("Cannot open calendar_connections");
  });

  test("cannot be opened in another row, column or table", () => {
    const sealed = seal(world, place, "a refresh token");
    const elsewhere = [
      { ...place, id: newId() },
      { ...place, column: "access_token" },
      { ...place, table: "identities" },
    ];
    for (const each of elsewhere) expect(() => open(world, each, sealed)).toThrow(RangeError);
    expect(open(world, place, sealed)).toBe("a refresh token");
  });

  test("fails without quoting what it holds", () => {
    const sealed = seal(world, place, "a refresh token");
    try {
      open(having(NEW), place, sealed);
      expect.unreachable();
    } catch (error) {
      const { message, cause } = error as Error;
      expect([message.includes(sealed), message.includes("token:"), cause]).toEqual([
        false,
        false,
        undefined,
      ]);
    }
  });
});

describe("of several keys", () => {
  test("the first seals, and all open", () => {
    const before = seal(having(OLD), place, "old");
    const rotated = having(`${NEW}, ${OLD}`);
    const after = seal(rotated, place, "new");
    expect(open(rotated, place, before)).toBe("old");
    expect(open(rotated, place, after)).toBe("new");
    expect(after.split(".")[1]).not.toBe(before.split(".")[1]);
    expect(open(having(NEW), place, after)).toBe("new");
    expect(() => open(having(NEW), place, before)).toThrow(RangeError);
  });
  test("none is none to seal with", () => {
    expect(() => seal(having(), place, "x")).toThrow("ENCRYPTION_KEY");
    expect(() => open(having(), place, seal(world, place, "x"))).toThrow(RangeError);
  });
});
