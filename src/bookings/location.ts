import type { Location } from "./queries.ts";

/** Where a meeting of this type takes place, before any provider has made a link for it. */
export function locationOf(type: {
  locationType: string;
  locationDetails: string | null;
}): Location {
  const details = type.locationDetails;
  const isLink = type.locationType === "CUSTOM_LINK" && /^https?:\/\/\S+$/.test(details ?? "");
  return {
    type: type.locationType,
    url: isLink ? details : null,
    meetingId: null,
    password: null,
    details: isLink ? null : details,
  };
}
