import { expect } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import type { House, MailRow, PromiseState } from "./house.ts";

/** The mailbox as soon as it holds so many. */
export const mailed = (house: House, count: number): Promise<MailRow[]> =>
  eventually(async () => {
    const mails = await house.mails();
    expect(mails).toHaveLength(count);
    return mails;
  });

/** All promises, as soon as none of what is due by now is open: whatever came of it. */
export const settled = (house: House): Promise<PromiseState[]> =>
  eventually(async () => {
    const promises = await house.promises();
    const isDue = ({ dueAt }: PromiseState) =>
      Temporal.Instant.compare(dueAt, house.world.now()) <= 0;
    const isOpen = (promise: PromiseState) => promise.outcome === null;
    expect(promises.filter((each) => isOpen(each) && (each.attempts > 0 || isDue(each)))).toEqual(
      [],
    );
    return promises;
  });

/** What came of the promises, counted: { "BOOKING_CONFIRMATION done": 2 }. */
export function tally(promises: readonly PromiseState[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { kind, queue, outcome } of promises) {
    const what = `${queue} ${kind} ${outcome ?? "open"}`;
    counted[what] = (counted[what] ?? 0) + 1;
  }
  return counted;
}
