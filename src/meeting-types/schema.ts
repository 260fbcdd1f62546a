import { type Static, Type } from "@sinclair/typebox";
import { Body, Id, Instant, Nullable } from "../schema.ts";
import { ExpectedVersion } from "../version.ts";
import { defaultsFor } from "./defaults.ts";
import { PartialSettings, Settings } from "./settings.ts";

const Slug = Type.String({
  pattern: "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$",
  description: "Its part of the booking page's address, once among your meeting types",
  examples: ["intro-call"],
});

export const MeetingType = Type.Object({
  id: Id,
  slug: Slug,
  ...Settings,
  ownerId: Id,
  organizationId: Nullable({
    ...Id,
    description: "Whose members can be its hosts; it stays what it was made with",
  }),
  archivedAt: Nullable(Instant),
  version: Type.Integer(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type MeetingType = Static<typeof MeetingType>;

const { hostGroups: _you, ...DEFAULTS } = defaultsFor("");
const { title, ...Others } = PartialSettings;

export const NewMeetingType = Body(
  {
    title,
    slug: Type.Optional(Slug),
    ...Type.Partial(Type.Object(Others)).properties,
    organizationId: Type.Optional(
      Nullable({
        ...Id,
        description:
          "One of which you are an admin: its members who have agreed can be hosts, and its admins can change the type",
      }),
    ),
  },
  {
    description: `Only the title is needed. The slug is derived from it; the rest is ${JSON.stringify(DEFAULTS)}, and its host is you.`,
  },
);
export type NewMeetingType = Static<typeof NewMeetingType>;

export const MeetingTypePatch = Body({
  slug: Type.Optional(Slug),
  ...Type.Partial(Type.Object(PartialSettings)).properties,
  version: ExpectedVersion,
});
export type MeetingTypePatch = Omit<Static<typeof MeetingTypePatch>, "version">;

export const Removed = Type.Object({
  message: Type.String({ examples: ["Meeting type archived"] }),
  archived: Type.Boolean({ description: "Whether bookings keep it alive, out of sight" }),
});
