import { type Static, Type } from "@sinclair/typebox";
import { Body, Id, Instant, Zone } from "../schema.ts";
import { Duration } from "./schema.ts";

export const NewHold = Body({
  start: Instant,
  durationMinutes: Type.Optional(Duration),
  timeZone: Type.Optional({
    ...Zone,
    description: "That alternatives are told in; UTC unless given",
  }),
  holdId: Type.Optional({ ...Id, description: "Your last hold, which this one replaces" }),
  link: Type.Optional({
    ...Id,
    description: "The `link` of a booking link; it is not used up by it",
  }),
});
export type NewHold = Static<typeof NewHold>;

export const Held = Type.Object({
  holdId: { ...Id, description: "A secret: whoever has it can book or free the time" },
  expiresAt: Instant,
});
export type Held = Static<typeof Held>;
