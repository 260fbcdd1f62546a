import { hash } from "node:crypto";
import { TZDATA_VERSION } from "../availability/zone.ts";
import type { SlotsQuery } from "./find-slots.ts";

/** All that can be asked, in one order whoever asks; one that is forgotten here does not compile. */
const ASKED = Object.keys({
  meetingTypeId: 0,
  from: 0,
  until: 0,
  timeZone: 0,
  durationMinutes: 0,
  rescheduleOf: 0,
  seat: 0,
  holdId: 0,
  link: 0,
} satisfies Record<keyof SlotsQuery, 0>) as (keyof SlotsQuery)[];

/**
 * The entity tag of an answer: of all that it depends on, rather than of its bytes, and so a weak one.
 * The clock counts by the minute, since notice and horizon move with it.
 * @param now in epoch milliseconds
 * @param state what availability_state() says of the type and its hosts
 */
export function slotsEtag(now: number, query: SlotsQuery, state: string): string {
  const minute = Math.floor(now / 60_000);
  const parts = [state, minute, TZDATA_VERSION, ...ASKED.map((name) => query[name])];
  return `W/"${hash("sha256", JSON.stringify(parts), "base64url").slice(0, 22)}"`;
}

/** Whether a tag is one of If-None-Match. Proxies that compress may weaken a tag or not: what is between the quotes counts. */
export function isAmong(ifNoneMatch: string | undefined, etag: string): boolean {
  const bare = etag.slice("W/".length);
  return (ifNoneMatch ?? "").split(",").some((tag) => tag.trim().replace(/^W\//, "") === bare);
}
