import { Type } from "@sinclair/typebox";
import type { World } from "../world.ts";
import { changesOf, eventOf } from "./microsoft-changes.ts";
import { renew, unwatch, watch } from "./microsoft-channel.ts";
import { type Graph, makeGraph, NEXT_LINK, pagesOf } from "./microsoft-client.ts";
import { remoteEventOf } from "./microsoft-event.ts";
import { isKind } from "./microsoft-failure.ts";
import { eventPath } from "./microsoft-path.ts";
import { writeEvent } from "./microsoft-write.ts";
import type { Access, CalendarProvider, RemoteCalendar } from "./provider.ts";

/** Calendars of Outlook and Microsoft 365, by Microsoft Graph v1.0. `answerWithinMs` is for tests. */
export function makeMicrosoft(
  world: Pick<World, "config" | "now">,
  bounds: { readonly answerWithinMs?: number } = {},
): Required<CalendarProvider> {
  const graph = makeGraph(world, bounds);
  return {
    name: "microsoft",
    listCalendars: (access) => listCalendars(graph, access),
    changes: (access, from) => changesOf(world, graph, access, from),
    write: (access, calendar, draft, known) =>
      writeEvent({ world, graph, access, calendar }, draft, known),
    async read(access, calendar, externalId) {
      const event = await eventOf(graph, access, calendar, externalId);
      return event && !event.isCancelled ? remoteEventOf(event) : null;
    },
    async remove(access, calendar, externalId) {
      try {
        await graph(access, Type.Unknown(), {
          method: "DELETE",
          to: eventPath(calendar, externalId),
        });
      } catch (error) {
        if (!isKind(error, "not_found")) throw error;
      }
    },
    watch: (access, calendar, draft) => watch(world, graph, access, calendar, draft),
    renew: (access, { externalId }) => renew(world, graph, access, externalId),
    unwatch: (access, { externalId }) => unwatch(graph, access, externalId),
  };
}

const Calendars = Type.Object({
  value: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.Union([Type.String(), Type.Null()]),
      canEdit: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
      isDefaultCalendar: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
      allowedOnlineMeetingProviders: Type.Optional(
        Type.Union([Type.Array(Type.String()), Type.Null()]),
      ),
    }),
  ),
  ...NEXT_LINK,
});

async function listCalendars(graph: Graph, access: Access): Promise<RemoteCalendar[]> {
  const found: RemoteCalendar[] = [];
  const to =
    "/me/calendars?$top=100&$select=id,name,canEdit,isDefaultCalendar,allowedOnlineMeetingProviders";
  for await (const { value } of pagesOf(graph, access, Calendars, { to }))
    for (const each of value)
      found.push({
        externalId: each.id,
        name: each.name ?? "",
        timeZone: null,
        isPrimary: each.isDefaultCalendar ?? false,
        canWrite: each.canEdit ?? false,
        // Personal accounts have none, or Skype.
        conferences: each.allowedOnlineMeetingProviders?.includes("teamsForBusiness")
          ? ["microsoft_teams"]
          : [],
      });
  return found;
}
