// Getting in, staying in and getting out.
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { auth, tokens } from "../../http/auth.ts";
import { Message } from "../../schema.ts";
import type { World } from "../../world.ts";
import { login } from "../login.ts";
import { revokeSession } from "../queries.ts";
import { type OpenedSession, register } from "../register.ts";
import {
  Credentials,
  EmailVerification,
  Registration,
  SignedIn,
  userOf,
  Verified,
} from "../schema.ts";
import { verifyEmail } from "../verify-email.ts";

const Auth = { tags: ["Auth"] };
const session = { security: [{ bearer: ["session"] }] };

export const signIn = (world: World) => {
  const { sign } = tokens(world);
  const signedIn = async ({ user, sessionId, expiresAt }: OpenedSession) => ({
    token: await sign(user, sessionId, expiresAt),
    user: userOf(user),
  });

  return new Elysia({ name: "sign-in", normalize: false })
    .use(auth(world))
    .post(
      "/auth/register",
      async ({ body, headers, status }) =>
        status(201, await signedIn(await register(world, body, headers["user-agent"] ?? null))),
      {
        body: Registration,
        response: answers({ 201: SignedIn }, "email_taken", "username_taken"),
        detail: {
          ...Auth,
          summary: "Make an account",
          description:
            "With a default schedule, Monday to Friday 09:00–17:00 in your zone. Give `name`, or `firstName` and `lastName`. The username is derived from the name when it is not given.",
        },
      },
    )
    .post(
      "/auth/login",
      async ({ body, headers }) =>
        signedIn(await login(world, body, headers["user-agent"] ?? null)),
      {
        body: Credentials,
        response: answers({ 200: SignedIn }, "invalid_credentials", "account_inactive"),
        detail: { ...Auth, summary: "Sign in" },
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
          ...Auth,
          ...session,
          summary: "Sign out",
          description: "This session's token is dead at once.",
        },
      },
    )
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
        detail: { ...Auth, ...session, summary: "Is this token good?" },
      },
    )
    .post(
      "/auth/email/verify",
      async ({ body }) => {
        await verifyEmail(world, body.token);
        return { message: "Address confirmed" };
      },
      {
        body: EmailVerification,
        response: answers({ 200: Message }, "not_found"),
        detail: { ...Auth, summary: "Confirm an address by the mailed token" },
      },
    );
};
