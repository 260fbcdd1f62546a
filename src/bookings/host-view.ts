// What only hosts see of a booking.
import { type Static, type TObject, Type } from "@sinclair/typebox";
import { nameOf } from "../accounts/schema.ts";
import { Id, Nullable, OneOf } from "../schema.ts";
import { Answer } from "./answers.ts";
import type { BookingRow } from "./queries.ts";

const only = "Hosts only";

export const HostFields = {
  capacity: Type.Optional(Type.Integer({ description: `Seats of the meeting. ${only}` })),
  seatsTaken: Type.Optional(Type.Integer({ description: only })),
  hostNotes: Type.Optional(Nullable(Type.String({ description: only }))),
  attendees: Type.Optional(
    Type.Array(
      Type.Object({
        id: Id,
        name: Type.String(),
        email: Type.String(),
        phone: Nullable(Type.String()),
        timeZone: Type.String(),
        status: OneOf("ACTIVE", "CANCELLED"),
        noShow: Type.Boolean(),
        answers: Type.Array(Answer),
        broughtBy: Nullable({ ...Id, description: "The guest who brings this one along" }),
      }),
      { description: only },
    ),
  ),
};
type HostFields = Static<TObject<typeof HostFields>>;

/** The hosts' own notes, every guest, and who did not come. */
export const hostFieldsOf = (row: BookingRow) =>
  ({
    hosts: row.hosts.map((host) => ({ id: host.id, name: nameOf(host), noShow: host.noShow })),
    hostNotes: row.hostNotes,
    capacity: row.capacity,
    seatsTaken: row.seatsTaken,
    attendees: row.attendees.map(({ tokenVersion: _, sequenceAhead: __, ...guest }) => guest),
  }) satisfies HostFields & { hosts: unknown };
