import { type Static, Type } from "@sinclair/typebox";
import addChannelText from "#sql/calendars/add_channel.sql" with { type: "text" };
import claimChannelsText from "#sql/calendars/claim_channels.sql" with { type: "text" };
import claimChannelsToCloseText from "#sql/calendars/claim_channels_to_close.sql" with {
  type: "text",
};
import forgetChannelText from "#sql/calendars/forget_channel.sql" with { type: "text" };
import notePushesText from "#sql/calendars/note_pushes.sql" with { type: "text" };
import prolongChannelText from "#sql/calendars/prolong_channel.sql" with { type: "text" };
import putOffChannelText from "#sql/calendars/put_off_channel.sql" with { type: "text" };
import { many, maybe, one } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, TextT } from "../db/type.ts";
import { Id, OneOf } from "../schema.ts";
import { Let } from "./sync-queries.ts";

const Claimed = { id: IdT, externalId: TextT, ...Let };

const Unwatched = {
  ...Claimed,
  /** The channel that ends soon. */
  channelId: MaybeT(IdT),
  channelExternalId: MaybeT(TextT),
  channelResourceId: MaybeT(TextT),
  isClaimed: MaybeT(BoolT),
};
const UnwatchedSchema = Type.Object(Unwatched);
export type Unwatched = Static<typeof UnwatchedSchema>;

export const claimChannels = many(
  claimChannelsText,
  { now: InstantT, leaseUntil: InstantT, limit: IntT },
  Unwatched,
);

export const addChannel = maybe(
  addChannelText,
  {
    channelId: IdT,
    calendarId: IdT,
    claimedAt: InstantT,
    externalId: TextT,
    resourceId: MaybeT(TextT),
    expiresAt: InstantT,
    renewAt: InstantT,
    now: InstantT,
  },
  { promised: MaybeT(IntT) },
);

export const prolongChannel = many(
  prolongChannelText,
  {
    channelId: IdT,
    calendarId: IdT,
    claimedAt: InstantT,
    expiresAt: InstantT,
    renewAt: InstantT,
  },
  {},
);

export const putOffChannel = many(
  putOffChannelText,
  { calendarId: IdT, claimedAt: InstantT, channelAt: InstantT },
  {},
);

export const claimChannelsToClose = many(
  claimChannelsToCloseText,
  { now: InstantT, leaseUntil: InstantT, limit: IntT },
  { ...Claimed, resourceId: MaybeT(TextT) },
);

export const forgetChannel = many(forgetChannelText, { channelId: IdT }, {});

/** What was said of a channel: that its calendar has changed, that it is to be renewed, or that it has ended. */
const Push = Type.Object({ channelId: Id, event: OneOf("changed", "expiring", "removed") });
export type Push = Static<typeof Push>;

export const notePushes = one(
  notePushesText,
  { pushes: JsonT(Type.Array(Push)), now: InstantT },
  { promised: MaybeT(IntT) },
);
