// Profiles: my own, and those that hosts show to strangers.
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { answers } from "../http/answers.ts";
import { auth, type Caller } from "../http/auth.ts";
import { needsSession } from "../http/scope.ts";
import { Message } from "../schema.ts";
import type { World } from "../world.ts";
import { changePassword } from "./change-password.ts";
import { profileOf } from "./profile.ts";
import { findPublicCard, findPublicType } from "./public-card.ts";
import { PasswordChange, Profile, PublicMeetingTypeCard, PublicUser, UserPatch } from "./schema.ts";
import { updateUser } from "./update-user.ts";

const Users = { tags: ["Users"] };
const bearer = { security: [{ bearer: [] }] };
const session = { security: [{ bearer: ["session"] }] };
const NO_KEY = "The address cannot be changed with an API key.";

export const accounts = (world: World) => {
  const change = async (caller: Caller, patch: UserPatch) => {
    if (caller.key && patch.email !== undefined) throw needsSession();
    return profileOf(world, await updateUser(world, caller.user, patch));
  };

  return new Elysia({ name: "accounts", normalize: false })
    .use(auth(world))
    .get("/users/me", ({ caller }) => profileOf(world, caller.user), {
      signedIn: true,
      response: answers({ 200: Profile }, "unauthorized"),
      detail: { ...Users, ...bearer, summary: "Who am I" },
    })
    .get("/users/profile", ({ caller }) => profileOf(world, caller.user), {
      signedIn: true,
      response: answers({ 200: Profile }, "unauthorized"),
      detail: { ...Users, ...bearer, summary: "Who am I (the same as /users/me)" },
    })
    .patch("/users/me", ({ caller, body }) => change(caller, body), {
      signedIn: true,
      body: UserPatch,
      response: answers({ 200: Profile }, "unauthorized", "email_taken", "username_taken"),
      detail: { ...Users, ...bearer, summary: "Change my profile", description: NO_KEY },
    })
    .patch("/users/profile", ({ caller, body }) => change(caller, body), {
      signedIn: true,
      body: UserPatch,
      response: answers({ 200: Profile }, "unauthorized", "email_taken", "username_taken"),
      detail: {
        ...Users,
        ...bearer,
        summary: "Change my profile (the same as /users/me)",
        description: NO_KEY,
      },
    })
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
        inSession: true,
        body: PasswordChange,
        response: answers(
          { 200: Message },
          "unauthorized",
          "sign_in_again",
          "version_conflict",
          "rate_limited",
        ),
        detail: {
          ...Users,
          ...session,
          summary: "Change my password",
          description:
            "Every other session of mine ends, and I am told by mail. Without a password yet, leave `currentPassword` out: a sign-in of the last ten minutes counts instead.",
        },
      },
    )
    .get("/users/:user", ({ params }) => findPublicCard(world, params.user), {
      params: Type.Object({ user: Type.String({ maxLength: 32, description: "The username" }) }),
      response: answers({ 200: PublicUser }, "not_found", "moved"),
      detail: { ...Users, summary: "A host's public card, by username" },
    })
    .get(
      "/users/:user/:slug",
      ({ params: { user, slug } }) => findPublicType(world, { username: user, slug }),
      {
        params: Type.Object({
          user: Type.String({ maxLength: 32, description: "The username" }),
          slug: Type.String({ maxLength: 64 }),
        }),
        response: answers(
          { 200: PublicMeetingTypeCard },
          "not_found",
          "moved",
          "origin_not_allowed",
        ),
        detail: { ...Users, summary: "One meeting type as a booking page needs it" },
      },
    );
};
