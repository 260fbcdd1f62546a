import { Type } from "@sinclair/typebox";

export const Slot = Type.Object({
  start: Type.String({ examples: ["2026-12-01T09:00:00Z"] }),
  end: Type.String({ examples: ["2026-12-01T09:30:00Z"] }),
  localStart: Type.String({
    description: "Wall time in the zone that was asked for",
    examples: ["2026-12-01T10:00+01:00"],
  }),
});

export const Slots = Type.Object({
  timeZone: Type.String({ examples: ["Europe/Berlin"] }),
  days: Type.Array(
    Type.Object({ date: Type.String({ examples: ["2026-12-01"] }), slots: Type.Array(Slot) }),
  ),
});
