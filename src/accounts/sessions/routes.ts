// The session that asks, and the others of its user.
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { auth } from "../../http/auth.ts";
import { Paging, Query } from "../../http/paging.ts";
import { Id, Message, Page } from "../../schema.ts";
import type { World } from "../../world.ts";
import { revokeSession } from "../queries.ts";
import { Session, userOf, Verified } from "../schema.ts";
import { endAllSessions } from "../session-queries.ts";
import { endSession, listSessions } from "./sessions.ts";

const Mine = { tags: ["Auth"], security: [{ bearer: ["session"] }] };

export const sessions = (world: World) =>
  new Elysia({ name: "sessions", normalize: false })
    .use(auth(world))
    .get(
      "/auth/verify",
      ({ caller }) => ({
        valid: true as const,
        user: userOf(caller.user),
        expiresAt: caller.expiresAt.toString(),
      }),
      {
        inSession: true,
        response: answers({ 200: Verified }, "unauthorized"),
        detail: { ...Mine, summary: "Is this token good?" },
      },
    )
    .post(
      "/auth/logout",
      async ({ caller }) => {
        await revokeSession(world.db, { sessionId: caller.sessionId, now: world.now() });
        return { message: "Signed out" };
      },
      {
        inSession: true,
        response: answers({ 200: Message }, "unauthorized"),
        detail: {
          ...Mine,
          summary: "Sign out",
          description: "This session's tokens are dead at once.",
        },
      },
    )
    .post(
      "/auth/logout-all",
      async ({ caller }) => {
        await endAllSessions(world.db, { userId: caller.user.id, now: world.now() });
        return { message: "Signed out everywhere" };
      },
      {
        inSession: true,
        response: answers({ 200: Message }, "unauthorized"),
        detail: {
          ...Mine,
          summary: "Sign out everywhere",
          description: "Every session of mine is dead at once, this one too.",
        },
      },
    )
    .get(
      "/auth/sessions",
      ({ caller, query }) =>
        listSessions(world, { userId: caller.user.id, sessionId: caller.sessionId }, query),
      {
        inSession: true,
        query: Query(Paging),
        response: answers({ 200: Page(Session) }, "unauthorized"),
        detail: { ...Mine, summary: "Where I am signed in, newest first" },
      },
    )
    .delete(
      "/auth/sessions/:id",
      async ({ caller, params }) => {
        await endSession(world, { userId: caller.user.id, sessionId: params.id });
        return { message: "Session ended" };
      },
      {
        inSession: true,
        params: Type.Object({ id: Id }),
        response: answers({ 200: Message }, "unauthorized", "not_found"),
        detail: { ...Mine, summary: "Sign out one of my sessions" },
      },
    );
