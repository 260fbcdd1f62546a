import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { Paging } from "../http/paging.ts";
import { Id, Message, Page } from "../schema.ts";
import type { World } from "../world.ts";
import { block, unblock } from "./block.ts";
import { listBlockedGuests } from "./queries.ts";
import { BlockedGuest, blockedGuestOf, NewBlockedGuest } from "./schema.ts";

const Mine = { tags: ["Blocked guests"], security: [{ bearer: [] }] };

export const blockedGuests = (world: World) =>
  new Elysia({ name: "blocked-guests", normalize: false })
    .use(auth(world))
    .get(
      "/blocked-guests",
      async ({ caller, query }) => {
        const limit = limitOf(query);
        const rows = await listBlockedGuests(world.db, {
          userId: caller.user.id,
          ...newestAfter(query.cursor),
          limit: limit + 1,
        });
        return pageOf(rows, limit, blockedGuestOf, newestCursor);
      },
      {
        signedIn: true,
        query: Type.Object(Paging),
        response: answers({ 200: Page(BlockedGuest) }, "unauthorized"),
        detail: { ...Mine, summary: "Whom I take no bookings of, newest first" },
      },
    )
    .post(
      "/blocked-guests",
      async ({ caller, body, status }) =>
        status(201, blockedGuestOf(await block(world, caller.user.id, body))),
      {
        signedIn: true,
        body: NewBlockedGuest,
        response: answers({ 201: BlockedGuest }, "unauthorized"),
        detail: {
          ...Mine,
          summary: "Take no bookings of an address or a domain",
          description:
            "Bookings that exist stay. New ones of any meeting type that I host are refused with `policy_forbids`, without saying why. Blocking again gives the same entry.",
        },
      },
    )
    .delete(
      "/blocked-guests/:id",
      async ({ caller, params }) => {
        await unblock(world, { userId: caller.user.id, id: params.id });
        return { message: "Guest unblocked" };
      },
      {
        signedIn: true,
        params: Type.Object({ id: Id }),
        response: answers({ 200: Message }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "Take his bookings again" },
      },
    );
