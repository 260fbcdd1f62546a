// A user's bookings as calendars subscribe to them.
import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../../cursor.ts";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { Paging, Query } from "../../http/paging.ts";
import { Problem } from "../../problem.ts";
import { Body, Id, Instant, Line, Message, Nullable, Page } from "../../schema.ts";
import type { World } from "../../world.ts";
import { deleteFeed, type FeedRow, listFeeds } from "../feed-queries.ts";
import { makeFeed, readFeed } from "./feed.ts";

const Mine = { tags: ["Calendars"], security: [{ bearer: [] }] };
const ById = Type.Object({ id: Id });

const NewFeed = Body({ name: Line(100, "Phone") });
const Feed = Type.Object({
  id: Id,
  name: Type.String(),
  lastReadAt: Nullable({ ...Instant, description: "To the hour" }),
  createdAt: Instant,
});
const FeedWithUrl = Type.Object({
  ...Feed.properties,
  url: Type.String({
    description: "To subscribe to. Whoever knows it reads my bookings. It is shown this once",
    examples: ["https://kalends.example.com/api/v1/feeds/….ics"],
  }),
});

const feedOf = (row: FeedRow): Static<typeof Feed> => ({
  ...row,
  lastReadAt: row.lastReadAt?.toString() ?? null,
  createdAt: row.createdAt.toString(),
});

const TOKEN = /^([\w-]{43})\.ics$/;

export const calendarFeeds = (world: World) =>
  new Elysia({ name: "calendar-feeds", normalize: false })
    .use(auth(world))
    .get(
      "/calendar/feeds",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const page = { ...newestAfter(query.cursor), limit: limit + 1 };
        const rows = await listFeeds(world.db, { userId: caller.user.id, only: null, ...page });
        return pageOf(rows, limit, feedOf, newestCursor);
      },
      {
        signedIn: true,
        query: Query(Paging),
        response: answers({ 200: Page(Feed) }, "unauthorized"),
        detail: { ...Mine, summary: "The feeds of my bookings, newest first" },
      },
    )
    .post(
      "/calendar/feeds",
      async ({ caller, body, set, status }) => {
        const { row, token } = await makeFeed(world, caller.user.id, body.name);
        set.headers["cache-control"] = "no-store";
        const url = `${world.config.PUBLIC_URL}/api/v1/feeds/${token}.ics`;
        return status(201, { ...feedOf(row), url });
      },
      {
        signedIn: true,
        body: NewFeed,
        response: answers({ 201: FeedWithUrl }, "unauthorized", "calendar_limit"),
        detail: {
          ...Mine,
          summary: "Make a feed of my bookings, for calendars to subscribe to",
          description:
            "Its address is a secret, shown this once: a request that is repeated makes another feed. Make one for each calendar, so that each can be revoked.",
        },
      },
    )
    .get(
      "/calendar/feeds/:id",
      async ({ caller, params }) => {
        const one = { userId: caller.user.id, only: params.id, at: null, id: null, limit: 1 };
        const [row] = await listFeeds(world.db, one);
        if (!row) throw new Problem("not_found");
        return feedOf(row);
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: Feed }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "One of my feeds" },
      },
    )
    .delete(
      "/calendar/feeds/:id",
      async ({ caller, params }) => {
        const at = { userId: caller.user.id, id: params.id, now: world.now() };
        if (!(await deleteFeed(world.db, at))) throw new Problem("not_found");
        return { message: "Feed revoked" };
      },
      {
        signedIn: true,
        params: ById,
        response: answers({ 200: Message }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "Revoke a feed: its address leads nowhere from now on" },
      },
    )
    .get(
      "/feeds/:file",
      async ({ params, headers }) => {
        const token = TOKEN.exec(params.file)?.[1];
        if (token === undefined) throw new Problem("not_found");
        const { etag, text } = await readFeed(world, token, (tag) =>
          isAmong(headers["if-none-match"], tag),
        );
        return new Response(text, {
          status: text === null ? 304 : 200,
          headers: {
            etag,
            // Somebody's own, and asked for again each time: the tag says cheaply whether it is the same.
            "cache-control": "private, no-cache",
            ...(text !== null && {
              "content-type": "text/calendar; charset=utf-8",
              "content-disposition": 'inline; filename="kalends.ics"',
            }),
          },
        });
      },
      {
        params: Type.Object({
          file: Type.String({ maxLength: 100, description: "The feed's token, and `.ics`" }),
        }),
        headers: Type.Object({
          "if-none-match": Type.Optional(
            Type.String({ description: "The `ETag` of a copy; 304 while that is still right" }),
          ),
        }),
        response: answers(
          {
            200: Type.String({ contentMediaType: "text/calendar" }),
            304: Type.Null({ description: "The copy is still right" }),
          },
          "not_found",
        ),
        detail: {
          tags: Mine.tags,
          summary: "A feed, for calendars that subscribe to it",
          description:
            "The bookings that the feed's user hosts, from 90 days ago on, under the UIDs of his invitations. What is called off stays for 30 days, as cancelled.",
        },
      },
    );

/** Proxies that compress may weaken a tag or not: what is between the quotes counts. */
function isAmong(header: string | undefined, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, "");
  return (header ?? "").split(",").some((tag) => tag.trim() === "*" || bare(tag) === bare(etag));
}
