// What the routes of bookings ask for, and what they say of themselves.
import { Kind, type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Caller } from "../http/auth.ts";
import { Paging, Query } from "../http/paging.ts";
import { fieldErrors } from "../http/problems.ts";
import { Problem } from "../problem.ts";
import { Body, Email, Id, Instant } from "../schema.ts";
import type { Asker } from "./access.ts";
import { GuestBooking, PersonalBooking } from "./schema.ts";

export const tags = ["Bookings"];
export const bearer = { tags, security: [{ bearer: [] }] };
/** The host by his token, or the guest by the token of his link. */
export const either = { tags, security: [{ bearer: [] }, { guest: [] }] };

export const ById = Type.Object({ id: Id });
const Token = Type.Optional(
  Type.String({ maxLength: 200, description: "The token of a guest's link" }),
);
export const ByLink = Query({ token: Token });
export const Verification = Body({
  token: Type.String({
    minLength: 1,
    maxLength: 200,
    description: "Of the link in the guest's mail",
    examples: ["AZq0-uNZcvK1bVvK3nJ0kg..Qm9va2luZyBpcyBtaW5lLCBhcyBpdHMgZ3Vlc3Qgc2F5"],
  }),
});
export const Key = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: "^[\\x21-\\x7e ]+$",
      description: "The same key and body give the same booking for 24 hours",
    }),
  ),
});
export const Refusals = [
  "not_found",
  "slot_taken",
  "type_inactive",
  "outside_hours",
  "too_soon",
  "too_late",
  "start_in_past",
  "end_before_start",
  "policy_forbids",
  "cap_reached",
  "seats_full",
  "origin_not_allowed",
] as const;
/** Where guests read by their links, on whichever page. */
export const Unread = ["unauthorized", "not_found", "origin_not_allowed"] as const;
export const Conflicts = [
  "unauthorized",
  "forbidden",
  "not_found",
  "version_conflict",
  "precondition_failed",
  "booking_closed",
] as const;

/** The guest's token of ?token= or X-Booking-Token, and who is signed in. */
export const askerOf = (
  caller: Caller | null,
  query: { token?: string },
  headers: Record<string, string | undefined>,
): Asker => ({
  user: caller?.user ?? null,
  token: query.token ?? headers["x-booking-token"] ?? null,
});

export const Filter = Query({
  ...Paging,
  status: Type.Optional(Type.String({ pattern: "^[A-Za-z_]{1,20}$", examples: ["CONFIRMED"] })),
  from: Type.Optional(Instant),
  until: Type.Optional(Instant),
  meetingTypeId: Type.Optional(Id),
  organizationId: Type.Optional({
    ...Id,
    description:
      "All bookings of its meeting types, whoever hosts them: for its admins, and without the hosts' own notes on what they do not host",
  }),
  guestEmail: Type.Optional(Email),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      format: "line",
      description: "In the title or a guest's name",
    }),
  ),
});

/** Any value, shown in the document as one of the two. */
export const EitherBooking = Type.Unsafe<unknown>({
  [Kind]: "Unknown",
  oneOf: [GuestBooking, PersonalBooking],
});

/**
 * The body of a POST, checked by hand: which of the two it must be is told by meetingTypeId, so that
 * errors name the field. Problems: unauthorized, invalid.
 */
export function wantedBy(caller: Caller | null, body: unknown) {
  if (typeof body === "object" && body !== null && "meetingTypeId" in body)
    return { guest: checked(GuestBooking, body) };
  if (!caller)
    throw new Problem(
      "unauthorized",
      "Sign in to block time, or name a meetingTypeId to book one.",
    );
  return { personal: checked(PersonalBooking, body), user: caller.user };
}

function checked<T extends typeof GuestBooking | typeof PersonalBooking>(
  schema: T,
  body: unknown,
): Static<T> {
  if (Value.Check(schema, body)) return body;
  const errors = fieldErrors(Value.Errors(schema, body));
  const first = errors[0];
  throw new Problem("invalid", first && `${first.path}: ${first.message}`, { errors });
}
