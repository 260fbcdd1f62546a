import { Kind, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { Elysia } from "elysia";
import { limitOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth, type Caller } from "../http/auth.ts";
import { Paging } from "../http/paging.ts";
import { fieldErrors } from "../http/problems.ts";
import { etagOf, expectationOf, IfMatch } from "../http/version.ts";
import { Problem } from "../problem.ts";
import { Email, Id, Instant, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { type Asker, findForAsker } from "./access.ts";
import { book } from "./book.ts";
import { bookPersonal } from "./book-personal.ts";
import { cancel } from "./cancel.ts";
import { edit } from "./edit.ts";
import { inviteFile } from "./invite-file.ts";
import { list } from "./list.ts";
import { reschedule } from "./reschedule.ts";
import {
  Booked,
  Booking,
  BookingPatch,
  BookingWithHistory,
  bookedOf,
  bookingOf,
  bookingWithHistoryOf,
  Cancellation,
  GuestBooking,
  PersonalBooking,
  Reschedule,
} from "./schema.ts";

const tags = ["Bookings"];
const bearer = { tags, security: [{ bearer: [] }] };
/** The host by his token, or the guest by the token of his link. */
const either = { tags, security: [{ bearer: [] }, { guest: [] }] };

const ById = Type.Object({ id: Id });
const Token = Type.Optional(
  Type.String({ maxLength: 200, description: "The token of a guest's link" }),
);
const ByLink = Type.Object({ token: Token });
const Key = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: "^[\\x21-\\x7e ]+$",
      description: "The same key and body give the same booking for 24 hours",
    }),
  ),
});
const Refusals = [
  "not_found",
  "slot_taken",
  "type_inactive",
  "outside_hours",
  "too_soon",
  "too_late",
  "start_in_past",
  "end_before_start",
] as const;
const Conflicts = [
  "unauthorized",
  "not_found",
  "version_conflict",
  "precondition_failed",
  "booking_closed",
] as const;

/** The guest's token of ?token= or X-Booking-Token, and who is signed in. */
const askerOf = (
  caller: Caller | null,
  query: { token?: string },
  headers: Record<string, string | undefined>,
): Asker => ({
  user: caller?.user ?? null,
  token: query.token ?? headers["x-booking-token"] ?? null,
});

/** Checked by hand: which of the two bodies it must be is told by meetingTypeId, so that errors name the field. */
function checked<T extends typeof GuestBooking | typeof PersonalBooking>(schema: T, body: unknown) {
  if (Value.Check(schema, body)) return body;
  const errors = fieldErrors(Value.Errors(schema, body));
  const first = errors[0];
  throw new Problem("invalid", first && `${first.path}: ${first.message}`, { errors });
}

// Any value, shown in the document as one of the two.
const EitherBooking = Type.Unsafe<unknown>({
  [Kind]: "Unknown",
  oneOf: [GuestBooking, PersonalBooking],
});

export const bookings = (world: World) =>
  new Elysia({ name: "bookings", normalize: false })
    .use(auth(world))
    .post(
      "/bookings",
      async ({ body, caller, headers, set, status }) => {
        const key = headers["idempotency-key"] ?? null;
        const isGuest = typeof body === "object" && body !== null && "meetingTypeId" in body;
        if (!isGuest && !caller)
          throw new Problem(
            "unauthorized",
            "Sign in to block time, or name a meetingTypeId to book one.",
          );
        const made =
          isGuest || !caller
            ? await book(world, checked(GuestBooking, body), key)
            : await bookPersonal(world, caller.user, checked(PersonalBooking, body), key);
        if (made.isReplay) set.headers["idempotency-replayed"] = "true";
        set.headers.etag = etagOf(made.booking);
        return status(201, bookedOf(world, made.booking));
      },
      {
        maybeSignedIn: true,
        headers: Key,
        body: EitherBooking,
        response: answers({ 201: Booked }, "unauthorized", "idempotency_mismatch", ...Refusals),
        detail: {
          tags,
          security: [{}, { bearer: [] }],
          summary: "Book a meeting type, or block time",
          description:
            "With `meetingTypeId` anybody books a meeting for a guest. Without it a signed-in user blocks time of his own. `slot_taken` carries `alternatives`, the nearest free starts.",
        },
      },
    )
    .get(
      "/bookings",
      ({ caller, query }) => list(world, caller.user, { ...query, limit: limitOf(query) }),
      {
        signedIn: true,
        query: Type.Object({
          ...Paging,
          status: Type.Optional(
            Type.String({ pattern: "^[A-Za-z_]{1,20}$", examples: ["CONFIRMED"] }),
          ),
          from: Type.Optional(Instant),
          until: Type.Optional(Instant),
          meetingTypeId: Type.Optional(Id),
          guestEmail: Type.Optional(Email),
          q: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 200,
              format: "line",
              description: "In the title or a guest's name",
            }),
          ),
        }),
        response: answers({ 200: Page(Booking) }, "unauthorized"),
        detail: { ...bearer, summary: "The bookings I am a host of, newest first" },
      },
    )
    .get(
      "/bookings/:id",
      async ({ params, caller, query, headers, set }) => {
        const { booking } = await findForAsker(world, params.id, askerOf(caller, query, headers));
        set.headers.etag = etagOf(booking);
        return bookingWithHistoryOf(booking);
      },
      {
        maybeSignedIn: true,
        params: ById,
        query: ByLink,
        response: answers({ 200: BookingWithHistory }, "unauthorized", "not_found"),
        detail: { ...either, summary: "One booking, with what was" },
      },
    )
    .patch(
      "/bookings/:id",
      async ({ params, caller, headers, body: { version, ...patch }, set }) => {
        const expected = expectationOf(headers, version);
        const booking = await edit(world, {
          bookingId: params.id,
          user: caller.user,
          patch,
          expected,
        });
        set.headers.etag = etagOf(booking);
        return bookingOf(booking);
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
        },
      },
    )
    .delete(
      "/bookings/:id",
      async ({ params, caller, headers }) => {
        const asker = { user: caller.user, token: null };
        return bookingOf(
          await cancel(world, { bookingId: params.id, asker, expected: expectationOf(headers) }),
        );
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
        const booking = await cancel(world, {
          bookingId: params.id,
          asker,
          expected,
          reason: body.reason,
        });
        set.headers.etag = etagOf(booking);
        return bookingOf(booking);
      },
      {
        maybeSignedIn: true,
        params: ById,
        query: ByLink,
        headers: IfMatch,
        body: Cancellation,
        response: answers({ 200: Booking }, ...Conflicts),
        detail: { ...either, summary: "Cancel, with a reason" },
      },
    )
    .patch(
      "/bookings/:id/reschedule",
      async ({ params, caller, query, headers, body: { version, ...wanted }, set }) => {
        const asker = askerOf(caller, query, headers);
        const expected = expectationOf(headers, version);
        const booking = await reschedule(world, {
          bookingId: params.id,
          asker,
          expected,
          ...wanted,
        });
        set.headers.etag = etagOf(booking);
        return bookingOf(booking);
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
          description: "The id stays; version and sequence rise.",
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
          "unauthorized",
          "not_found",
        ),
        detail: { ...either, summary: "The invitation as an iCalendar file" },
      },
    );
