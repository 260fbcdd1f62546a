// What hosts alone do with bookings.
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { auth, type Caller } from "../../http/auth.ts";
import { optionalBody } from "../../http/body.ts";
import { etagOf, expectationOf, IfMatch } from "../../http/version.ts";
import type { World } from "../../world.ts";
import type { Seen } from "../access.ts";
import { ById, bearer, Conflicts, Refusals } from "../request.ts";
import { Booking } from "../schema.ts";
import { seenOf } from "../seen.ts";
import { cancelMany } from "./cancel-many.ts";
import { confirm } from "./confirm.ts";
import { decline } from "./decline.ts";
import { followEvent, putBack } from "./drift.ts";
import { hostNotes } from "./host-notes.ts";
import { noShow } from "./no-show.ts";
import { reassign } from "./reassign.ts";
import { restore } from "./restore.ts";
import {
  Cancellations,
  Cancelled,
  Confirmation,
  Declination,
  EventAnswer,
  HostNotes,
  NoShow,
  Reassignment,
  Restoration,
} from "./schema.ts";

interface Asked {
  readonly params: { readonly id: string };
  readonly caller: Caller;
  readonly headers: Record<string, string | undefined>;
  readonly body: { readonly version?: number };
}

/** Which booking is meant, by whom, and on what state of it he bases the change. */
const requestOf = ({ params, caller, headers, body }: Asked) => ({
  bookingId: params.id,
  asker: { user: caller.user, token: null },
  user: caller.user,
  expected: expectationOf(headers, body.version),
});

const common = { signedIn: true, params: ById, headers: IfMatch } as const;
const again = "Again: 200, unchanged, and nobody is told twice.";

export const hostBookings = (world: World) =>
  new Elysia({ name: "bookings of hosts", normalize: false })
    .use(auth(world))
    .post("/bookings/cancellations", ({ caller, body }) => cancelMany(world, caller.user, body), {
      signedIn: true,
      body: Cancellations,
      response: answers({ 200: Cancelled }, "unauthorized"),
      detail: {
        ...bearer,
        summary: "Cancel many of my bookings",
        description:
          "By their `ids`, or the coming ones by guests of one `guestEmail` or `guestDomain`, a hundred at once, the soonest first. Each is cancelled by itself and its guest is told, or it stands under `failed` with the reason. Meetings that guests share are cancelled by id alone. Again: nobody is told twice.",
      },
    })
    .patch(
      "/bookings/:id/confirm",
      async ({ set, ...asked }) => shown(set, await confirm(world, requestOf(asked))),
      {
        ...common,
        ...optionalBody(Confirmation),
        response: answers({ 200: Booking }, ...Conflicts),
        detail: { ...bearer, summary: "Say yes to a request", description: again },
      },
    )
    .patch(
      "/bookings/:id/decline",
      async ({ set, ...asked }) =>
        shown(set, await decline(world, { ...requestOf(asked), reason: asked.body.reason })),
      {
        ...common,
        ...optionalBody(Declination),
        response: answers({ 200: Booking }, ...Conflicts),
        detail: {
          ...bearer,
          summary: "Say no to a request",
          description: `Its time is free again; the guest is told the reason. ${again}`,
        },
      },
    )
    .patch(
      "/bookings/:id/restore",
      async ({ set, ...asked }) => shown(set, await restore(world, requestOf(asked))),
      {
        ...common,
        ...optionalBody(Restoration),
        response: answers({ 200: Booking }, ...Conflicts, "slot_taken", "start_in_past"),
        detail: {
          ...bearer,
          summary: "Bring a cancelled booking back",
          description: `If its time lies ahead and is free. Everybody is invited anew. ${again}`,
        },
      },
    )
    .patch(
      "/bookings/:id/reassign",
      async ({ set, ...asked }) =>
        shown(set, await reassign(world, { ...asked.body, ...requestOf(asked) })),
      {
        ...common,
        ...optionalBody(Reassignment),
        response: answers(
          { 200: Booking },
          ...Conflicts,
          "slot_taken",
          "outside_hours",
          "cap_reached",
          "type_inactive",
        ),
        detail: {
          ...bearer,
          summary: "Hand it over to another host",
          description:
            "To a host of the same group who is open and free: the named one, or the best. For its hosts, the owner of its type and the admins of its organization. The guest reads the reason in the history.",
        },
      },
    )
    .patch(
      "/bookings/:id/calendar-event/put-back",
      async ({ set, ...asked }) => shown(set, await putBack(world, requestOf(asked))),
      {
        ...common,
        ...optionalBody(EventAnswer),
        response: answers({ 200: Booking }, ...Conflicts),
        detail: {
          ...bearer,
          summary: "Put my calendar's event back",
          description:
            "The answer to CALENDAR_EVENT_MOVED and CALENDAR_EVENT_DELETED that leaves the booking as it is: the event is written again. Again, or where nothing was asked: 200, unchanged.",
        },
      },
    )
    .patch(
      "/bookings/:id/calendar-event/reschedule",
      async ({ set, ...asked }) => shown(set, await followEvent(world, requestOf(asked))),
      {
        ...common,
        ...optionalBody(EventAnswer),
        response: answers({ 200: Booking }, "event_deleted", ...Conflicts, ...Refusals),
        detail: {
          ...bearer,
          summary: "Move the booking to where I moved its event",
          description: `The other answer to CALENDAR_EVENT_MOVED: a reschedule as any other, refused for the same reasons. ${again}`,
        },
      },
    )
    .patch(
      "/bookings/:id/no-show",
      async ({ set, ...asked }) =>
        shown(set, await noShow(world, { ...asked.body, ...requestOf(asked) })),
      {
        ...common,
        body: NoShow,
        response: answers({ 200: Booking }, ...Conflicts, "too_soon"),
        detail: {
          ...bearer,
          summary: "Note who did not come",
          description:
            "A guest, a host, or every guest where nobody is named; from the meeting's begin on. The booking reads NO_SHOW while no guest came.",
        },
      },
    )
    .patch(
      "/bookings/:id/host-notes",
      async ({ set, ...asked }) =>
        shown(
          set,
          await hostNotes(world, { ...requestOf(asked), hostNotes: asked.body.hostNotes }),
        ),
      {
        ...common,
        body: HostNotes,
        response: answers({ 200: Booking }, ...Conflicts),
        detail: { ...bearer, summary: "Keep notes that no guest sees" },
      },
    );

/** The booking as whoever changed it sees it, with its entity tag. */
function shown(set: { headers: Record<string, string | number | undefined> }, seen: Seen): Booking {
  set.headers["etag"] = etagOf(seen.booking);
  return seenOf(seen);
}
