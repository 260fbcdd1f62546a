import { type Static, Type } from "@sinclair/typebox";
import { Id, Instant } from "../schema.ts";

export const Notification = Type.Object({
  id: Id,
  type: Type.String({ examples: ["BOOKING_CONFIRMED"] }),
  title: Type.String({ examples: ["New booking"] }),
  message: Type.String({ examples: ["Grace Hopper booked Intro call: Tue, 1 Dec 2026, 09:00."] }),
  isRead: Type.Boolean(),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  createdAt: Instant,
});
export type Notification = Static<typeof Notification>;

export const Unread = Type.Object({ unread: Type.Integer({ examples: [3] }) });
export const AllRead = Type.Object({
  message: Type.String({ examples: ["All notifications read"] }),
  updated: Type.Integer({ description: "How many had not been read" }),
});
