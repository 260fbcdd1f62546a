// Whether what is said to be done was done, as those have seen it who took it: once, or again only where nobody could know.
import type { Promised } from "./facts.ts";
import type { Provider, Taken } from "./provider.ts";

/** From when to when somebody who was sending may not have lived to write it down. */
export interface Crash {
  readonly from: number;
  readonly to: number;
}

/** A provider's log by promise. */
export type Seen = ReadonlyMap<string, readonly Taken[]>;

type Expect = (isSo: boolean, what: string) => void;

/** Between the provider's word that it has it and the commit of that, on a busy machine. */
const GRACE_MS = 3_000;
/** SMTP does not know a repeat: after the second doubt no more is tried, and it is said that it may have come. */
const DOUBTS_OF_MAIL = 2;

export function checkKept(
  provider: Provider,
  seen: Seen,
  promises: readonly Promised[],
  crashes: readonly Crash[],
  expect: Expect,
) {
  const { queue, name } = provider;
  const own = promises.filter((each) => each.queue === queue);
  const ids = new Set(own.map(({ id }) => id));
  for (const key of seen.keys())
    expect(ids.has(key), `${name} was given what is of no promise: ${key}`);
  for (const complaint of provider.complaints) expect(false, `${name}: ${complaint}`);
  const fromCrash = ({ at }: Taken) =>
    Math.min(...crashes.map(({ from, to }) => Math.max(0, from - at, at - to)));
  const wasOpen = (one: Taken) => !one.isAnswered || fromCrash(one) <= GRACE_MS;
  let repeats = 0;
  let sentInTime = 0;
  for (const { id, kind, outcome, address, is_noted, tries } of own) {
    const taken = seen.get(id) ?? [];
    const what = `${kind} ${id} (${queue}, ${outcome})`;
    const doubts = taken.filter(({ isAnswered }) => !isAnswered).length;
    const isGivenUp = queue === "emails" && outcome === "failed" && doubts >= DOUBTS_OF_MAIL;
    // An endpoint is told of everything in the end; of the others what is no longer so is not told.
    const isOver = outcome === "done" || (outcome === "superseded" && queue !== "webhooks");
    expect(isOver || isGivenUp, `${what} is neither kept nor void`);
    if (outcome === "done") expect(taken.length > 0 && is_noted, `${what} reached nobody`);
    // It was taken while it was true, and nobody lived to write that down.
    if (outcome === "superseded" && taken.length > 0) sentInTime += 1;
    expect(
      taken.every(({ to }) => to === address),
      `${what} went to somebody else`,
    );
    repeats += Math.max(0, taken.length - 1);
    expect(taken.length <= 1 || !provider.knowsRepeats, `${what} arrived ${taken.length} times`);
    // Each but the last must have left it open whether it arrived.
    for (const [i, one] of taken.slice(0, -1).entries())
      expect(
        provider.knowsRepeats || wasOpen(one),
        `${what} arrived again after ${taken[i + 1]!.at - one.at} ms, though it was known to have arrived (${fromCrash(one)} ms from a crash; ${tries})`,
      );
  }
  return {
    [`taken by ${name}`]: [...seen.values()].reduce((sum, { length }) => sum + length, 0),
    [`repeats of ${name}`]: repeats,
    [`times at most by ${name}`]: Math.max(0, ...[...seen.values()].map(({ length }) => length)),
    ...(queue !== "webhooks" && { [`sent by ${name}, then void`]: sentInTime }),
  };
}

/** Nobody is told the same by two promises, whose ids no provider would compare. */
export function checkPromisedOnce(promises: readonly Promised[], expect: Expect): void {
  const same = Map.groupBy(
    promises,
    ({ queue, kind, booking_id, sequence, version, address, is_host, reminds_at }) =>
      [queue, kind, booking_id, sequence, version, address, is_host, reminds_at].join(" "),
  );
  for (const [what, { length }] of same)
    expect(length === 1, `${what} was promised ${length} times`);
}
