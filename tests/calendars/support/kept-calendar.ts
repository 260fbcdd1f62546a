// A provider that keeps events in memory, by the ids that it is given, and fails as it is told: before or after it has
// done what it was asked.
import { CalendarFailure, type FailureKind } from "../../../src/calendars/failure.ts";
import type {
  CalendarProvider,
  EventDraft,
  ProviderName,
  RemoteEvent,
  RemoteMeeting,
  Span,
} from "../../../src/calendars/provider.ts";

interface Kept {
  draft: EventDraft;
  during: Span;
  etag: string;
  isGone: boolean;
  meeting: RemoteMeeting | null;
}

export interface Trouble {
  readonly kind: FailureKind;
  /** Whether it has done all the same what it was asked for. */
  readonly isDone?: boolean;
  readonly retryAfterSeconds?: number;
}

export class KeptCalendar implements CalendarProvider {
  readonly name: ProviderName;
  /** "write primary", in order. */
  readonly calls: string[] = [];
  /** What the next calls come to; null: what they should. */
  readonly next: (Trouble | null)[] = [];
  /** Calendars that are gone. */
  readonly lost = new Set<string>();
  /** How often it says that a meeting is still being made. */
  pendingLooks = 0;
  /** Before a call is answered: somebody else does something meanwhile. */
  meanwhile: () => unknown = () => {};
  readonly #calendars = new Map<string, Map<string, Kept>>();
  #etag = 0;

  constructor(name: ProviderName = "google") {
    this.name = name;
  }

  /** What its owner sees in a calendar. */
  events(calendar = "primary"): (Kept & { id: string })[] {
    return [...this.#of(calendar)]
      .filter(([, { isGone }]) => !isGone)
      .map(([id, kept]) => ({ id, ...kept }));
  }

  /** Its owner moves the one event there is. */
  move(during: Span, calendar = "primary"): void {
    const kept = this.#only(calendar);
    kept.during = during;
    kept.etag = this.#tag();
  }

  /** Its owner deletes the one event there is. */
  delete(calendar = "primary"): void {
    this.#only(calendar).isGone = true;
  }

  /** Its owner gives it another title. */
  rename(calendar = "primary"): void {
    const kept = this.#only(calendar);
    kept.draft = { ...kept.draft, summary: "Renamed by hand" };
    kept.etag = this.#tag();
  }

  #only(calendar: string): Kept {
    const there = [...this.#of(calendar).values()].filter(({ isGone }) => !isGone);
    if (there.length !== 1) throw new RangeError(`There are ${there.length} events`);
    return there[0]!;
  }

  #of(calendar: string): Map<string, Kept> {
    const known = this.#calendars.get(calendar) ?? new Map<string, Kept>();
    this.#calendars.set(calendar, known);
    return known;
  }

  #tag(): string {
    this.#etag += 1;
    return `"${this.#etag}"`;
  }

  async #answer<T>(verb: string, calendar: string, act: () => T): Promise<T> {
    this.calls.push(`${verb} ${calendar}`);
    await this.meanwhile();
    const trouble = this.next.shift() ?? null;
    if (trouble === null || trouble.isDone) {
      if (this.lost.has(calendar)) throw new CalendarFailure("not_found", "No such calendar");
      const done = act();
      if (trouble === null) return done;
    }
    throw new CalendarFailure(trouble.kind, `Scripted: ${trouble.kind}`, trouble.retryAfterSeconds);
  }

  write(
    _: unknown,
    calendar: string,
    draft: EventDraft,
    known: { externalId: string; etag: string | null } | null,
  ): Promise<RemoteEvent> {
    return this.#answer("write", calendar, () => {
      const events = this.#of(calendar);
      const id = known?.externalId ?? `ev-${draft.key}`;
      const before = events.get(id);
      if (known && (!before || before.isGone))
        throw new CalendarFailure("not_found", "No such event");
      if (known?.etag && before && before.etag !== known.etag)
        throw new CalendarFailure("changed", "Another etag");
      // Made already: done again it changes nothing.
      if (!known && before && !before.isGone) return this.#seen(id, before);
      const meeting =
        draft.conference === null
          ? (before?.meeting ?? null)
          : (before?.meeting ?? {
              state: this.pendingLooks > 0 ? ("pending" as const) : ("ready" as const),
              url: this.pendingLooks > 0 ? null : `https://meet.test/${id}`,
            });
      const kept = { draft, during: draft.during, etag: this.#tag(), isGone: false, meeting };
      events.set(id, kept);
      return this.#seen(id, kept);
    });
  }

  read(_: unknown, calendar: string, externalId: string): Promise<RemoteEvent | null> {
    return this.#answer("read", calendar, () => {
      const kept = this.#of(calendar).get(externalId);
      if (!kept || kept.isGone) return null;
      if (kept.meeting?.state === "pending") {
        this.pendingLooks -= 1;
        if (this.pendingLooks <= 0)
          kept.meeting = { state: "ready", url: `https://meet.test/${externalId}` };
      }
      return this.#seen(externalId, kept);
    });
  }

  remove(_: unknown, calendar: string, externalId: string): Promise<void> {
    return this.#answer("remove", calendar, () => {
      const kept = this.#of(calendar).get(externalId);
      if (kept) kept.isGone = true;
    });
  }

  readonly #seen = (externalId: string, { during, etag, meeting }: Kept): RemoteEvent => ({
    externalId,
    etag,
    during,
    meeting,
  });

  listCalendars = () => Promise.reject(new RangeError("Nobody lists these"));
  // biome-ignore lint/correctness/useYield: nobody syncs these
  async *changes(): AsyncGenerator<never> {
    throw new RangeError("Nobody syncs these");
  }
  watch = async () => null;
  unwatch = async () => {};
}
