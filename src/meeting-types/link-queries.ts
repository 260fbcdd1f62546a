import { type Static, Type } from "@sinclair/typebox";
import createLinkText from "#sql/meeting-types/create_link.sql" with { type: "text" };
import deleteLinkText from "#sql/meeting-types/delete_link.sql" with { type: "text" };
import findLinkText from "#sql/meeting-types/find_link.sql" with { type: "text" };
import listLinksText from "#sql/meeting-types/list_links.sql" with { type: "text" };
import { LimitByPlanT } from "../accounts/plans.ts";
import { many, maybe } from "../db/query.ts";
import { IdT, InstantT, IntT, MaybeT, NameT } from "../db/type.ts";
import { Claim } from "../http/idempotency.ts";

/** Where the page of a link's type is. */
const Place = { slug: NameT, username: NameT };
const Link = {
  id: IdT,
  maxBookings: IntT,
  used: IntT,
  durationMinutes: MaybeT(IntT),
  expiresAt: MaybeT(InstantT),
  createdAt: InstantT,
  ...Place,
};
const LinkRowSchema = Type.Object(Link);
export type LinkRow = Static<typeof LinkRowSchema>;

const ofType = { userId: IdT, meetingTypeId: IdT };

export const createLink = maybe(
  createLinkText,
  {
    id: IdT,
    ...Claim,
    ...ofType,
    maxBookings: IntT,
    durationMinutes: MaybeT(IntT),
    expiresAt: MaybeT(InstantT),
    now: InstantT,
    limits: LimitByPlanT,
  },
  { id: MaybeT(IdT), ...Place },
);

export const listLinks = many(
  listLinksText,
  { ...ofType, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Link,
);

export const findLink = maybe(findLinkText, { ...ofType, id: IdT }, Link);

export const deleteLink = maybe(deleteLinkText, { ...ofType, id: IdT }, { id: IdT });
