import { Type } from "@sinclair/typebox";
import type { UserRow } from "../accounts/queries.ts";
import { cursors, pageOf } from "../cursor.ts";
import { Id, Instant } from "../schema.ts";
import type { World } from "../world.ts";
import { listNotifications as list, listUnreadNotifications as listUnread } from "./queries.ts";
import { notificationOf } from "./tell.ts";

const places = cursors(Type.Object({ isRead: Type.Boolean(), at: Instant, id: Id }));
const unreadPlaces = cursors(Type.Object({ unreadAt: Instant, id: Id }));

interface Asked {
  readonly user: UserRow;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** What a user was told, unread first, then newest. Problems: invalid. */
export async function listNotifications(world: World, { user, limit, cursor }: Asked) {
  const after = places.read(cursor);
  const rows = await list(world.db, {
    userId: user.id,
    isRead: after?.isRead ?? null,
    at: after && Temporal.Instant.from(after.at),
    id: after?.id ?? null,
    limit: limit + 1,
  });
  return pageOf(
    rows,
    limit,
    (row) => notificationOf(row, user),
    ({ isRead, createdAt, id }) => places.write({ isRead, at: createdAt.toString(), id }),
  );
}

/** What a user has not read, newest first. Problems: invalid. */
export async function listUnreadNotifications(world: World, { user, limit, cursor }: Asked) {
  const after = unreadPlaces.read(cursor);
  const rows = await listUnread(world.db, {
    userId: user.id,
    at: after && Temporal.Instant.from(after.unreadAt),
    id: after?.id ?? null,
    limit: limit + 1,
  });
  return pageOf(
    rows,
    limit,
    (row) => notificationOf(row, user),
    ({ createdAt, id }) => unreadPlaces.write({ unreadAt: createdAt.toString(), id }),
  );
}
