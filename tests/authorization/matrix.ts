// Who may do what: every route, and what each of those who may come gets there. Read `support/actors.ts` first. A new
// route needs a row: under its name whose things it is about, what a success is, and a good request on the owner's
// things (of several kinds, several rows). What it says without a good id is another test's matter.
import {
  administrators,
  anybody,
  but,
  everybody,
  hostAndGuest,
  inSession,
  members,
  orgAdmins,
  orgAdminsAlone,
  orgOwner,
  type Policy,
  signedInOnes,
  teamHost,
  teamHostAndAdmins,
  whoHasTheLink,
  whoseItIs,
} from "./support/actors.ts";
import type { Things } from "./support/cast.ts";

export interface Row {
  readonly who: Policy;
  /** The status of a success; 200 unless said. */
  readonly ok?: number;
  /** What stands for the parameters of the path. */
  readonly at?: Readonly<Record<string, keyof Things>>;
  readonly query?: string | ((things: Things) => string);
  /** As JSON; the example of the document unless said. */
  readonly body?: object | ((things: Things) => object);
  /** A path with more in it than ids. */
  readonly path?: (things: Things) => string;
  /** As a form. Its token is the actor's own where it has none. */
  readonly form?: Record<string, string> | ((things: Things) => Record<string, string>);
  /** Words of SECRETS that everybody who gets a success may read here. */
  readonly shows?: readonly string[];
}

const schedule = { id: "schedule" } as const;
const absence = { id: "absence" } as const;
const blocked = { id: "blocked" } as const;
const type = { id: "type" } as const;
const teamType = { id: "teamType" } as const;
const link = { id: "type", linkId: "link" } as const;
const teamLink = { id: "teamType", linkId: "teamLink" } as const;
const guestBooking = { id: "guestBooking" } as const;
const personal = { id: "personal" } as const;
const pending = { id: "pending" } as const;
const unsaid = { id: "unsaid" } as const;
const teamBooking = { id: "teamBooking" } as const;
const organization = { id: "organization" } as const;
const aMember = { id: "organization", userId: "member" } as const;
const invitation = { id: "organization", invitationId: "invitation" } as const;
const integration = { id: "integration" } as const;
const notification = { id: "notification" } as const;
const key = { id: "key" } as const;

/** The owner of a public type; that it is there everybody knows. */
const typeOwner = but(administrators, {
  ...{ admin: 403, adminKey: 403, owner: "ok", readKey: "ok", writeKey: "ok" },
});
const period = "from=2026-11-23&until=2026-11-23";
const text = (of: (links: Things["links"]) => string) => (things: Things) => ({
  token: of(things.links),
});

const ofWebhooks = (more: Partial<Row> = {}): readonly Row[] => [
  { ...more, who: whoseItIs, at: { id: "webhook" } },
  { ...more, who: orgAdminsAlone, at: { id: "teamWebhook" } },
];

/** A page by the link in a host's own calendar, which no guest's link opens. */
const hostsPage = (): readonly Row[] => [
  { who: but(whoHasTheLink, { guest: 404 }), at: guestBooking },
  {
    who: everybody,
    at: guestBooking,
    query: ({ links }) => `token=${links.ofHost}`,
    shows: ["mees"],
  },
];
const hostsForm = (fields: Record<string, string>): readonly Row[] => [
  { who: but(whoHasTheLink, { guest: 404 }), at: guestBooking, form: fields },
  {
    who: everybody,
    ok: 303,
    at: guestBooking,
    form: ({ links }) => ({ ...fields, token: links.ofHost }),
  },
];

