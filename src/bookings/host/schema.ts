import { Type } from "@sinclair/typebox";
import { Body, Id, Nullable, Prose } from "../../schema.ts";
import { ExpectedVersion } from "../../version.ts";
import { Reason } from "../schema.ts";

export const Confirmation = Body({ version: ExpectedVersion });
export const Declination = Body({ reason: Type.Optional(Reason), version: ExpectedVersion });
export const Restoration = Body({ version: ExpectedVersion });
export const NoShow = Body(
  {
    attendeeId: Type.Optional(Id),
    hostId: Type.Optional(Id),
    noShow: Type.Boolean({ description: "false takes it back" }),
    version: ExpectedVersion,
  },
  { examples: [{ noShow: true }] },
);
export const HostNotes = Body({
  hostNotes: Nullable(Prose(10_000, "Prefers to be called Amazing Grace")),
  version: ExpectedVersion,
});
export const Reassignment = Body(
  {
    hostId: Type.Optional({ ...Id, description: "Who takes it; the best of those who can" }),
    insteadOf: Type.Optional({
      ...Id,
      description: "Whom he relieves; you where you take it, else whoever can be",
    }),
    reason: Type.Optional(Reason),
    version: ExpectedVersion,
  },
  { examples: [{ reason: "Travelling" }] },
);
