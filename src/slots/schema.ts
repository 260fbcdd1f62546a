import { Type } from "@sinclair/typebox";
import { Id, Nullable, OneOf } from "../schema.ts";

const Start = {
  start: Type.String({ examples: ["2026-12-01T09:00:00Z"] }),
  end: Type.String({ examples: ["2026-12-01T09:30:00Z"] }),
  localStart: Type.String({
    description: "Wall time in the zone that was asked for",
    examples: ["2026-12-01T10:00+01:00"],
  }),
};

export const Slot = Type.Object({
  ...Start,
  seatsLeft: Type.Optional(
    Type.Integer({ description: "Where guests share a meeting", examples: [3] }),
  ),
  hosts: Type.Optional(
    Type.Array(Id, {
      description:
        "Of a type of several hosts: who can take it. Their names are on its public card",
    }),
  ),
});

const Explanation = Type.Object({
  ...Start,
  reason: Type.Union(
    [
      OneOf(
        "type_inactive",
        "start_in_past",
        "too_soon",
        "too_late",
        "outside_hours",
        "seats_full",
        "cap_reached",
        "slot_taken",
      ),
      Type.Null(),
    ],
    { description: "Null: it is offered. A time outside the hours is told if usual weeks have it" },
  ),
  hosts: Type.Array(
    Type.Object({
      id: Id,
      state: OneOf("free", "closed", "away", "cap", "busy", "buffer"),
      by: Nullable(OneOf("booking", "hold", "calendar", "unreachable_calendar")),
      from: Nullable(Type.String()),
      until: Nullable(Type.String()),
    }),
  ),
});

export const Slots = Type.Object({
  timeZone: Type.String({ examples: ["Europe/Berlin"] }),
  today: Type.String({
    description: "The date there now: a browser's own zone data may be old",
    examples: ["2026-11-30"],
  }),
  days: Type.Array(
    Type.Object({ date: Type.String({ examples: ["2026-12-01"] }), slots: Type.Array(Slot) }),
  ),
  explanations: Type.Optional(Type.Array(Explanation)),
});
