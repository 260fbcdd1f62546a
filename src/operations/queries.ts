import findStateText from "#sql/operations/find_state.sql" with { type: "text" };
import pingText from "#sql/operations/ping.sql" with { type: "text" };
import { one } from "../db/query.ts";
import { BoolT, InstantT, IntT, MaybeT, TextT } from "../db/type.ts";

export const ping = one(pingText, {}, { ok: BoolT });

export const findState = one(
  findStateText,
  { now: InstantT },
  { serverVersion: TextT, duePromises: IntT, oldestDueAt: MaybeT(InstantT) },
);
