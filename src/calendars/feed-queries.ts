import { type Static, Type } from "@sinclair/typebox";
import createFeedText from "#sql/calendars/create_feed.sql" with { type: "text" };
import deleteFeedText from "#sql/calendars/delete_feed.sql" with { type: "text" };
import listFeedBookingsText from "#sql/calendars/list_feed_bookings.sql" with { type: "text" };
import listFeedsText from "#sql/calendars/list_feeds.sql" with { type: "text" };
import readFeedText from "#sql/calendars/read_feed.sql" with { type: "text" };
import { FoundColumns } from "../bookings/queries.ts";
import { many, maybe, one } from "../db/query.ts";
import { IdT, InstantT, IntT, MaybeT, TextT } from "../db/type.ts";

const Feed = { id: IdT, name: TextT, lastReadAt: MaybeT(InstantT), createdAt: InstantT };
const FeedSchema = Type.Object(Feed);
export type FeedRow = Static<typeof FeedSchema>;

export const createFeed = one(
  createFeedText,
  { id: IdT, userId: IdT, name: TextT, tokenHash: TextT, most: IntT, now: InstantT },
  Feed,
);

export const listFeeds = many(
  listFeedsText,
  { userId: IdT, only: MaybeT(IdT), at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Feed,
);

export const deleteFeed = maybe(
  deleteFeedText,
  { userId: IdT, id: IdT, now: InstantT },
  { id: IdT },
);

export const readFeed = maybe(
  readFeedText,
  { tokenHash: TextT, now: InstantT },
  {
    id: IdT,
    name: TextT,
    userId: IdT,
    firstName: TextT,
    lastName: MaybeT(TextT),
    timeZone: TextT,
    locale: TextT,
  },
);

export const listFeedBookings = many(
  listFeedBookingsText,
  { userId: IdT, from: InstantT, offSince: InstantT, limit: IntT },
  FoundColumns,
);
