// Whether everybody concerned knows how a booking stands, and was reminded if and only if it was time.
import type { Booked, Promised } from "./facts.ts";
import type { Seen } from "./kept.ts";

type Expect = (isSo: boolean, what: string) => void;

/** What is on its way when its meeting is cancelled arrives. */
const RACE_MS = 2_000;

/** Guest and host know how it stands: by mail, and by SMS who wants it. */
export function checkTold(booking: Booked, own: readonly Promised[], expect: Expect): void {
  const { id, status, sequence, takes_sms } = booking;
  const kind =
    status === "CANCELLED"
      ? "BOOKING_CANCELLED"
      : sequence === 0
        ? "BOOKING_CONFIRMATION"
        : "BOOKING_RESCHEDULED";
  const isTold = (queue: string, isHost: boolean) =>
    own.some(
      (each) =>
        each.queue === queue &&
        each.kind === kind &&
        each.is_host === isHost &&
        // A mail that was in doubt twice has come, and says that it may have: kept.ts looks at that.
        (each.outcome === "done" || each.outcome === "failed") &&
        (status === "CANCELLED" || each.sequence === sequence),
    );
  for (const isHost of [true, false])
    expect(
      isTold("emails", isHost),
      `${isHost ? "The host" : "The guest"} of ${id} was never told`,
    );
  if (takes_sms) expect(isTold("sms", false), `The guest of ${id} was never told by SMS`);
}

/** Reminders came when they were due, each once, and none of what was void by then; how many came. */
export function checkReminded(
  booking: Booked,
  own: readonly Promised[],
  { seen, now }: { seen: Seen; now: number },
  expect: Expect,
): number {
  const { id, status, sequence, takes_sms, endpoints } = booking;
  const cancelledAt = booking.cancelled_at === null ? null : Date.parse(booking.cancelled_at);
  let reminded = 0;
  for (const due of own.filter(({ queue }) => queue === "reminders")) {
    const isSms = due.kind.endsWith("_SMS");
    const isVoid = status === "CANCELLED" || due.sequence !== sequence;
    const messages = own.filter(
      (each) =>
        each.queue === (isSms ? "sms" : "emails") &&
        each.kind === "BOOKING_REMINDER" &&
        each.is_host === due.is_host &&
        each.sequence === due.sequence,
    );
    const hooks = own.filter(
      (each) => each.kind === "booking.reminder" && each.sequence === due.sequence,
    );
    const what = `A reminder${isSms ? " by SMS" : ""} of ${id}`;
    expect(messages.length <= 1, `${what} was promised ${messages.length} times`);
    if (isSms && !takes_sms && messages.length > 0) expect(false, `${what} was not wanted`);
    if (!isVoid && due.outcome !== null) {
      const isUnwanted = isSms && !takes_sms;
      expect(
        due.outcome === (isUnwanted ? "unwanted" : "done"),
        `${what} was dropped: ${due.outcome}`,
      );
      if (!isUnwanted) {
        expect(
          messages[0]?.outcome === "done" || messages[0]?.outcome === "failed",
          `${what} never came`,
        );
        expect(hooks.length === endpoints, `${what} was told to ${hooks.length} endpoints`);
        reminded += 1;
      }
    }
    if (!isVoid && Date.parse(due.due_at) < now && due.outcome === null)
      expect(false, `${what} is late`);
    // The lease has moved due_at on, so "before it was due" is: no message was ever promised.
    const wasCancelledFirst = cancelledAt !== null && messages.length === 0;
    if (isVoid && due.outcome === "done" && wasCancelledFirst)
      expect(false, `${what}, which was void, was fired`);
    if (cancelledAt === null) continue;
    for (const message of messages)
      for (const { at } of seen.get(message.id) ?? [])
        expect(at < cancelledAt + RACE_MS, `${id} was reminded of after it was cancelled`);
    // An endpoint that did not answer hears later of what was due before.
    for (const hook of hooks)
      expect(
        Date.parse(hook.reminds_at ?? hook.created_at) < cancelledAt + RACE_MS,
        `An endpoint was reminded of ${id}, which was cancelled before`,
      );
  }
  return reminded;
}

/**
 * Endpoints heard of every change, by the version that it made: 1, 2, 3, as the history has it, and in that order, unless
 * the endpoint refused what came first.
 */
export function checkHooked(
  booking: Booked,
  own: readonly Promised[],
  { seen, refused }: { seen: Seen; refused: readonly { key: string; at: number }[] },
  expect: Expect,
): void {
  const { id, events, endpoints } = booking;
  const changes = own.filter(
    ({ queue, kind }) => queue === "webhooks" && kind !== "booking.reminder",
  );
  for (const [url, promises] of Map.groupBy(changes, ({ address }) => address)) {
    const heard = promises
      .flatMap((each) => (seen.get(each.id) ?? []).slice(0, 1))
      .toSorted((a, b) => (a.event?.version ?? 0) - (b.event?.version ?? 0));
    expect(
      heard.map(({ event }) => `${event?.version} ${event?.type}`).join() ===
        events.map((event, i) => `${i + 1} ${event}`).join(),
      `${url} heard of ${id}: ${heard.map(({ event }) => `${event?.version} ${event?.type}`)}, not ${events}`,
    );
    expect(
      heard.every(({ event }) => event?.bookingId === id),
      `${url} heard of another booking than ${id}`,
    );
    for (const [i, late] of heard.entries()) {
      const early = heard.slice(i + 1).find(({ at }) => at < late.at);
      expect(
        early === undefined || refused.some(({ key, at }) => key === late.key && at < early.at),
        `${url} heard of ${id} out of order`,
      );
    }
  }
  const urls = new Set(changes.map(({ address }) => address)).size;
  expect(urls === endpoints, `${urls} endpoints of ${endpoints} were told of ${id}`);
}
