import findPageLinkText from "#sql/pages/find_page_link.sql" with { type: "text" };
import findTypePageText from "#sql/pages/find_type_page.sql" with { type: "text" };
import { maybe } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, MaybeT, NameT } from "../db/type.ts";

export const findTypePage = maybe(
  findTypePageText,
  { meetingTypeId: IdT },
  { username: NameT, slug: NameT },
);

export const findPageLink = maybe(
  findPageLinkText,
  { linkId: IdT, meetingTypeId: IdT, now: InstantT },
  { durationMinutes: MaybeT(IntT), isOpen: MaybeT(BoolT) },
);
