import { type Static, Type } from "@sinclair/typebox";
import { Id, Instant } from "../schema.ts";
import type { NotificationRow } from "./queries.ts";

export const Notification = Type.Object({
  id: Id,
  type: Type.String({ examples: ["BOOKING_CREATED"] }),
  title: Type.String({ examples: ["New booking"] }),
  message: Type.String({ examples: ["Grace Hopper booked Intro call."] }),
  isRead: Type.Boolean(),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  createdAt: Instant,
});
export type Notification = Static<typeof Notification>;

/** A notification as the wire shows it. */
export const notificationOf = (row: NotificationRow): Notification => ({
  ...row,
  createdAt: row.createdAt.toString(),
});

export const Unread = Type.Object({ unread: Type.Integer({ examples: [3] }) });
export const AllRead = Type.Object({
  message: Type.String({ examples: ["All notifications read"] }),
  updated: Type.Integer({ description: "How many had not been read" }),
});
