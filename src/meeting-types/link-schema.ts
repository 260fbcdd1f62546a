import { type Static, Type } from "@sinclair/typebox";
import { Body, Id, Instant, Nullable } from "../schema.ts";
import type { World } from "../world.ts";
import type { LinkRow } from "./link-queries.ts";

const MaxBookings = Type.Integer({
  minimum: 1,
  maximum: 1000,
  description: "A cancelled booking does not give its use back",
});
const Duration = Type.Integer({
  minimum: 1,
  maximum: 1440,
  description: "The only one that this link books; the type's own when left out",
});

export const NewLink = Body({
  // No default: Elysia lays those over any body, and the number 5 would do as one that leaves everything out.
  maxBookings: Type.Optional({
    ...MaxBookings,
    description: `1 without it. ${MaxBookings.description}`,
  }),
  expiresAt: Type.Optional({ ...Instant, description: "From then on it books nothing" }),
  durationMinutes: Type.Optional(Duration),
});
export type NewLink = Static<typeof NewLink>;

export const Link = Type.Object({
  id: { ...Id, description: "A secret: the `link` of `POST /bookings`" },
  url: Type.String({ description: "The page that books by it" }),
  maxBookings: MaxBookings,
  used: Type.Integer(),
  durationMinutes: Nullable(Duration),
  expiresAt: Nullable(Instant),
  createdAt: Instant,
});
export type Link = Static<typeof Link>;

export const linkOf = (world: World, row: LinkRow): Link => ({
  id: row.id,
  url: `${world.config.PUBLIC_URL}/${encodeURIComponent(row.username)}/${encodeURIComponent(row.slug)}?link=${row.id}`,
  maxBookings: row.maxBookings,
  used: row.used,
  durationMinutes: row.durationMinutes,
  expiresAt: row.expiresAt?.toString() ?? null,
  createdAt: row.createdAt.toString(),
});
