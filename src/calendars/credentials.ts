import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { Problem } from "../problem.ts";
import { open, seal } from "../secret-box.ts";
import type { World } from "../world.ts";

const Tokens = Type.Object({
  kind: Type.Literal("token"),
  accessToken: Type.String(),
  /** RFC 3339. */
  expiresAt: Type.String(),
  refreshToken: Type.String(),
});
export type Tokens = Static<typeof Tokens>;

const Credentials = Type.Union([
  Tokens,
  Type.Object({
    kind: Type.Literal("password"),
    url: Type.String(),
    username: Type.String(),
    password: Type.String(),
  }),
  Type.Object({ kind: Type.Literal("url"), url: Type.String() }),
]);
export type Credentials = Static<typeof Credentials>;

/** Credentials for the row of their connection. Problems: encryption_key_missing. */
export function sealCredentials(world: World, connectionId: string, given: Credentials): string {
  if (world.config.ENCRYPTION_KEY === undefined) throw new Problem("encryption_key_missing");
  return seal(world, placeOf(connectionId), JSON.stringify(given));
}

/** Credentials as they were sealed, also where they were set aside to be revoked. A RangeError where they cannot be opened. */
export function openCredentials(world: World, connectionId: string, sealed: string): Credentials {
  const opened: unknown = JSON.parse(open(world, placeOf(connectionId), sealed));
  if (!Value.Check(Credentials, opened)) throw new RangeError("Cannot read these credentials");
  return opened;
}

const placeOf = (id: string) => ({ table: "calendar_connections", column: "credentials", id });
