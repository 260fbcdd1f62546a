// Phone numbers, by the plans of all countries. One spelling for each: E.164.
import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/** The number as E.164 writes it, "+12025550123" of "+1 (202) 555-0123"; null where it can be none. */
export function readPhone(text: string): string | null {
  const found = parsePhoneNumberFromString(text);
  // Of a length that its country has. Plans grow, so that a range we do not know is no reason.
  return found?.isPossible() && found.ext === undefined ? found.number : null;
}

/** Where SMS may go: to these countries (ISO 3166), or to all. */
export type SmsCountries = ReadonlySet<string> | "all";

// Never premium, shared-cost or personal numbers: who has them is paid for what he is sent.
const REACHABLE = new Set(["MOBILE", "FIXED_LINE_OR_MOBILE"]);

/** Whether SMS may go to a number: a mobile one of an allowed country. */
export function takesSms(number: string, countries: SmsCountries): boolean {
  const found = parsePhoneNumberFromString(number);
  if (!found?.country || !REACHABLE.has(found.getType() ?? "")) return false;
  return countries === "all" || countries.has(found.country);
}

/** "*" is all; else countries by commas. */
export const readCountries = (list: readonly string[]): SmsCountries =>
  list.includes("*") ? "all" : new Set(list.map((each) => each.toUpperCase()));
