import { type Static, Type } from "@sinclair/typebox";
import countUnreadNotificationsText from "#sql/notifications/count_unread_notifications.sql" with {
  type: "text",
};
import deleteNotificationText from "#sql/notifications/delete_notification.sql" with {
  type: "text",
};
import listNotificationsText from "#sql/notifications/list_notifications.sql" with { type: "text" };
import listUnreadNotificationsText from "#sql/notifications/list_unread_notifications.sql" with {
  type: "text",
};
import readAllNotificationsText from "#sql/notifications/read_all_notifications.sql" with {
  type: "text",
};
import readNotificationText from "#sql/notifications/read_notification.sql" with { type: "text" };
import { many, maybe, one } from "../db/query.ts";
import { BoolT, IdT, InstantT, IntT, JsonT, MaybeT, TextT } from "../db/type.ts";

const Notification = {
  id: IdT,
  type: TextT,
  isRead: BoolT,
  metadata: JsonT(
    Type.Intersect([
      Type.Record(Type.String(), Type.Unknown()),
      Type.Object({
        /** Of the days when words were kept, in place of facts. */
        told: Type.Optional(Type.Object({ title: Type.String(), message: Type.String() })),
      }),
    ]),
  ),
  createdAt: InstantT,
};
const NotificationRowSchema = Type.Object(Notification);
export type NotificationRow = Static<typeof NotificationRowSchema>;

export const listNotifications = many(
  listNotificationsText,
  { userId: IdT, isRead: MaybeT(BoolT), at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Notification,
);

export const listUnreadNotifications = many(
  listUnreadNotificationsText,
  { userId: IdT, at: MaybeT(InstantT), id: MaybeT(IdT), limit: IntT },
  Notification,
);

export const countUnreadNotifications = one(
  countUnreadNotificationsText,
  { userId: IdT },
  { unread: IntT },
);

export const readNotification = maybe(readNotificationText, { userId: IdT, id: IdT }, Notification);

export const readAllNotifications = one(
  readAllNotificationsText,
  { userId: IdT },
  { updated: IntT },
);

export const deleteNotification = maybe(
  deleteNotificationText,
  { userId: IdT, id: IdT },
  { id: IdT },
);
