// Ids of others where one's own belong: in a body, in a query. Each is sent by `other`, on things of his own with one
// id of the owner's among them. A new field that takes an id needs a line, under the operation and the field.
import type { Things } from "./support/cast.ts";

export interface Swap {
  /** What it gets; a success tells nothing of whose id it was. */
  readonly gets: number;
  /** That success writes nothing. */
  readonly writesNothing?: boolean;
  readonly at?: keyof Things;
  readonly body?: (theirs: Things, mine: Things) => object;
  readonly query?: (theirs: Things) => string;
}

const START = "2026-11-24T09:00:00Z";
const period = "from=2026-11-23&until=2026-11-23";
const guest = { name: "Eve", email: "eve@example.org", timeZone: "UTC" };
const hostedBy = (host: object) => [{ hosts: [host], required: "all" }];

export const SWAPS: Readonly<Record<string, Swap>> = {
  "GET /api/v1/meeting-types/{id}/slots rescheduleOf": {
    gets: 200,
    at: "type",
    query: ({ guestBooking }) => `${period}&rescheduleOf=${guestBooking}`,
  },
  "GET /api/v1/meeting-types/{id}/slots holdId": {
    gets: 200,
    at: "type",
    query: ({ hold }) => `${period}&holdId=${hold}`,
  },
  "GET /api/v1/meeting-types/{id}/slots link": {
    gets: 409,
    at: "type",
    query: ({ link }) => `${period}&link=${link}`,
  },
  "GET /api/v1/users/{user}/{slug}/slots link": {
    gets: 409,
    query: ({ link }) => `${period}&link=${link}`,
  },
  "GET /api/v1/bookings meetingTypeId": {
    gets: 200,
    query: ({ type }) => `meetingTypeId=${type}`,
  },
  "GET /api/v1/analytics/bookings meetingTypeId": {
    gets: 200,
    query: ({ type }) => `meetingTypeId=${type}`,
  },
  "GET /api/v1/bookings organizationId": {
    gets: 404,
    query: ({ organization }) => `organizationId=${organization}`,
  },
  "GET /api/v1/analytics/bookings organizationId": {
    gets: 404,
    query: ({ organization }) => `organizationId=${organization}`,
  },
  "GET /api/v1/meeting-types organizationId": {
    gets: 404,
    query: ({ organization }) => `organizationId=${organization}`,
  },
  // The id of a hold is a secret: whoever has it may as well end it.
  "POST /api/v1/bookings holdId": {
    gets: 201,
    body: ({ hold }, { type }) => ({ meetingTypeId: type, start: START, guest, holdId: hold }),
  },
  "POST /api/v1/bookings link": {
    gets: 409,
    body: ({ link }, { type }) => ({ meetingTypeId: type, start: START, guest, link }),
  },
  "POST /api/v1/meeting-types/{id}/holds holdId": {
    gets: 201,
    at: "type",
    body: ({ hold }) => ({ start: START, holdId: hold }),
  },
  "POST /api/v1/meeting-types/{id}/holds link": {
    gets: 409,
    at: "type",
    body: ({ link }) => ({ start: START, link }),
  },
  // Told by each id what became of it.
  "POST /api/v1/bookings/cancellations ids[]": {
    gets: 200,
    writesNothing: true,
    body: ({ guestBooking, personal, teamBooking }) => ({
      ids: [guestBooking, personal, teamBooking],
    }),
  },
  "POST /api/v1/webhooks organizationId": {
    gets: 404,
    body: ({ organization }) => ({
      url: "https://203.0.114.7/hooks",
      events: ["booking.created"],
      organizationId: organization,
    }),
  },
  "PATCH /api/v1/bookings/{id}/reassign hostId": {
    gets: 422,
    at: "teamBooking",
    body: ({ host }) => ({ hostId: host }),
  },
  "PATCH /api/v1/bookings/{id}/reassign insteadOf": {
    gets: 422,
    at: "teamBooking",
    body: ({ host }) => ({ insteadOf: host }),
  },
  "PATCH /api/v1/bookings/{id}/no-show attendeeId": {
    gets: 422,
    at: "past",
    body: ({ attendee }) => ({ attendeeId: attendee, noShow: true }),
  },
  "PATCH /api/v1/bookings/{id}/no-show hostId": {
    gets: 422,
    at: "past",
    body: ({ host }) => ({ hostId: host, noShow: true }),
  },
  "POST /api/v1/meeting-types scheduleId": {
    gets: 422,
    body: ({ schedule }) => ({ title: "Mine", scheduleId: schedule }),
  },
  "POST /api/v1/meeting-types organizationId": {
    gets: 422,
    body: ({ organization }) => ({ title: "Mine", organizationId: organization }),
  },
  "POST /api/v1/meeting-types hostGroups[].hosts[].userId": {
    gets: 422,
    body: ({ host }, { organization }) => ({
      title: "Mine",
      organizationId: organization,
      hostGroups: hostedBy({ userId: host }),
    }),
  },
  "POST /api/v1/meeting-types hostGroups[].hosts[].scheduleId": {
    gets: 422,
    body: ({ schedule }, { organization, host }) => ({
      title: "Mine",
      organizationId: organization,
      hostGroups: hostedBy({ userId: host, scheduleId: schedule }),
    }),
  },
  "PATCH /api/v1/meeting-types/{id} scheduleId": {
    gets: 422,
    at: "type",
    body: ({ schedule }) => ({ scheduleId: schedule }),
  },
  "PATCH /api/v1/meeting-types/{id} hostGroups[].hosts[].userId": {
    gets: 422,
    at: "teamType",
    body: ({ host }) => ({ hostGroups: hostedBy({ userId: host }) }),
  },
  "PATCH /api/v1/meeting-types/{id} hostGroups[].hosts[].scheduleId": {
    gets: 422,
    at: "teamType",
    body: ({ schedule }, { host }) => ({
      hostGroups: hostedBy({ userId: host, scheduleId: schedule }),
    }),
  },
  "PATCH /api/v1/calendar/integrations/{id}/calendars calendars[].id": {
    gets: 422,
    at: "integration",
    body: ({ calendar }) => ({ calendars: [{ id: calendar, checksConflicts: true }] }),
  },
  "PATCH /api/v1/meeting-types/{id}/calendars calendars[].calendarId": {
    gets: 422,
    at: "type",
    body: ({ calendar }) => ({
      calendars: [{ calendarId: calendar, checksConflicts: true, isDestination: false }],
    }),
  },
  "POST /api/v1/organizations/{id}/transfer userId": {
    gets: 422,
    at: "organization",
    body: ({ member }) => ({ userId: member }),
  },
};

/** Ids that anybody may name. */
export const OF_ANYBODY: ReadonlySet<string> = new Set([
  // Public meeting types are there to be booked.
  "POST /api/v1/bookings meetingTypeId",
  // The id that a vendor gave a call.
  "PATCH /api/v1/bookings/{id} location.meetingId",
  // Administrators look at everybody's.
  "GET /api/v1/analytics/events userId",
]);
