import askToForgetAddressText from "#sql/privacy/ask_to_forget_address.sql" with { type: "text" };
import askToForgetGuestText from "#sql/privacy/ask_to_forget_guest.sql" with { type: "text" };
import beginErasureText from "#sql/privacy/begin_erasure.sql" with { type: "text" };
import completeErasuresText from "#sql/privacy/complete_erasures.sql" with { type: "text" };
import deleteBlockedTimeText from "#sql/privacy/delete_blocked_time.sql" with { type: "text" };
import eraseUserText from "#sql/privacy/erase_user.sql" with { type: "text" };
import findErasureText from "#sql/privacy/find_erasure.sql" with { type: "text" };
import findGuestsToWithdrawText from "#sql/privacy/find_guests_to_withdraw.sql" with {
  type: "text",
};
import findUsersToEraseText from "#sql/privacy/find_users_to_erase.sql" with { type: "text" };
import forgetHostedText from "#sql/privacy/forget_hosted.sql" with { type: "text" };
import forgetMarkedGuestsText from "#sql/privacy/forget_marked_guests.sql" with { type: "text" };
import forgetNoticesText from "#sql/privacy/forget_notices.sql" with { type: "text" };
import forgetOwnEventsText from "#sql/privacy/forget_own_events.sql" with { type: "text" };
import lookThroughEventsText from "#sql/privacy/look_through_events.sql" with { type: "text" };
import retireTypesText from "#sql/privacy/retire_types.sql" with { type: "text" };
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, MaybeT, NameT, OneOfT, TextT } from "../db/type.ts";

export const beginErasure = maybe(
  beginErasureText,
  {
    userId: IdT,
    passwordHash: MaybeT(TextT),
    sessionId: IdT,
    signedInFrom: InstantT,
    erasureId: IdT,
    outboxId: IdT,
    now: InstantT,
  },
  { id: IdT },
);

export const askToForgetGuest = maybe(
  askToForgetGuestText,
  { erasureId: IdT, attendeeId: IdT, now: InstantT },
  { id: IdT },
);

export const askToForgetAddress = maybe(
  askToForgetAddressText,
  { erasureId: IdT, email: NameT, actorId: IdT, now: InstantT },
  { id: IdT, requestedAt: InstantT, completedAt: MaybeT(InstantT) },
);

export const findErasure = maybe(
  findErasureText,
  { id: IdT },
  {
    id: IdT,
    scope: OneOfT("address", "booking"),
    requestedAt: InstantT,
    completedAt: MaybeT(InstantT),
    guests: IntT,
    erased: IntT,
  },
);

const Batch = { now: InstantT, limit: IntT };
const OfUser = { userId: IdT, limit: IntT };
const Id = { id: IdT };

export const findGuestsToWithdraw = many(findGuestsToWithdrawText, Batch, {
  bookingId: IdT,
  attendeeId: IdT,
});
export const forgetMarkedGuests = maybe(forgetMarkedGuestsText, Batch, {
  found: IntT,
  forgotten: IntT,
});
export const lookThroughEvents = maybe(lookThroughEventsText, Batch, Id);
export const completeErasures = many(completeErasuresText, Batch, Id);

export const findUsersToErase = many(findUsersToEraseText, Batch, Id);
export const retireTypes = many(retireTypesText, { userId: IdT, now: InstantT }, Id);
export const forgetHosted = maybe(
  forgetHostedText,
  { userId: IdT, now: InstantT, limit: IntT },
  { found: IntT, forgotten: IntT },
);
export const deleteBlockedTime = many(deleteBlockedTimeText, OfUser, Id);
export const forgetOwnEvents = many(forgetOwnEventsText, OfUser, Id);
export const forgetNotices = many(forgetNoticesText, OfUser, Id);
export const eraseUser = maybe(eraseUserText, { userId: IdT, now: InstantT }, Id);