export const MATRIX: Readonly<Record<string, Row | readonly Row[]>> = {
  "GET /health": { who: everybody },
  "GET /health/ready": { who: everybody },
  // By METRICS_TOKEN, which is not set here: tests/operations.
  "GET /metrics": { who: everybody, ok: 404 },
  "POST /api/v1/auth/admin-session": { who: inSession(administrators) },
  "GET /api/v1/operations/promises": { who: administrators },
  "POST /api/v1/operations/promises/{id}/retry": { who: administrators, at: { id: "delivery" } },
  // By the cookie of an admin-session alone, whoever is signed in: tests/operations.
  "GET /admin/queues": { who: everybody, ok: 401 },
  "GET /admin/queues/*": { who: everybody, ok: 401 },
  "GET /admin/queues/static/*": { who: everybody, ok: 404 },
  "GET /admin/queues/api/*": { who: everybody, ok: 401 },
  "POST /admin/queues/api/*": { who: everybody, ok: 401 },
  "PUT /admin/queues/api/*": { who: everybody, ok: 401 },
  "PATCH /admin/queues/api/*": { who: everybody, ok: 401 },

  // Signing in, and what the links of mails do: whoever has the password or the link.
  "POST /api/v1/auth/register": {
    who: everybody,
    ok: 201,
    body: { name: "New", email: "new@example.com", password: "correct horse battery" },
  },
  "POST /api/v1/auth/login": {
    who: everybody,
    body: ({ email }) => ({ email, password: "correct horse battery" }),
  },
  "POST /api/v1/auth/password/forgot": { who: everybody, ok: 202 },
  "POST /api/v1/auth/password/reset": {
    who: everybody,
    body: ({ links }) => ({ token: links.reset, password: "another good password" }),
  },
  "POST /api/v1/auth/email/verify": { who: everybody, body: text(({ verify }) => verify) },
  "POST /api/v1/auth/email/resend": { who: everybody, ok: 202 },
  "POST /api/v1/auth/email/undo": { who: everybody, body: text(({ undo }) => undo) },
  "POST /api/v1/auth/exchange": { who: everybody, ok: 400 },
  // No provider is configured here: tests/accounts/oauth has one.
  "GET /api/v1/auth/google": { who: everybody, ok: 404 },
  "GET /api/v1/auth/google/callback": { who: everybody, ok: 400 },
  "GET /api/v1/auth/microsoft": { who: everybody, ok: 404 },
  "GET /api/v1/auth/microsoft/callback": { who: everybody, ok: 400 },

  // Sessions.
  "POST /api/v1/auth/refresh": { who: inSession(signedInOnes) },
  "GET /api/v1/auth/verify": { who: inSession(signedInOnes) },
  "POST /api/v1/auth/logout": { who: inSession(signedInOnes) },
  "POST /api/v1/auth/logout-all": { who: inSession(signedInOnes) },
  "GET /api/v1/auth/sessions": { who: inSession(signedInOnes) },
  "DELETE /api/v1/auth/sessions/{id}": { who: inSession(whoseItIs), at: { id: "session" } },

  // Accounts.
  "GET /api/v1/users/me": { who: signedInOnes },
  "GET /api/v1/users/profile": { who: signedInOnes },
  "PATCH /api/v1/users/me": { who: signedInOnes, body: { firstName: "Changed" } },
  "PATCH /api/v1/users/profile": { who: signedInOnes, body: { firstName: "Changed" } },
  "PATCH /api/v1/users/me/password": {
    who: inSession(signedInOnes),
    body: { currentPassword: "correct horse battery", newPassword: "another good password" },
  },
  "GET /api/v1/users/me/identities": { who: signedInOnes },
  "POST /api/v1/users/me/identities/{provider}": {
    who: inSession(signedInOnes),
    ok: 404,
    path: () => "/api/v1/users/me/identities/google",
  },
  "POST /api/v1/users/me/identities": { who: inSession(signedInOnes), ok: 400 },
  "DELETE /api/v1/users/me/identities/{id}": {
    who: inSession(whoseItIs),
    at: { id: "identity" },
  },
  "GET /api/v1/users/me/api-keys": { who: signedInOnes },
  "POST /api/v1/users/me/api-keys": { who: inSession(signedInOnes), ok: 201 },
  "GET /api/v1/users/me/api-keys/{id}": { who: whoseItIs, at: key },
  "DELETE /api/v1/users/me/api-keys/{id}": { who: inSession(whoseItIs), at: key },
  "GET /api/v1/users/{user}": { who: everybody, at: { user: "username" } },
  "GET /api/v1/users/{user}/{slug}": { who: everybody, at: { user: "username", slug: "slug" } },
  "GET /api/v1/users/{user}/{slug}/slots": {
    who: everybody,
    at: { user: "username", slug: "slug" },
  },
  "GET /api/v1/users": { who: administrators },
  "PATCH /api/v1/users/{user}": {
    who: administrators,
    at: { user: "user" },
    body: { plan: "PRO" },
  },

  "GET /api/v1/users/me/export": { who: inSession(signedInOnes) },
  // Who owns an organization hands it over first.
  "DELETE /api/v1/users/me": {
    who: but(inSession(signedInOnes), { owner: 409, other: 409 }),
    ok: 202,
    body: { currentPassword: "correct horse battery" },
  },
  "POST /api/v1/privacy/erasures": { who: administrators, ok: 202 },
  "GET /api/v1/privacy/erasures/{id}": { who: administrators, at: { id: "erasure" } },

  // Schedules and absences.
  "GET /api/v1/schedules": { who: signedInOnes },
  "POST /api/v1/schedules": { who: signedInOnes, ok: 201, body: { name: "Summer" } },
  "GET /api/v1/schedules/{id}": { who: whoseItIs, at: schedule },
  "PATCH /api/v1/schedules/{id}": { who: whoseItIs, at: schedule, body: { name: "Changed" } },
  "DELETE /api/v1/schedules/{id}": { who: whoseItIs, at: schedule },
  "GET /api/v1/schedules/{id}/preview": { who: whoseItIs, at: schedule, query: period },
  "GET /api/v1/out-of-office": { who: signedInOnes },
  "POST /api/v1/out-of-office": {
    who: signedInOnes,
    ok: 201,
    body: { from: "2027-06-01", until: "2027-06-01" },
  },
  "GET /api/v1/out-of-office/{id}": { who: whoseItIs, at: absence },
  "PATCH /api/v1/out-of-office/{id}": { who: whoseItIs, at: absence, body: { reason: "Ill" } },
  "DELETE /api/v1/out-of-office/{id}": { who: whoseItIs, at: absence },
  "GET /api/v1/blocked-guests": { who: signedInOnes },
  "POST /api/v1/blocked-guests": {
    who: signedInOnes,
    ok: 201,
    body: { pattern: "eve@example.com" },
  },
  "DELETE /api/v1/blocked-guests/{id}": { who: whoseItIs, at: blocked },

  // Meeting types: one's own, and a team's.
  "GET /api/v1/meeting-types": [
    { who: signedInOnes },
    { who: members, query: ({ organization }) => `organizationId=${organization}` },
  ],
  "POST /api/v1/meeting-types": [
    { who: signedInOnes, ok: 201, body: { title: "Another" } },
    {
      // As if there were none.
      who: but(orgAdmins, { other: 422, admin: 422, adminKey: 422 }),
      ok: 201,
      body: ({ organization, host }) => ({
        title: "Another",
        organizationId: organization,
        hostGroups: [{ hosts: [{ userId: host }], required: "all" }],
      }),
    },
  ],
  "GET /api/v1/meeting-types/{id}": [
    { who: whoseItIs, at: type },
    { who: members, at: teamType },
  ],
  "PATCH /api/v1/meeting-types/{id}": [
    { who: whoseItIs, at: type, body: { title: "Changed" } },
    { who: orgAdmins, at: teamType, body: { title: "Changed" } },
  ],
  "DELETE /api/v1/meeting-types/{id}": [
    { who: whoseItIs, at: type },
    { who: orgAdmins, at: teamType },
  ],
  // No widget is built here: tests/embed has one.
  "GET /api/v1/meeting-types/{id}/embed": [
    { who: whoseItIs, ok: 503, at: type },
    { who: members, ok: 503, at: teamType },
  ],
  "GET /api/v1/meeting-types/{id}/links": [
    { who: whoseItIs, at: type },
    { who: orgAdmins, at: teamType },
  ],
  "POST /api/v1/meeting-types/{id}/links": [
    { who: whoseItIs, ok: 201, at: type, body: {} },
    { who: orgAdmins, ok: 201, at: teamType, body: {} },
  ],
  "GET /api/v1/meeting-types/{id}/links/{linkId}": [
    { who: whoseItIs, at: link },
    { who: orgAdmins, at: teamLink },
  ],
  "DELETE /api/v1/meeting-types/{id}/links/{linkId}": [
    { who: whoseItIs, at: link },
    { who: orgAdmins, at: teamLink },
  ],

  // What guests do.
  "GET /api/v1/meeting-types/{id}/slots": [
    { who: anybody, at: type, query: period },
    { who: typeOwner, at: type, query: `${period}&explain=true` },
    { who: typeOwner, at: teamType, query: `${period}&explain=true` },
  ],
  "GET /api/v1/meeting-types/{id}/slots/events": { who: everybody, at: type },
  "POST /api/v1/meeting-types/{id}/holds": {
    who: everybody,
    ok: 201,
    at: type,
    body: { start: "2026-11-24T09:00:00Z" },
  },
  // Its id is a secret: whoever has it.
  "DELETE /api/v1/holds/{id}": { who: everybody, ok: 204, at: { id: "hold" } },
  "POST /api/v1/bookings": [
    {
      who: anybody,
      ok: 201,
      body: (things) => ({
        meetingTypeId: things.type,
        start: "2026-11-24T09:00:00Z",
        guest: { name: "Grace", email: "new@example.org", timeZone: "UTC" },
      }),
    },
    {
      who: signedInOnes,
      ok: 201,
      body: { title: "Dentist", start: "2026-11-25T09:00:00Z", end: "2026-11-25T10:00:00Z" },
    },
  ],

  // Bookings: a guest's, one's own time, a request, a team's.
  "GET /api/v1/bookings": [
    { who: signedInOnes },
    { who: orgAdmins, query: ({ organization }) => `organizationId=${organization}` },
  ],
  "GET /api/v1/bookings/{id}": [
    { who: hostAndGuest, at: guestBooking },
    { who: but(whoseItIs, { guest: 404, otherGuest: 404 }), at: personal },
    { who: but(teamHostAndAdmins, { guest: 404, otherGuest: 404 }), at: teamBooking },
  ],
  "PATCH /api/v1/bookings/{id}": [
    { who: whoseItIs, at: guestBooking, body: { title: "Changed" } },
    { who: whoseItIs, at: personal, body: { title: "Changed" } },
    { who: teamHost, at: teamBooking, body: { title: "Changed" } },
  ],
  "DELETE /api/v1/bookings/{id}": [
    { who: whoseItIs, at: guestBooking },
    { who: whoseItIs, at: personal },
    { who: teamHost, at: teamBooking },
  ],
  "PATCH /api/v1/bookings/{id}/cancel": [
    { who: hostAndGuest, at: guestBooking, body: {} },
    { who: but(teamHost, { guest: 404, otherGuest: 404 }), at: teamBooking, body: {} },
  ],
  "PATCH /api/v1/bookings/{id}/reschedule": [
    { who: hostAndGuest, at: guestBooking, body: { start: "2026-11-24T09:00:00Z" } },
    {
      who: but(teamHost, { guest: 404, otherGuest: 404 }),
      at: teamBooking,
      body: { start: "2026-11-24T09:00:00Z" },
    },
  ],
  "GET /api/v1/bookings/{id}/calendar.ics": [
    { who: hostAndGuest, at: guestBooking },
    { who: but(teamHost, { guest: 404, otherGuest: 404 }), at: teamBooking },
  ],
  "DELETE /api/v1/bookings/{id}/guest": {
    who: but(hostAndGuest, { owner: 403, writeKey: 403, readKey: 403 }),
    ok: 202,
    at: guestBooking,
  },
  "GET /api/v1/bookings/{id}/deliveries": [
    { who: whoseItIs, at: guestBooking },
    { who: teamHost, at: teamBooking },
  ],
  "POST /api/v1/bookings/{id}/deliveries/{deliveryId}/retry": [
    { who: whoseItIs, ok: 201, at: { id: "guestBooking", deliveryId: "delivery" } },
    { who: teamHost, ok: 201, at: { id: "teamBooking", deliveryId: "teamDelivery" } },
  ],
  "POST /api/v1/bookings/cancellations": {
    who: signedInOnes,
    body: ({ guestBooking }) => ({ ids: [guestBooking] }),
  },
  "POST /api/v1/bookings/{id}/verify": [
    { who: everybody, ok: 404, at: unsaid, body: ({ guestToken }) => ({ token: guestToken }) },
    { who: everybody, at: unsaid, body: text(({ say }) => say), shows: ["mees"] },
  ],
  // The team's meeting is confirmed already: its host is told so.
  "PATCH /api/v1/bookings/{id}/confirm": [
    { who: whoseItIs, at: pending, body: {} },
    { who: teamHost, at: teamBooking, body: {} },
  ],
  "PATCH /api/v1/bookings/{id}/decline": [
    { who: whoseItIs, at: pending, body: {} },
    { who: teamHost, ok: 409, at: teamBooking, body: {} },
  ],
  "PATCH /api/v1/bookings/{id}/restore": [
    { who: whoseItIs, at: { id: "cancelled" }, body: {} },
    { who: teamHost, at: teamBooking, body: {} },
  ],
  "PATCH /api/v1/bookings/{id}/reassign": {
    who: teamHostAndAdmins,
    at: teamBooking,
    body: { reason: "Ill" },
  },
  // The team's meeting lies ahead: its host is told that it is too soon.
  "PATCH /api/v1/bookings/{id}/no-show": [
    { who: whoseItIs, at: { id: "past" }, body: { noShow: true } },
    { who: teamHost, ok: 422, at: teamBooking, body: { noShow: true } },
  ],
  "PATCH /api/v1/bookings/{id}/calendar-event/put-back": [
    { who: whoseItIs, at: guestBooking, body: {} },
    { who: teamHost, at: teamBooking, body: {} },
  ],
  "PATCH /api/v1/bookings/{id}/calendar-event/reschedule": [
    { who: whoseItIs, at: guestBooking, body: {} },
    { who: teamHost, at: teamBooking, body: {} },
  ],
  "PATCH /api/v1/bookings/{id}/host-notes": [
    { who: whoseItIs, at: guestBooking, body: { hostNotes: "Changed" } },
    { who: teamHost, at: teamBooking, body: { hostNotes: "Changed" } },
  ],

  // Organizations.
  "GET /api/v1/organizations": { who: signedInOnes },
  "POST /api/v1/organizations": { who: signedInOnes, ok: 201, body: { name: "Another" } },
  "GET /api/v1/organizations/{id}": { who: members, at: organization },
  "PATCH /api/v1/organizations/{id}": { who: orgOwner, at: organization, body: { name: "New" } },
  "DELETE /api/v1/organizations/{id}": {
    who: inSession(orgOwner),
    at: organization,
    query: "force=true",
  },
  "POST /api/v1/organizations/{id}/transfer": {
    who: inSession(orgOwner),
    at: organization,
    body: ({ member }) => ({ userId: member }),
  },
  "GET /api/v1/organizations/{id}/members": { who: members, at: organization },
  "POST /api/v1/organizations/{id}/members": {
    who: orgAdmins,
    ok: 202,
    at: organization,
    body: { email: "somebody.new@example.com" },
  },
  "PATCH /api/v1/organizations/{id}/members/{userId}": [
    { who: orgAdmins, at: aMember, body: { role: "admin" } },
    // Whether he can be named as a host nobody says for him.
    {
      who: but(members, { orgAdmin: 403, owner: 403, host: 403, writeKey: 403 }),
      at: aMember,
      body: { canHost: false },
    },
  ],
  "DELETE /api/v1/organizations/{id}/members/{userId}": {
    who: but(orgAdmins, { member: "ok" }),
    at: aMember,
  },
  "GET /api/v1/organizations/{id}/invitations": { who: orgAdmins, at: organization },
  "POST /api/v1/organizations/{id}/invitations/{invitationId}/resend": {
    who: orgAdmins,
    ok: 202,
    at: invitation,
  },
  "DELETE /api/v1/organizations/{id}/invitations/{invitationId}": {
    who: orgAdmins,
    at: invitation,
  },
  // For another address than whose link it is.
  "POST /api/v1/invitations/{token}/accept": {
    who: but(administrators, { admin: 403, adminKey: 403, other: "ok" }),
    path: ({ links }) => `/api/v1/invitations/${links.join}/accept`,
  },

  // Webhooks: one's own, and a team's.
  "GET /api/v1/webhooks": { who: signedInOnes },
  "POST /api/v1/webhooks": [
    { who: signedInOnes, ok: 201 },
    {
      who: orgAdmins,
      ok: 201,
      body: ({ organization }) => ({
        url: "https://203.0.114.7/hooks",
        events: ["booking.created"],
        organizationId: organization,
      }),
    },
  ],
  "GET /api/v1/webhooks/{id}": ofWebhooks(),
  "PATCH /api/v1/webhooks/{id}": ofWebhooks({ body: { description: "Changed" } }),
  "DELETE /api/v1/webhooks/{id}": ofWebhooks(),
  "POST /api/v1/webhooks/{id}/rotate-secret": ofWebhooks(),
  "POST /api/v1/webhooks/{id}/test": ofWebhooks({ ok: 202 }),
  "GET /api/v1/webhooks/{id}/deliveries": ofWebhooks(),
  "POST /api/v1/webhooks/{id}/deliveries/{deliveryId}/replay": [
    { who: whoseItIs, ok: 202, at: { id: "webhook", deliveryId: "call" } },
    { who: orgAdminsAlone, ok: 202, at: { id: "teamWebhook", deliveryId: "teamCall" } },
  ],
  // Signed by providers, of whom none is configured here: tests/callbacks.
  "POST /api/v1/callbacks/resend": { who: everybody, ok: 401 },
  "POST /api/v1/callbacks/sendgrid": { who: everybody, ok: 401 },
  "POST /api/v1/callbacks/twilio": { who: everybody, ok: 401 },
  // Proven by the secret of a channel: tests/calendars.
  "POST /api/v1/calendar/notifications/google": { who: everybody, ok: 401 },
  "POST /api/v1/calendar/notifications/microsoft": { who: everybody, ok: 401 },

  // Calendars.
  // No provider is configured here: tests/calendars has them.
  "POST /api/v1/calendar/connect/google": { who: inSession(signedInOnes), ok: 404 },
  "POST /api/v1/calendar/connect/microsoft": { who: inSession(signedInOnes), ok: 404 },
  "POST /api/v1/calendar/connect/complete": { who: inSession(signedInOnes), ok: 400 },
  "GET /api/v1/calendar/callback/google": { who: everybody, ok: 400 },
  "GET /api/v1/calendar/callback/microsoft": { who: everybody, ok: 400 },
  "POST /api/v1/calendar/connect/caldav": { who: signedInOnes, ok: 201 },
  "POST /api/v1/calendar/connect/ics": { who: signedInOnes, ok: 201 },
  "GET /api/v1/calendar/integrations": { who: signedInOnes },
  "DELETE /api/v1/calendar/integrations/{id}": { who: whoseItIs, at: integration },
  "GET /api/v1/calendar/integrations/{id}/calendars": { who: whoseItIs, at: integration },
  "PATCH /api/v1/calendar/integrations/{id}/calendars": {
    who: whoseItIs,
    at: integration,
    body: ({ calendar }) => ({ calendars: [{ id: calendar, isDestination: true }] }),
  },
  "POST /api/v1/calendar/integrations/{id}/sync": { who: whoseItIs, ok: 202, at: integration },
  "GET /api/v1/meeting-types/{id}/calendars": [
    { who: whoseItIs, at: type },
    { who: but(teamHost, { member: "ok" }), at: teamType },
  ],
  "PATCH /api/v1/meeting-types/{id}/calendars": [
    {
      who: whoseItIs,
      at: type,
      body: ({ calendar }) => ({
        calendars: [{ calendarId: calendar, checksConflicts: true, isDestination: false }],
      }),
    },
    { who: but(teamHost, { member: "ok" }), at: teamType, body: { calendars: [] } },
  ],
  "GET /api/v1/calendar/feeds": { who: signedInOnes },
  "POST /api/v1/calendar/feeds": { who: signedInOnes, ok: 201 },
  "GET /api/v1/calendar/feeds/{id}": { who: whoseItIs, at: { id: "feed" } },
  "DELETE /api/v1/calendar/feeds/{id}": { who: whoseItIs, at: { id: "feed" } },
  // Its address is a secret: whoever has it.
  "GET /api/v1/feeds/{file}": {
    who: everybody,
    path: ({ feedToken }) => `/api/v1/feeds/${feedToken}.ics`,
    shows: ["kanarie", "mees"],
  },

  // Notifications and analytics.
  "GET /api/v1/notifications": { who: signedInOnes },
  "GET /api/v1/notifications/unread": { who: signedInOnes },
  "GET /api/v1/notifications/count": { who: signedInOnes },
  "GET /api/v1/notifications/events": { who: signedInOnes },
  "PATCH /api/v1/notifications/read-all": { who: signedInOnes },
  "PATCH /api/v1/notifications/{id}/read": { who: whoseItIs, at: notification },
  "DELETE /api/v1/notifications/{id}": { who: whoseItIs, at: notification },
  "POST /api/v1/unsubscribe/{token}": {
    who: everybody,
    path: ({ links }) => `/api/v1/unsubscribe/${links.unsubscribe}`,
  },
  "POST /api/v1/analytics/event": { who: anybody, ok: 202, body: { eventType: "SEEN" } },
  "GET /api/v1/analytics/dashboard": { who: signedInOnes },
  "GET /api/v1/analytics/bookings": [
    { who: signedInOnes },
    { who: orgAdmins, query: ({ organization }) => `organizationId=${organization}` },
  ],
  "GET /api/v1/analytics/events": { who: administrators },

  // Pages. Who is signed in is nothing to them; a link is all.
  "GET /": { who: everybody },
  "GET /demo": { who: everybody, ok: 404 },
  "GET /{username}": { who: everybody, at: { username: "username" } },
  "GET /embed/{username}/{slug}": { who: everybody, at: { username: "username", slug: "slug" } },
  "GET /embed/{username}/{slug}/code": {
    who: everybody,
    ok: 503,
    at: { username: "username", slug: "slug" },
  },
  "GET /{username}/{slug}": { who: everybody, at: { username: "username", slug: "slug" } },
  "POST /{username}/{slug}": {
    who: everybody,
    ok: 303,
    at: { username: "username", slug: "slug" },
    form: {
      start: "2026-11-24T09:00:00Z",
      timeZone: "UTC",
      name: "Grace",
      email: "new@example.org",
    },
  },
  "GET /b/{id}/": { who: whoHasTheLink, at: guestBooking },
  "GET /b/{id}/cancel": { who: whoHasTheLink, at: guestBooking },
  "POST /b/{id}/cancel": { who: whoHasTheLink, ok: 303, at: guestBooking, form: {} },
  "GET /b/{id}/reschedule": { who: whoHasTheLink, at: guestBooking },
  "POST /b/{id}/reschedule": {
    who: whoHasTheLink,
    ok: 303,
    at: guestBooking,
    form: { start: "2026-11-24T09:00:00Z" },
  },
  "GET /b/{id}/host/": hostsPage(),
  "POST /b/{id}/host/": hostsForm({ answer: "put-back" }),
  "GET /b/{id}/host/cancel": hostsPage(),
  "POST /b/{id}/host/cancel": hostsForm({}),
  "GET /b/{id}/host/reschedule": hostsPage(),
  "POST /b/{id}/host/reschedule": hostsForm({ start: "2026-11-24T09:00:00Z" }),
  "GET /b/{id}/decide": [
    { who: but(whoHasTheLink, { guest: 404 }), at: pending },
    {
      who: everybody,
      at: pending,
      query: ({ links }) => `token=${links.decide}`,
      shows: ["mees"],
    },
  ],
  "POST /b/{id}/decide": [
    { who: but(whoHasTheLink, { guest: 404 }), at: pending, form: { answer: "confirm" } },
    {
      who: everybody,
      at: pending,
      form: ({ links }) => ({ token: links.decide, answer: "confirm" }),
    },
  ],
  "GET /b/{id}/verify": [
    { who: but(whoHasTheLink, { guest: 404 }), at: unsaid },
    { who: everybody, at: unsaid, query: ({ links }) => `token=${links.say}`, shows: ["mees"] },
  ],
  "POST /b/{id}/verify": [
    { who: but(whoHasTheLink, { guest: 404 }), at: unsaid, form: {} },
    { who: everybody, ok: 303, at: unsaid, form: text(({ say }) => say) },
  ],
  "GET /invitation": [
    { who: but(whoHasTheLink, { guest: 404 }) },
    { who: everybody, query: ({ links }) => `token=${links.join}`, shows: ["vinkje"] },
  ],
  "POST /invitation": [
    { who: but(whoHasTheLink, { guest: 404 }), form: {} },
    { who: everybody, form: ({ links }) => ({ token: links.join }), shows: ["vinkje"] },
  ],
  "GET /hosting": [
    { who: but(whoHasTheLink, { guest: 404 }) },
    { who: everybody, query: ({ links }) => `token=${links.hosting}`, shows: ["vinkje"] },
  ],
  "POST /hosting": [
    { who: but(whoHasTheLink, { guest: 404 }), form: {} },
    { who: everybody, form: ({ links }) => ({ token: links.hosting }), shows: ["vinkje"] },
  ],
  "GET /unsubscribe/{token}": {
    who: everybody,
    shows: ["mees"],
    path: ({ links }) => `/unsubscribe/${links.unsubscribe}`,
  },
  "POST /unsubscribe/{token}": {
    who: everybody,
    shows: ["mees"],
    path: ({ links }) => `/unsubscribe/${links.unsubscribe}`,
    form: {},
  },
  // They ask; nothing is read before the button is pressed.
  "GET /verify": { who: everybody },
  "GET /reset": { who: everybody, query: ({ links }) => `token=${links.reset}` },
  "GET /undo-email": { who: everybody },
  "POST /verify": [
    { who: but(whoHasTheLink, { guest: 404 }), form: {} },
    { who: everybody, form: text(({ verify }) => verify) },
  ],
  "POST /reset": [
    // With no link there is nothing to reset.
    { who: everybody, ok: 404, form: { token: "", password: "another good password" } },
    {
      who: everybody,
      form: ({ links }) => ({ token: links.reset, password: "another good password" }),
    },
  ],
  "POST /undo-email": [
    { who: but(whoHasTheLink, { guest: 404 }), form: {} },
    { who: everybody, form: text(({ undo }) => undo) },
  ],
};

/** Routes that tell everybody the same, whatever is stored. */
export const OF_NOTHING = /^(OPTIONS|GET \/(assets|swagger|widget|embed\.js)\b)/;
/** Of development alone: there are no such routes in production, which tests/pages/mailbox.test.ts sees to. */
export const OF_DEVELOPMENT = /^GET \/dev\//;
