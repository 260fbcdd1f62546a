import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { optionalBody } from "../http/body.ts";
import { languageAsked } from "../http/language.ts";
import { etagOf, expectationOf, IfMatch } from "../http/version.ts";
import { Page } from "../schema.ts";
import type { World } from "../world.ts";
import { findForAsker, findForReader } from "./access.ts";
import { book } from "./book.ts";
import { bookPersonal } from "./book-personal.ts";
import { cancel } from "./cancel.ts";
import { edit } from "./edit.ts";
import { BookingWithEvents, seenWithEvents } from "./event-states.ts";
import { list } from "./list.ts";
import {
  askerOf,
  ById,
  ByLink,
  bearer,
  Conflicts,
  EitherBooking,
  either,
  Filter,
  Key,
  Refusals,
  tags,
  Unread,
  Verification,
  wantedBy,
} from "./request.ts";
import { reschedule } from "./reschedule.ts";
import { Booked, Booking, BookingPatch, bookedOf, Cancellation, Reschedule } from "./schema.ts";
import { seenOf } from "./seen.ts";
import { verify } from "./verify.ts";

export const bookings = (world: World) =>
  new Elysia({ name: "bookings", normalize: false })
    .use(auth(world))
    .post(
      "/bookings",
      async ({ body, caller, headers, request, set, status }) => {
        const key = headers["idempotency-key"] ?? null;
        const wanted = wantedBy(caller, body);
        const made = wanted.guest
          ? await book(world, wanted.guest, key, languageAsked(request))
          : await bookPersonal(world, wanted.user, wanted.personal, key);
        if (made.isReplay) set.headers["idempotency-replayed"] = "true";
        set.headers.etag = etagOf(made.booking);
        return status(201, bookedOf(world, made.booking));
      },
      {
        maybeSignedIn: true,
        headers: Key,
        body: EitherBooking,
        response: answers(
          { 201: Booked },
          "unauthorized",
          "idempotency_mismatch",
          "hold_expired",
          "link_used_up",
          ...Refusals,
        ),
        detail: {
          tags,
          security: [{}, { bearer: [] }],
          summary: "Book a meeting type, or block time",
          description:
            "With `meetingTypeId` anybody books a meeting for a guest. Without it a signed-in user blocks time of his own. `slot_taken` carries `alternatives`, the nearest free starts. With a `holdId` the hold becomes the booking, whatever time it was for; when it has ended, the booking goes through all the same if its time is free, else it is `hold_expired`, with `alternatives` too. With a `link` the link is used once, and its own duration counts.",
        },
      },
    )
    .get(
      "/bookings",
      ({ caller, query }) => list(world, caller.user, { ...query, limit: limitOf(query) }),
      {
        signedIn: true,
        query: Filter,
        response: answers({ 200: Page(Booking) }, "unauthorized", "forbidden", "not_found"),
        detail: { ...bearer, summary: "The bookings I am a host of, newest first" },
      },
    )
    .get(
      "/bookings/:id",
      async ({ params, caller, query, headers, set }) => {
        const seen = await findForReader(world, params.id, askerOf(caller, query, headers));
        set.headers.etag = etagOf(seen.booking);
        return seenWithEvents(world, seen);
      },
      {
        maybeSignedIn: true,
        params: ById,
        query: ByLink,
        response: answers({ 200: BookingWithEvents }, ...Unread),
        detail: {
          ...either,
          summary: "One booking, with what was",
          description:
            "For its hosts, its guest, and the admins of the organization whose meeting type it is: those read it without the hosts' own notes, and change nothing.",
        },
      },
    )
    .patch(
      "/bookings/:id",
      async ({ params, caller, headers, body: { version, ...patch }, set }) => {
        const expected = expectationOf(headers, version);
        const request = { bookingId: params.id, user: caller.user, patch, expected };
        const seen = await edit(world, request);
        set.headers.etag = etagOf(seen.booking);
        return seenOf(seen);
      },
      {
        signedIn: true,
        params: ById,
        headers: IfMatch,
        body: BookingPatch,
        response: answers({ 200: Booking }, ...Conflicts, ...Refusals),
        detail: {
          ...bearer,
          summary: "Change title, notes and place; of a personal booking also its times",
          description: "Everybody is told of another place, by an invitation of the next sequence.",
        },
      },
    )
    .delete(
      "/bookings/:id",
      async ({ params, caller, headers, set }) => {
        const asker = { user: caller.user, token: null };
        const expected = expectationOf(headers);
        const seen = await cancel(world, { bookingId: params.id, asker, expected });
        set.headers.etag = etagOf(seen.booking);
        return seenOf(seen);
      },
      {
        signedIn: true,
        params: ById,
        headers: IfMatch,
        response: answers({ 200: Booking }, ...Conflicts),
        detail: {
          ...bearer,
          summary: "Cancel",
          description: "Again: 200, unchanged, and nobody is told twice.",
        },
      },
    )
    .patch(
      "/bookings/:id/cancel",
      async ({ params, caller, query, headers, body, set }) => {
        const asker = askerOf(caller, query, headers);
        const expected = expectationOf(headers, body.version);
        const { reason } = body;
        const seen = await cancel(world, { bookingId: params.id, asker, expected, reason });
        set.headers.etag = etagOf(seen.booking);
        return seenOf(seen);
      },
      {
        maybeSignedIn: true,
        params: ById,
        query: ByLink,
        headers: IfMatch,
        ...optionalBody(Cancellation),
        response: answers({ 200: Booking }, "policy_forbids", "origin_not_allowed", ...Conflicts),
        detail: { ...either, summary: "Cancel, with a reason" },
      },
    )
    .post(
      "/bookings/:id/verify",
      async ({ params, body, set }) => {
        const seen = await verify(world, { bookingId: params.id, token: body.token });
        set.headers.etag = etagOf(seen.booking);
        return seenOf(seen);
      },
      {
        params: ById,
        body: Verification,
        response: answers({ 200: Booking }, "not_found", "booking_closed", "version_conflict"),
        detail: {
          tags,
          security: [{}],
          summary: "Say that a booking is mine, as its guest",
          description:
            "By the link of the mail that a type with `guestVerification` sends. The booking is confirmed, or its host is asked. Again: 200, unchanged.",
        },
      },
    )
    .patch(
      "/bookings/:id/reschedule",
      async ({ params, caller, query, headers, body: { version, ...wanted }, set }) => {
        const asker = askerOf(caller, query, headers);
        const expected = expectationOf(headers, version);
        const request = { bookingId: params.id, asker, expected, ...wanted };
        const seen = await reschedule(world, request);
        set.headers.etag = etagOf(seen.booking);
        return seenOf(seen);
      },
      {
        maybeSignedIn: true,
        params: ById,
        query: ByLink,
        headers: IfMatch,
        body: Reschedule,
        response: answers({ 200: Booking }, ...Conflicts, ...Refusals),
        detail: {
          ...either,
          summary: "Move to another free start",
          description:
            "The id stays; version and sequence rise. A guest of a shared meeting moves alone: he joins the meeting that begins then or opens one, whose `id` his booking has from then on, and his links go on working under the former id.",
        },
      },
    )
    .get(
      "/bookings/:id/calendar.ics",
      async ({ params, caller, query, headers }) => {
        const { booking, actor } = await findForAsker(
          world,
          params.id,
          askerOf(caller, query, headers),
        );
        const { inviteFile } = await import("./invite-file.ts");
        const file = inviteFile(world, booking, actor);
        return new Response(file.content, {
          headers: {
            "content-type": file.contentType,
            "content-disposition": `attachment; filename="${file.filename}"`,
            "cache-control": "private, no-store",
          },
        });
      },
      {
        maybeSignedIn: true,
        params: ById,
        query: ByLink,
        response: answers(
          { 200: Type.String({ contentMediaType: "text/calendar" }) },
          "forbidden",
          ...Unread,
        ),
        detail: { ...either, summary: "The invitation as an iCalendar file" },
      },
    );
