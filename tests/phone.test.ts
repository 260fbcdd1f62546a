import { expect, test } from "bun:test";
import { readCountries, readPhone, takesSms } from "../src/phone.ts";

test.each([
  ["+12025550123", "+12025550123"],
  ["+1 (202) 555-0123", "+12025550123"],
  ["+4915112345678", "+4915112345678"],
  ["0151 12345678", null],
  ["+12345", null],
  ["+999123456789", null],
  ["+12025550123 ext. 5", null],
  ["+1202555012345678", null],
  ["call me", null],
])("%s is %s", (given, read) => {
  expect(readPhone(given)).toBe(read);
});

test("SMS go to mobile numbers alone, never to those that cost whoever writes to them", () => {
  const mobiles = ["+12025550123", "+4915112345678", "+447400123456"];
  expect(mobiles.filter((each) => takesSms(each, "all"))).toEqual(mobiles);
  const premium = ["+19005550123", "+499001234567", "+33899123456", "+447012345678"];
  const others = ["+493012345678", "+442071838750", "+18005550199", "+88213123456"];
  expect([...premium, ...others].filter((each) => takesSms(each, "all"))).toEqual([]);
});

test("SMS go to the countries that are allowed", () => {
  const german = readCountries(["de", "AT"]);
  expect(takesSms("+4915112345678", german)).toBe(true);
  expect(takesSms("+436641234567", german)).toBe(true);
  expect(takesSms("+12025550123", german)).toBe(false);
  expect(readCountries(["*"])).toBe("all");
});
