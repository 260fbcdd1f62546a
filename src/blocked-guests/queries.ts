import { type Static, Type } from "@sinclair/typebox";
import blockGuestText from "#sql/blocked-guests/block_guest.sql" with { type: "text" };
import listBlockedGuestsText from "#sql/blocked-guests/list_blocked_guests.sql" with {
  type: "text",
};
import unblockGuestText from "#sql/blocked-guests/unblock_guest.sql" with { type: "text" };
import { many, maybe, one } from "../db/query.ts";
import { IdT, InstantT, IntT, MaybeT, NameT, TextT } from "../db/type.ts";

const Row = { id: IdT, pattern: NameT, reason: MaybeT(TextT), createdAt: InstantT };
const RowSchema = Type.Object(Row);
export type BlockedGuestRow = Static<typeof RowSchema>;

export const blockGuest = one(
  blockGuestText,
  { id: IdT, userId: IdT, pattern: NameT, reason: MaybeT(TextT), now: InstantT },
  Row,
);

export const listBlockedGuests = many(
  listBlockedGuestsText,
  { userId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Row,
);

export const unblockGuest = maybe(unblockGuestText, { userId: IdT, id: IdT }, { id: IdT });
