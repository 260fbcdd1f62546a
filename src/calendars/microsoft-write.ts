import { type Static, Type } from "@sinclair/typebox";
import { html } from "../messages/html.ts";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import type { Graph } from "./microsoft-client.ts";
import { GraphEvent, remoteEventOf, SELECTED, spanOf } from "./microsoft-event.ts";
import { isKind, MicrosoftFailure } from "./microsoft-failure.ts";
import { digest, transactionIdOf } from "./microsoft-own.ts";
import { eventPath, pathOf } from "./microsoft-path.ts";
import type { Access, EventDraft, RemoteEvent } from "./provider.ts";

// Extended properties are named by a GUID, which is ours, and a word.
const PROPERTY = "String {6f1d0c6e-5a0b-4f53-9c57-3f0f5f6b7d21} Name";
/** Whose event it is: found again by this where its id is not known. */
const KEY = `${PROPERTY} KalendsKey`;
/** What it was last made to show. */
const SHOWN = `${PROPERTY} KalendsShown`;

/** As many events of one key can have been deleted before we give up. */
const MOST_LIVES = 5;

interface Target {
  readonly world: Pick<World, "config">;
  readonly graph: Graph;
  readonly access: Access;
  readonly calendar: string;
}

/** CalendarProvider.write of Microsoft. */
export async function writeEvent(
  target: Target,
  draft: EventDraft,
  known: { readonly externalId: string; readonly etag: string | null } | null,
): Promise<RemoteEvent> {
  const event = await (known ? change(target, draft, known) : make(target, draft));
  return remoteEventOf(event, draft.conference !== null);
}

/**
 * Makes the event once. Graph knows a repeated transactionId: it answers with the event that is there, or, where that
 * shows something else by now, refuses; then the event is found by its key and changed. Whether it remembers the id of
 * a deleted event it does not say; where it does, the next life of the event has an id of its own. So has one in another
 * calendar, for Graph looks through the whole mailbox.
 */
async function make(target: Target, draft: EventDraft): Promise<GraphEvent> {
  const { world, graph, access, calendar } = target;
  for (let life = 1; life <= MOST_LIVES; life += 1) {
    const transactionId = transactionIdOf(world, draft.key, calendar, life);
    try {
      return await graph(access, GraphEvent, {
        method: "POST",
        to: `${pathOf(calendar)}/events`,
        body: {
          ...shownBy(draft),
          body: textOf(draft),
          transactionId,
          // Nobody is invited: we tell the guests.
          responseRequested: false,
          allowNewTimeProposals: false,
          showAs: "busy",
          ...(draft.conference === "microsoft_teams" && TEAMS),
        },
      });
    } catch (error) {
      if (!isRepeated(error)) throw error;
    }
    const there = await find(target, draft.key);
    if (there)
      return change(target, draft, {
        externalId: there.id,
        etag: there["@odata.etag"] ?? null,
      });
  }
  throw new CalendarFailure("refused", "microsoft: takes no event of this key any more");
}

/** It comes with 400 or 409. */
const isRepeated = (error: unknown): boolean =>
  error instanceof MicrosoftFailure && error.code === "ErrorDuplicateTransactionId";

const Found = Type.Object({ value: Type.Array(GraphEvent) });

async function find({ graph, access, calendar }: Target, key: string): Promise<GraphEvent | null> {
  const ours = `singleValueExtendedProperties/any(ep: ep/id eq '${KEY}' and ep/value eq '${key}')`;
  const to = `${pathOf(calendar)}/events?$filter=${encodeURIComponent(ours)}&$select=${SELECTED}`;
  const { value } = await graph(access, Found, { to });
  return value.find(({ isCancelled }) => !isCancelled) ?? null;
}

async function change(
  target: Target,
  draft: EventDraft,
  { externalId, etag }: { readonly externalId: string; readonly etag: string | null },
): Promise<GraphEvent> {
  const { graph, access, calendar } = target;
  const to = eventPath(calendar, externalId);
  const { body, isOnlineMeeting } = await graph(access, Text, {
    to: `${to}?$select=body,isOnlineMeeting`,
  });
  const text = isOnlineMeeting ? textBeside(body, draft) : textOf(draft);
  try {
    return await graph(access, GraphEvent, {
      method: "PATCH",
      to,
      ifMatch: etag,
      body: {
        ...shownBy(draft),
        ...(text && { body: text }),
        ...(draft.conference === "microsoft_teams" && !isOnlineMeeting && TEAMS),
      },
    });
  } catch (error) {
    if (!isKind(error, "changed")) throw error;
    // It may have been ourselves, unheard.
    const now = await graph(access, Shown, {
      to: `${to}?$select=${SELECTED}&$expand=${PROPERTIES}`,
    });
    if (isShown(draft, now)) return now;
    throw error;
  }
}

const TEAMS = { isOnlineMeeting: true, onlineMeetingProvider: "teamsForBusiness" };

const Text = Type.Object({
  body: Type.Object({ contentType: Type.String(), content: Type.String() }),
  isOnlineMeeting: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
});
type Text = Static<typeof Text>;

const textOf = ({ description }: EventDraft): Text["body"] => ({
  contentType: "text",
  content: description,
});

/**
 * Our text with what Teams has written below it: without that the meeting is taken off the event
 * (https://learn.microsoft.com/graph/api/event-update). Null where it is not found: the text stays as it is.
 */
function textBeside(
  { contentType, content }: Text["body"],
  draft: EventDraft,
): Text["body"] | null {
  // It begins with a line, drawn of underscores.
  const line = content.search(/_{40,}/);
  const from = content.lastIndexOf("<div", line);
  if (contentType !== "html" || line < 0 || from < 0) return null;
  const [blob = ""] = content.slice(from).split("</body>");
  const lines = draft.description.split(/\r?\n/).map((each) => html`${each}<br>`);
  return { contentType: "html", content: `${html`<div>${lines}</div>`.markup}${blob}` };
}

// In UTC: the tables by which Microsoft would work out wall time need not be ours. Its calendar shows the host's own.
const momentOf = (instant: Temporal.Instant) => ({
  dateTime: instant.toString().replace(/Z$/, ""),
  timeZone: "UTC",
});

const shownBy = (draft: EventDraft) => ({
  subject: draft.summary,
  location: { displayName: draft.location ?? "" },
  start: momentOf(draft.during.start),
  end: momentOf(draft.during.end),
  singleValueExtendedProperties: [
    { id: KEY, value: draft.key },
    { id: SHOWN, value: digestOf(draft) },
  ],
});

const digestOf = ({ summary, description, location, during: { start, end } }: EventDraft): string =>
  digest([summary, description, location, start, end]);

const PROPERTIES = encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${SHOWN}')`);
const Shown = Type.Composite([
  GraphEvent,
  Type.Object({
    singleValueExtendedProperties: Type.Optional(
      Type.Array(Type.Object({ id: Type.String(), value: Type.String() })),
    ),
  }),
]);

/** Whether an event still is as this very draft made it. */
function isShown(draft: EventDraft, now: Static<typeof Shown>): boolean {
  const { start, end } = spanOf(now);
  return (
    now.singleValueExtendedProperties?.some(({ value }) => value === digestOf(draft)) === true &&
    now.subject === draft.summary &&
    (now.location?.displayName ?? "") === (draft.location ?? "") &&
    start.equals(draft.during.start) &&
    end.equals(draft.during.end)
  );
}
