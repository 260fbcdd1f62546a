import findTypePageText from "#sql/pages/find_type_page.sql" with { type: "text" };
import { maybe } from "../db/query.ts";
import { IdT, NameT } from "../db/type.ts";

export const findTypePage = maybe(
  findTypePageText,
  { meetingTypeId: IdT },
  { username: NameT, slug: NameT },
);
