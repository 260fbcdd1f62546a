// A provider of calendars that keeps events in memory and fails as it is told.
import { CalendarFailure } from "../../src/calendars/failure.ts";
import type {
  BusySpan,
  CalendarProvider,
  ChangedResource,
  ChangesPage,
  ChannelDraft,
  ProviderName,
  RemoteChannel,
  Span,
} from "../../src/calendars/provider.ts";

/** "2026-11-23T09:00/10:00", in UTC. */
export function spanOf(text: string): Span {
  const [start = "", end = ""] = text.split("/");
  const day = start.slice(0, 10);
  return {
    start: Temporal.Instant.from(`${start}:00Z`),
    end: Temporal.Instant.from(`${end.includes("T") ? end : `${day}T${end}`}:00Z`),
  };
}

interface Put {
  kind?: BusySpan["kind"];
  title?: string;
  etag?: string;
  isOurs?: boolean;
  /** It takes no time. */
  isFree?: boolean;
}

interface Kept {
  readonly resource: ChangedResource;
  readonly version: number;
}

/** What a call asked for. */
export interface Call {
  readonly verb: "changes" | "watch" | "renew" | "unwatch";
  readonly calendar: string;
  readonly cursor?: string | null;
  readonly window?: Span;
}

export class ScriptedCalendar implements CalendarProvider {
  readonly name: ProviderName;
  readonly calls: Call[] = [];
  /** What the next calls fail with, before they work again. */
  readonly next: CalendarFailure[] = [];
  /** While it is set every call fails with it. */
  broken: CalendarFailure | null = null;
  pageSize = 100;
  /** Runs before the page of that number (from 0) of a run is given out. */
  beforePage: (page: number, calendar: string) => unknown = () => {};
  /** Cursors older than this are forgotten. */
  forgotten = 0;
  readonly channels = new Map<string, ChannelDraft>();
  channelLife = { hours: 24 * 7 };
  hasPushes = true;
  readonly #events = new Map<string, Map<string, Kept>>();
  readonly #now: () => Temporal.Instant;
  #version = 0;

  constructor(name: ProviderName, now: () => Temporal.Instant) {
    this.name = name;
    this.#now = now;
  }

  /** An event that takes these times, or one by that name which takes them now. */
  put(calendar: string, id: string, times: string | readonly string[], given: Put = {}): void {
    const spans = (typeof times === "string" ? [times] : times).map(spanOf);
    const { kind = "busy", title = "Private", etag = `"${this.#version}"` } = given;
    this.#set(calendar, {
      externalId: id,
      etag,
      busy: given.isFree ? [] : spans.map((span) => ({ ...span, kind, title })),
      isGone: false,
      during: spans.length === 1 ? spans[0]! : null,
      isOurs: given.isOurs ?? false,
    });
  }

  drop(calendar: string, id: string): void {
    this.#set(calendar, {
      externalId: id,
      etag: null,
      busy: [],
      isGone: true,
      during: null,
      isOurs: false,
    });
  }

  /** As if it had never been: not even its end is told. */
  lose(calendar: string, id: string): void {
    this.#events.get(calendar)?.delete(id);
  }

  #set(calendar: string, resource: ChangedResource): void {
    const events = this.#events.get(calendar) ?? new Map<string, Kept>();
    this.#version += 1;
    events.delete(resource.externalId);
    this.#events.set(
      calendar,
      events.set(resource.externalId, { resource, version: this.#version }),
    );
  }

  #fail(): void {
    const failure = this.broken ?? this.next.shift();
    if (failure) throw failure;
  }

  async *changes(
    _access: unknown,
    { calendar, cursor, window }: { calendar: string; cursor: string | null; window: Span },
  ): AsyncIterable<ChangesPage> {
    this.calls.push({ verb: "changes", calendar, cursor, window });
    const isFull = cursor === null;
    const since = Number(cursor ?? 0);
    if (!isFull && since < this.forgotten) throw new CalendarFailure("cursor_expired", "Forgotten");
    const end = String(this.#version);
    const changed = [...(this.#events.get(calendar)?.values() ?? [])]
      .filter(({ resource, version }) => (isFull ? !resource.isGone : version > since))
      .map(({ resource }) => resource);
    for (let page = 0; ; page += 1) {
      await this.beforePage(page, calendar);
      this.#fail();
      const from = page * this.pageSize;
      const isLast = from + this.pageSize >= changed.length;
      yield {
        resources: changed.slice(from, from + this.pageSize),
        isFull,
        cursor: isLast ? end : null,
      };
      if (isLast) return;
    }
  }

  async watch(_: unknown, calendar: string, draft: ChannelDraft): Promise<RemoteChannel | null> {
    this.calls.push({ verb: "watch", calendar });
    this.#fail();
    if (!this.hasPushes) return null;
    this.channels.set(draft.id, draft);
    return {
      externalId: draft.id,
      resourceId: calendar,
      expiresAt: this.#now().add(this.channelLife),
    };
  }

  /** Only where `prolongs` says so. */
  renew?: NonNullable<CalendarProvider["renew"]>;
  set prolongs(does: boolean) {
    if (!does) return;
    this.renew = async (_, { externalId, resourceId }) => {
      this.calls.push({ verb: "renew", calendar: externalId });
      this.#fail();
      if (!this.channels.has(externalId)) throw new CalendarFailure("not_found", "Ended");
      return { externalId, resourceId, expiresAt: this.#now().add(this.channelLife) };
    };
  }

  async unwatch(_: unknown, { externalId }: { externalId: string }): Promise<void> {
    this.calls.push({ verb: "unwatch", calendar: externalId });
    this.#fail();
    this.channels.delete(externalId);
  }

  listCalendars = refuse;
  write = refuse;
  read = refuse;
  remove = refuse;
}

const refuse = (): never => {
  throw new CalendarFailure("refused", "Not in this script");
};
