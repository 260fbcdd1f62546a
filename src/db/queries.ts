import findReplayedPositionText from "#sql/db/find_replayed_position.sql" with { type: "text" };
import findWrittenPositionText from "#sql/db/find_written_position.sql" with { type: "text" };
import { one } from "./query.ts";
import { MaybeT, TextT } from "./type.ts";

export const findWrittenPosition = one(
  findWrittenPositionText,
  {},
  { position: TextT, identity: TextT },
);

export const findReplayedPosition = one(
  findReplayedPositionText,
  {},
  { position: MaybeT(TextT), identity: TextT },
);
