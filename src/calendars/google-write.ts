import type { calendar_v3 } from "@googleapis/calendar";
import { newId } from "../db/id.ts";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import type { Ask } from "./google-client.ts";
import { GoogleEvent, isCancelled, meetingOf, timesOf } from "./google-event.ts";
import { GoogleFailure } from "./google-failure.ts";
import { eventIdOf, marksOf, wasWrittenWith } from "./google-own.ts";
import type { Access, CalendarProvider, EventDraft, RemoteEvent } from "./provider.ts";

interface Place {
  readonly world: Pick<World, "config">;
  readonly ask: Ask;
  readonly access: Access;
  readonly calendar: string;
}

/**
 * Makes the event under an id that its key determines: an answer of "there is one already" means that an earlier try
 * arrived, and that event is made to show the draft. One that shows it already is not written to.
 */
export async function googleWrite(
  place: Place,
  draft: EventDraft,
  known: Parameters<CalendarProvider["write"]>[3],
): Promise<RemoteEvent> {
  const id = known?.externalId ?? eventIdOf(draft.key);
  if (known === null) {
    const made = await insert(place, id, draft);
    if (made !== null) return written(made, draft);
  }
  const present = await getEvent(place, id);
  if (present === null || (known !== null && isCancelled(present)))
    throw new CalendarFailure(
      known === null ? "temporary" : "not_found",
      "google events.get: the event is not there",
    );
  const isShown = wasWrittenWith(present, draft) && isWhen(present, draft);
  if (isShown && !isCancelled(present)) return written(present, draft);
  if (known?.etag != null && known.etag !== present.etag)
    throw new CalendarFailure("changed", "google events.get: somebody has changed the event");
  return written(await patch(place, present, draft), draft);
}

/** An event as it stands; null where Google does not have it. Cancelled ones it has for a while. */
export async function getEvent(
  { ask, access, calendar }: Pick<Place, "ask" | "access" | "calendar">,
  eventId: string,
): Promise<GoogleEvent | null> {
  try {
    return await ask(access, {
      operation: "events.get",
      shape: GoogleEvent,
      send: ({ events }, options) =>
        events.get({ calendarId: calendar, eventId, maxAttendees: 1 }, options),
    });
  } catch (error) {
    if (error instanceof CalendarFailure && error.kind === "not_found") return null;
    throw error;
  }
}

/** Null: the id is taken. */
async function insert(
  { world, ask, access, calendar }: Place,
  id: string,
  draft: EventDraft,
): Promise<GoogleEvent | null> {
  const meeting = draft.conference === "google_meet" ? meetingRequest(draft.key) : null;
  try {
    return await withOrWithout(meeting, (conference) =>
      ask(access, {
        operation: "events.insert",
        shape: GoogleEvent,
        send: ({ events }, options) =>
          events.insert(
            {
              calendarId: calendar,
              sendUpdates: "none",
              ...conference.parameters,
              requestBody: { id, ...bodyOf(world, id, draft), ...conference.body },
            },
            options,
          ),
      }),
    );
  } catch (error) {
    if (error instanceof GoogleFailure && error.status === 409) return null;
    throw error;
  }
}

/** Changes what is ours in an event and nothing else: what its host has added stays, a meeting too. */
function patch(
  { world, ask, access, calendar }: Place,
  present: GoogleEvent,
  draft: EventDraft,
): Promise<GoogleEvent> {
  const meeting = meetingOf(present);
  const wantsMeeting =
    draft.conference === "google_meet" && (meeting?.state ?? "failed") === "failed";
  // A request under an id that Google knows is ignored, also where that one failed.
  const request = wantsMeeting ? meetingRequest(meeting === null ? draft.key : newId()) : null;
  const body = bodyOf(world, present.id, draft);
  return withOrWithout(request, (conference) =>
    ask(access, {
      operation: "events.patch",
      shape: GoogleEvent,
      ifMatch: present.etag,
      send: ({ events }, options) =>
        events.patch(
          {
            calendarId: calendar,
            eventId: present.id,
            sendUpdates: "none",
            ...conference.parameters,
            requestBody: {
              ...body,
              status: "confirmed",
              // its host may have made it last all day
              start: { ...body.start, date: null },
              end: { ...body.end, date: null },
              ...conference.body,
            },
          },
          options,
        ),
    }),
  );
}

interface Conference {
  readonly parameters: { readonly conferenceDataVersion?: 1 };
  readonly body: Pick<calendar_v3.Schema$Event, "conferenceData">;
}

const NONE: Conference = { parameters: {}, body: {} };

const meetingRequest = (requestId: string): Conference => ({
  // Without it Google ignores the request.
  parameters: { conferenceDataVersion: 1 },
  body: {
    conferenceData: {
      createRequest: { requestId, conferenceSolutionKey: { type: "hangoutsMeet" } },
    },
  },
});

/** An event without its meeting is better than none: not every account may make meetings. */
async function withOrWithout<T>(
  wanted: Conference | null,
  send: (conference: Conference) => Promise<T>,
): Promise<T> {
  try {
    return await send(wanted ?? NONE);
  } catch (error) {
    const isRefused = error instanceof GoogleFailure && error.status === 400;
    if (wanted !== null && isRefused) return send(NONE);
    throw error;
  }
}

function bodyOf(
  world: Pick<World, "config">,
  id: string,
  draft: EventDraft,
): calendar_v3.Schema$Event {
  const { summary, description, location, during, timeZone } = draft;
  return {
    summary: atMost(1024, summary),
    description: atMost(8192, asHtml(description)),
    location: location === null ? null : atMost(1024, location),
    start: { dateTime: during.start.toString(), timeZone },
    end: { dateTime: during.end.toString(), timeZone },
    extendedProperties: { private: marksOf(world, id, draft) },
  };
}

/** Google reads descriptions as HTML, and guests have written some of ours. */
const asHtml = (text: string): string => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const atMost = (length: number, text: string): string =>
  text.length <= length
    ? text
    : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$|&[a-z]{0,3}$/, "")}…`;

function isWhen(event: GoogleEvent, { during }: EventDraft): boolean {
  if (event.start?.date !== undefined) return false;
  const { start, end } = timesOf(event, null);
  return start.equals(during.start) && end.equals(during.end);
}

/** What was written, with the times that were asked for; a meeting that is wanted and not there has failed. */
function written(event: GoogleEvent, draft: EventDraft): RemoteEvent {
  const missing = draft.conference === null ? null : ({ state: "failed", url: null } as const);
  return {
    externalId: event.id,
    etag: event.etag ?? null,
    during: draft.during,
    meeting: meetingOf(event) ?? missing,
  };
}
