import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { Events, eventStreams } from "../http/event-stream.ts";
import { Paging, Query } from "../http/paging.ts";
import { Problem } from "../problem.ts";
import { Id, Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { listNotifications, listUnreadNotifications } from "./list.ts";
import {
  countUnreadNotifications,
  deleteNotification,
  readAllNotifications,
  readNotification,
} from "./queries.ts";
import { AllRead, Notification, Unread } from "./schema.ts";
import { notificationOf } from "./tell.ts";

const Mine = { tags: ["Notifications"], security: [{ bearer: [] }] };
const ById = Type.Object({ id: Id });
const Notifications = Page(Notification);

export const notifications = (world: World) => {
  const hintsOf = eventStreams(world);

  return new Elysia({ name: "notifications", normalize: false })
    .use(auth(world))
    .get(
      "/notifications",
      ({ caller, query }) =>
        listNotifications(world, {
          user: caller.user,
          limit: limitOf(query),
          cursor: query.cursor,
        }),
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Notifications }, "unauthorized"),
        detail: { ...Mine, summary: "What I was told, unread first, then newest" },
      },
    )
    .get(
      "/notifications/unread",
      ({ caller, query }) =>
        listUnreadNotifications(world, {
          user: caller.user,
          limit: limitOf(query),
          cursor: query.cursor,
        }),
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Notifications }, "unauthorized"),
        detail: { ...Mine, summary: "What I have not read, newest first" },
      },
    )
    .get(
      "/notifications/count",
      ({ caller }) => countUnreadNotifications(world.db, { userId: caller.user.id }),
      {
        signedIn: true,
        response: answers({ 200: Unread }, "unauthorized"),
        detail: { ...Mine, summary: "How much I have not read" },
      },
    )
    .get(
      "/notifications/events",
      ({ caller, isStillSignedIn, request }) =>
        hintsOf(request, {
          channel: "notifications",
          subjects: [caller.user.id],
          mayListen: isStillSignedIn,
        }),
      {
        signedIn: true,
        response: answers({ 200: Events }, "unauthorized"),
        detail: {
          ...Mine,
          summary: "Hear that my notifications may have changed",
          description:
            "Server-sent events, to be read with `fetch` and the Authorization header: read the list again when the stream opens and on every `changed`, which carries no data. The stream ends within half a minute of the session.",
        },
      },
    )
    .patch(
      "/notifications/read-all",
      async ({ caller }) => ({
        message: "All notifications read",
        ...(await readAllNotifications(world.db, { userId: caller.user.id })),
      }),
      {
        signedIn: true,
        response: answers({ 200: AllRead }, "unauthorized"),
        detail: { ...Mine, summary: "Mark everything as read" },
      },
    )
    .patch(
      "/notifications/:id/read",
      async ({ caller, params }) => {
        const row = await readNotification(world.db, { userId: caller.user.id, id: params.id });
        if (!row) throw new Problem("not_found");
        return notificationOf(row, caller.user);
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: Notification }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "Mark one as read", description: "Again changes nothing." },
      },
    )
    .delete(
      "/notifications/:id",
      async ({ caller, params }) => {
        const gone = await deleteNotification(world.db, { userId: caller.user.id, id: params.id });
        if (!gone) throw new Problem("not_found");
        return { message: "Notification deleted" };
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: Message }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "Delete one" },
      },
    );
};
