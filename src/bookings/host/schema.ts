import { Type } from "@sinclair/typebox";
import { Body, Email, Id, Nullable, Prose } from "../../schema.ts";
import { ExpectedVersion } from "../../version.ts";
import { Reason } from "../schema.ts";

export const Confirmation = Body({ version: ExpectedVersion });
export const EventAnswer = Body({ version: ExpectedVersion });
export const Declination = Body({ reason: Type.Optional(Reason), version: ExpectedVersion });
export const Cancellations = Body(
  {
    ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 100 })),
    guestEmail: Type.Optional({
      ...Email,
      description: "Coming bookings of this mailbox, whatever stands behind its +",
    }),
    guestDomain: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$",
        description: "Coming bookings of addresses of this domain and those below it",
        examples: ["example.com"],
      }),
    ),
    reason: Type.Optional(Reason),
  },
  { examples: [{ guestDomain: "example.com", reason: "These were not meant" }] },
);
export const Cancelled = Type.Object({
  cancelled: Type.Array(Id),
  failed: Type.Array(
    Type.Object({
      id: Id,
      code: Type.String({ examples: ["booking_closed"] }),
      detail: Type.String(),
    }),
  ),
  isMore: Type.Boolean({ description: "Ask again: more than a hundred are meant" }),
});
export const Restoration = Body({ version: ExpectedVersion });
export const NoShow = Body(
  {
    attendeeId: Type.Optional(Id),
    hostId: Type.Optional(Id),
    noShow: Type.Boolean({ description: "false takes it back" }),
    version: ExpectedVersion,
  },
  { examples: [{ noShow: true }] },
);
export const HostNotes = Body({
  hostNotes: Nullable(Prose(10_000, "Prefers to be called Amazing Grace")),
  version: ExpectedVersion,
});
export const Reassignment = Body(
  {
    hostId: Type.Optional({ ...Id, description: "Who takes it; the best of those who can" }),
    insteadOf: Type.Optional({
      ...Id,
      description: "Whom he relieves; you where you take it, else whoever can be",
    }),
    reason: Type.Optional(Reason),
    version: ExpectedVersion,
  },
  { examples: [{ reason: "Travelling" }] },
);
