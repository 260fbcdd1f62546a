// Profiles: my own, and those that hosts show to strangers.
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../http/answers.ts";
import { auth } from "../http/auth.ts";
import { Message } from "../schema.ts";
import type { World } from "../world.ts";
import { changePassword } from "./change-password.ts";
import { findPublicCard, findPublicType } from "./public-card.ts";
import {
  PasswordChange,
  PublicMeetingTypeCard,
  PublicUser,
  User,
  UserPatch,
  userOf,
} from "./schema.ts";
import { updateUser } from "./update-user.ts";

const Users = { tags: ["Users"] };
const bearer = { security: [{ bearer: [] }] };

export const accounts = (world: World) =>
  new Elysia({ name: "accounts", normalize: false })
    .use(auth(world))
    .get("/users/me", ({ caller }) => userOf(caller.user), {
      signedIn: true,
      response: answers({ 200: User }, "unauthorized"),
      detail: { ...Users, ...bearer, summary: "Who am I" },
    })
    .get("/users/profile", ({ caller }) => userOf(caller.user), {
      signedIn: true,
      response: answers({ 200: User }, "unauthorized"),
      detail: { ...Users, ...bearer, summary: "Who am I (the same as /users/me)" },
    })
    .patch(
      "/users/me",
      async ({ caller, body }) => userOf(await updateUser(world, caller.user, body)),
      {
        signedIn: true,
        body: UserPatch,
        response: answers({ 200: User }, "unauthorized", "email_taken", "username_taken"),
        detail: { ...Users, ...bearer, summary: "Change my profile" },
      },
    )
    .patch(
      "/users/profile",
      async ({ caller, body }) => userOf(await updateUser(world, caller.user, body)),
      {
        signedIn: true,
        body: UserPatch,
        response: answers({ 200: User }, "unauthorized", "email_taken", "username_taken"),
        detail: { ...Users, ...bearer, summary: "Change my profile (the same as /users/me)" },
      },
    )
    .patch(
      "/users/me/password",
      async ({ caller, body }) => {
        await changePassword(world, {
          userId: caller.user.id,
          sessionId: caller.sessionId,
          ...body,
        });
        return { message: "Password changed" };
      },
      {
        signedIn: true,
        body: PasswordChange,
        response: answers({ 200: Message }, "unauthorized", "version_conflict"),
        detail: {
          ...Users,
          ...bearer,
          summary: "Change my password",
          description: "Every other session of mine ends.",
        },
      },
    )
    .get("/users/:username", ({ params }) => findPublicCard(world, params.username), {
      params: Type.Object({ username: Type.String({ maxLength: 32 }) }),
      response: answers({ 200: PublicUser }, "not_found"),
      detail: { ...Users, summary: "A host's public card" },
    })
    .get("/users/:username/:slug", ({ params }) => findPublicType(world, params), {
      params: Type.Object({
        username: Type.String({ maxLength: 32 }),
        slug: Type.String({ maxLength: 64 }),
      }),
      response: answers({ 200: PublicMeetingTypeCard }, "not_found"),
      detail: { ...Users, summary: "One meeting type as a booking page needs it" },
    });
