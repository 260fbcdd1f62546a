import { Type } from "@sinclair/typebox";
import type { Bounds } from "../outbound/bounded-fetch.ts";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import { googleChanges } from "./google-changes.ts";
import { googleUnwatch, googleWatch } from "./google-channel.ts";
import { type Ask, makeAsk } from "./google-client.ts";
import { type GoogleEvent, isCancelled, meetingOf, timesOf } from "./google-event.ts";
import { googleCalendars } from "./google-list.ts";
import { getEvent, googleWrite } from "./google-write.ts";
import type { Access, CalendarProvider, RemoteEvent } from "./provider.ts";

/**
 * Google Calendar (API v3), by Google's own client, which is loaded at the first call. Guests are never attendees of
 * an event there, and Google is asked to tell nobody.
 */
export function makeGoogle(
  world: Pick<World, "config" | "now">,
  bounds: Partial<Bounds> = {},
): CalendarProvider {
  const ask = makeAsk(world, bounds);
  return {
    name: "google",
    listCalendars: (access) => googleCalendars(ask, access),
    changes: (access, from) => googleChanges(world, ask, access, from),
    write: (access, calendar, draft, known) =>
      googleWrite({ world, ask, access, calendar }, draft, known),
    async read(access, calendar, externalId) {
      const event = await getEvent({ ask, access, calendar }, externalId);
      return event === null || isCancelled(event) ? null : asItStands(ask, access, calendar, event);
    },
    remove: (access, calendar, externalId) => remove(ask, access, calendar, externalId),
    watch: (access, calendar, draft) => googleWatch(world, ask, access, calendar, draft),
    unwatch: (access, channel) => googleUnwatch(ask, access, channel),
  };
}

async function asItStands(
  ask: Ask,
  access: Access,
  calendar: string,
  event: GoogleEvent,
): Promise<RemoteEvent> {
  // Its host may have made it one that lasts all day: in the calendar's zone, which the event does not tell.
  const isAllDay = event.start?.date !== undefined;
  const zone = isAllDay ? await zoneOf(ask, access, calendar) : null;
  return {
    externalId: event.id,
    etag: event.etag ?? null,
    during: timesOf(event, zone),
    meeting: meetingOf(event),
  };
}

const zoneOf = async (ask: Ask, access: Access, calendar: string): Promise<string | null> => {
  const { timeZone } = await ask(access, {
    operation: "events.list",
    shape: Type.Object({ timeZone: Type.Optional(Type.String()) }),
    send: ({ events }, options) =>
      events.list({ calendarId: calendar, maxResults: 1, fields: "timeZone" }, options),
  });
  return timeZone ?? null;
};

async function remove(ask: Ask, access: Access, calendarId: string, eventId: string) {
  try {
    await ask(access, {
      operation: "events.delete",
      shape: Type.Unknown(),
      send: ({ events }, options) =>
        events.delete({ calendarId, eventId, sendUpdates: "none" }, options),
    });
  } catch (error) {
    // A 410: somebody has deleted it before.
    if (!(error instanceof CalendarFailure && error.kind === "not_found")) throw error;
  }
}
