import { Type } from "@sinclair/typebox";
import { cursors, pageOf } from "../cursor.ts";
import { Id } from "../schema.ts";
import type { World } from "../world.ts";
import { listNotifications as list, listUnreadNotifications as listUnread } from "./queries.ts";
import { notificationOf } from "./schema.ts";

// Ids are UUIDv7: their order is the order in time.
const places = cursors(Type.Object({ isRead: Type.Boolean(), id: Id }));
const unreadPlaces = cursors(Type.Object({ unread: Id }));

interface Asked {
  readonly userId: string;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** What a user was told, unread first, then newest. Problems: invalid. */
export async function listNotifications(world: World, { userId, limit, cursor }: Asked) {
  const after = places.read(cursor);
  const rows = await list(world.db, {
    userId,
    isRead: after?.isRead ?? null,
    id: after?.id ?? null,
    limit: limit + 1,
  });
  return pageOf(rows, limit, notificationOf, ({ isRead, id }) => places.write({ isRead, id }));
}

/** What a user has not read, newest first. Problems: invalid. */
export async function listUnreadNotifications(world: World, { userId, limit, cursor }: Asked) {
  const id = unreadPlaces.read(cursor)?.unread ?? null;
  const rows = await listUnread(world.db, { userId, id, limit: limit + 1 });
  return pageOf(rows, limit, notificationOf, (row) => unreadPlaces.write({ unread: row.id }));
}
