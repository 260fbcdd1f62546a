import findOriginsText from "#sql/embed/find_origins.sql" with { type: "text" };
import findPlaceText from "#sql/embed/find_place.sql" with { type: "text" };
import { maybe, one } from "../db/query.ts";
import { IdT, JsonT, MaybeT, NameT } from "../db/type.ts";
import { Origins } from "../schema.ts";

export const findOrigins = one(
  findOriginsText,
  {
    meetingTypeId: MaybeT(IdT),
    bookingId: MaybeT(IdT),
    username: MaybeT(NameT),
    slug: MaybeT(NameT),
  },
  { origins: MaybeT(JsonT(Origins)) },
);

export const findPlace = maybe(
  findPlaceText,
  { meetingTypeId: IdT },
  { username: NameT, slug: NameT, origins: MaybeT(JsonT(Origins)) },
);
