// What is allowed, and will hardly be what the host means.
import { Type } from "@sinclair/typebox";
import { hasLink } from "../calendars/write-draft.ts";
import { hasZoom } from "../calendars/zoom.ts";
import { OneOf } from "../schema.ts";
import type { World } from "../world.ts";
import { findMeetingCalendar } from "./queries.ts";
import { MeetingType } from "./schema.ts";

export const MeetingTypeWithWarnings = Type.Composite([
  MeetingType,
  Type.Object({
    warnings: Type.Array(OneOf("no_meeting_link"), {
      description:
        "`no_meeting_link`: no host has a calendar that makes such a meeting, or Zoom is not set up here; guests read that the host sends the link",
    }),
  }),
]);

const CONFERENCES: Readonly<Record<string, string>> = {
  GOOGLE_MEET: "google_meet",
  MICROSOFT_TEAMS: "microsoft_teams",
};

/** The meeting type with what its owner should know of it. */
export async function withWarnings(world: World, type: MeetingType) {
  const warnings = (await lacksLink(world, type)) ? ["no_meeting_link" as const] : [];
  return { ...type, warnings };
}

async function lacksLink(
  world: World,
  { id, locationType, locationDetails }: MeetingType,
): Promise<boolean> {
  if (hasLink(locationDetails)) return false;
  if (locationType === "ZOOM") return !hasZoom(world);
  const conference = CONFERENCES[locationType];
  const found = conference && (await findMeetingCalendar(world.db, { id, conference }));
  return found ? !found.isThere : false;
}
