import chooseMailText from "#sql/unsubscribe/choose_mail.sql" with { type: "text" };
import findGuestSubscriptionText from "#sql/unsubscribe/find_guest_subscription.sql" with {
  type: "text",
};
import findUserSubscriptionText from "#sql/unsubscribe/find_user_subscription.sql" with {
  type: "text",
};
import optInGuestText from "#sql/unsubscribe/opt_in_guest.sql" with { type: "text" };
import optOutGuestText from "#sql/unsubscribe/opt_out_guest.sql" with { type: "text" };
import { maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, JsonT, MaybeT, NameT, TextT } from "../db/type.ts";
import { Wishes } from "../notifications/preferences.ts";

export const optOutGuest = maybe(
  optOutGuestText,
  { attendeeId: IdT, now: InstantT },
  { hostId: IdT },
);

export const optInGuest = maybe(optInGuestText, { attendeeId: IdT }, { hostId: IdT });

export const chooseMail = maybe(
  chooseMailText,
  { userId: IdT, kind: TextT, isWanted: BoolT },
  { id: IdT },
);

export const findGuestSubscription = maybe(
  findGuestSubscriptionText,
  { attendeeId: IdT },
  {
    email: NameT,
    locale: TextT,
    firstName: TextT,
    lastName: MaybeT(TextT),
    isOptedOut: BoolT,
  },
);

export const findUserSubscription = maybe(
  findUserSubscriptionText,
  { userId: IdT },
  { email: NameT, locale: TextT, wishes: JsonT(Wishes) },
);
