import { type Static, Type } from "@sinclair/typebox";
import { Body, Id, Instant, Nullable, Prose } from "../schema.ts";
import type { BlockedGuestRow } from "./queries.ts";

export const NewBlockedGuest = Body({
  pattern: Type.String({
    minLength: 1,
    maxLength: 254,
    description:
      "An address, or a domain with all below it. Without regard to case; an address also covers its +tags",
    examples: ["eve@example.com"],
  }),
  reason: Type.Optional(Nullable(Prose(500, "Never turns up"))),
});
export type NewBlockedGuest = Static<typeof NewBlockedGuest>;

export const BlockedGuest = Type.Object({
  id: Id,
  pattern: Type.String({ examples: ["example.com"] }),
  reason: Nullable(Type.String({ description: "For you alone" })),
  createdAt: Instant,
});

/** One of them as the wire shows it. */
export const blockedGuestOf = (row: BlockedGuestRow): Static<typeof BlockedGuest> => ({
  ...row,
  createdAt: row.createdAt.toString(),
});
