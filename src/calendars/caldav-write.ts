// Our events in a CalDAV calendar. Name and UID come from the draft's key, so that a retry finds what the first try made.
import type { World } from "../world.ts";
import { type Dav, textOfProp } from "./caldav-dav.ts";
import { failureOfAnswer } from "./caldav-failure.ts";
import { CalendarFailure } from "./failure.ts";
import { changedText, eventText, identityOf, shows } from "./ics-draft.ts";
import { spanOf } from "./ics-occurrences.ts";
import { type Component, parseCalendar, propertyOf, textOf } from "./ics-parse.ts";
import type { Clock } from "./ics-time.ts";
import { clockOf } from "./ics-zone.ts";
import type { EventDraft, RemoteEvent } from "./provider.ts";

type Known = { readonly externalId: string; readonly etag: string | null };

/** As CalendarProvider.write says. */
export async function writeEvent(
  world: World,
  dav: Dav,
  calendar: string,
  draft: EventDraft,
  known: Known | null,
): Promise<RemoteEvent> {
  if (known) {
    const there = await fetchEvent(dav, known.externalId, draft.timeZone);
    if (!there) throw new CalendarFailure("not_found", "The event is gone");
    return update(world, dav, draft, there, known.etag);
  }
  const url = new URL(`${draft.key}.ics`, calendar.replace(/\/?$/, "/")).href;
  const text = eventText(draft, identityOf(world, draft, null), world.now());
  const answer = await put(dav, url, text, { "if-none-match": "*" });
  if (answer.ok) return written(dav, url, answer, draft);
  // There already: made by a try whose answer was lost, or by another that is at it.
  const there = answer.status === 412 ? await fetchEvent(dav, url, draft.timeZone) : null;
  if (!there) throw failureOfAnswer(answer);
  return update(world, dav, draft, there, null);
}

/** As CalendarProvider.read says. */
export async function readEvent(dav: Dav, externalId: string): Promise<RemoteEvent | null> {
  const there = await fetchEvent(dav, externalId, "UTC");
  const span = there?.event && spanOf(there.event, there.clock);
  if (!there?.event || !span || textOf(there.event, "status")?.toUpperCase() === "CANCELLED")
    return null;
  return {
    externalId,
    etag: there.etag,
    during: {
      start: Temporal.Instant.fromEpochMilliseconds(span.start),
      end: Temporal.Instant.fromEpochMilliseconds(span.end),
    },
    meeting: null,
  };
}

/** As CalendarProvider.remove says. */
export async function removeEvent(dav: Dav, externalId: string): Promise<void> {
  const answer = await dav.send(externalId, { method: "DELETE" });
  if (!answer.ok && answer.status !== 404 && answer.status !== 410) throw failureOfAnswer(answer);
}

interface There {
  readonly url: string;
  readonly etag: string | null;
  readonly text: string;
  /** Null where it cannot be read. */
  readonly event: Component | null;
  readonly clock: Clock;
}

/** Null: there is none. */
async function fetchEvent(dav: Dav, url: string, zone: string): Promise<There | null> {
  const answer = await dav.send(url, { headers: { accept: "text/calendar" } });
  if (answer.status === 404 || answer.status === 410) return null;
  if (!answer.ok) throw failureOfAnswer(answer);
  const text = await answer.text();
  const parsed = await parseCalendar(text);
  const event = parsed.events.find((each) => !propertyOf(each, "recurrence-id")) ?? null;
  return { url, etag: answer.headers.get("etag"), text, event, clock: clockOf(zone, parsed) };
}

/** `etag`: which one it has to have; null: whichever. */
async function update(
  world: World,
  dav: Dav,
  draft: EventDraft,
  there: There,
  etag: string | null,
): Promise<RemoteEvent> {
  const { url, event, text } = there;
  // Also where its etag is another: an earlier try did it, and its answer was lost.
  if (event && shows(event, draft, there.clock)) return remote(url, there.etag, draft);
  if (etag !== null && there.etag !== null && etag !== there.etag)
    throw new CalendarFailure("changed", "Somebody else changed the event");
  const identity = identityOf(world, draft, event && textOf(event, "uid"));
  const next =
    changedText(text, draft, identity, world.now()) ?? eventText(draft, identity, world.now());
  const answer = await put(dav, url, next, { "if-match": there.etag ?? "*" });
  if (!answer.ok) throw failureOfAnswer(answer);
  return written(dav, url, answer, draft);
}

const put = (dav: Dav, url: string, body: string, condition: Record<string, string>) =>
  dav.send(url, {
    method: "PUT",
    headers: { "content-type": "text/calendar; charset=utf-8", ...condition },
    body,
  });

/** A server that changes what it stores gives no etag (RFC 4791 §5.3.4): then it is asked for. */
async function written(
  dav: Dav,
  url: string,
  answer: Response,
  draft: EventDraft,
): Promise<RemoteEvent> {
  const given = answer.headers.get("etag");
  if (given !== null) return remote(url, given, draft);
  const { responses } = await dav.propfind(url, "0", ["d:getetag"]);
  return remote(url, textOfProp(responses[0]?.props?.["getetag"]), draft);
}

const remote = (externalId: string, etag: string | null, { during }: EventDraft): RemoteEvent => ({
  externalId,
  etag,
  during,
  meeting: null,
});
