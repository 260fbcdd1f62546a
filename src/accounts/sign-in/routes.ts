// Getting in and out, and what a mailed link does.
import { Elysia } from "elysia";
import { answers } from "../../http/answers.ts";
import { bearerOf } from "../../http/api-key.ts";
import { auth, tokens } from "../../http/auth.ts";
import { contextOf } from "../../http/context.ts";
import { Message } from "../../schema.ts";
import type { World } from "../../world.ts";
import { login } from "../login.ts";
import { type OpenedSession, register } from "../register.ts";
import {
  Credentials,
  EmailAddress,
  EmailVerification,
  PasswordReset,
  Registration,
  SignedIn,
  userOf,
} from "../schema.ts";
import { clientOf } from "../session.ts";
import { verifyEmail } from "../verify-email.ts";
import { forgotPassword } from "./forgot-password.ts";
import { refresh } from "./refresh.ts";
import { resendVerification } from "./resend-verification.ts";
import { resetPassword } from "./reset-password.ts";
import { undoEmailChange } from "./undo-email-change.ts";

const Auth = { tags: ["Auth"] };
const silent = "The answer is the same whether or not there is such an account.";

export const signIn = (world: World) => {
  const { sign } = tokens(world);
  const signedIn = async ({ user, sessionId, expiresAt, generation }: OpenedSession) => ({
    token: await sign(user, sessionId, expiresAt, generation),
    user: userOf(user),
  });
  const clientFrom = (request: Request) =>
    clientOf(world, request.headers.get("user-agent"), contextOf(request).address);

  return new Elysia({ name: "sign-in", normalize: false })
    .use(auth(world))
    .post(
      "/auth/register",
      async ({ body, request, status }) =>
        status(201, await signedIn(await register(world, body, clientFrom(request)))),
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
      async ({ body, request }) => signedIn(await login(world, body, clientFrom(request))),
      {
        body: Credentials,
        response: answers({ 200: SignedIn }, "invalid_credentials", "account_inactive"),
        detail: {
          ...Auth,
          summary: "Sign in",
          description:
            "After ten wrong passwords in fifteen minutes the account is refused with 429, known or not, except where its user has signed in before; a link to reset the password works all the same.",
        },
      },
    )
    .post(
      "/auth/refresh",
      async ({ request }) => signedIn(await refresh(world, bearerOf(request))),
      {
        response: answers({ 200: SignedIn }, "unauthorized"),
        detail: {
          ...Auth,
          security: [{ bearer: ["session"] }],
          summary: "A new token of the same session",
          description:
            "The old token works 60 seconds more, and refreshed again in that time gives the present one. Later it is taken for a copy: the session ends. Each refresh moves the session's end by `JWT_EXPIRES_IN`, up to `SESSION_MAX_AGE` after the sign-in.",
        },
      },
    )
    .post(
      "/auth/password/forgot",
      async ({ body, status }) => {
        await forgotPassword(world, body.email);
        return status(202, { message: "If there is such an account, a link is on its way" });
      },
      {
        body: EmailAddress,
        response: answers({ 202: Message }),
        detail: {
          ...Auth,
          summary: "Ask for a link to set a new password",
          description: `${silent} The link is good for 30 minutes and for one use.`,
        },
      },
    )
    .post(
      "/auth/password/reset",
      async ({ body, request }) => {
        await resetPassword(world, body, clientFrom(request));
        return { message: "Password set. Sign in with it" };
      },
      {
        body: PasswordReset,
        response: answers({ 200: Message }, "not_found"),
        detail: {
          ...Auth,
          summary: "Set a new password by the mailed token",
          description:
            "Every session ends, the address counts as confirmed, and its owner is told.",
        },
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
    )
    .post(
      "/auth/email/resend",
      async ({ body, status }) => {
        await resendVerification(world, body.email);
        return status(202, { message: "If it is to be confirmed, a link is on its way" });
      },
      {
        body: EmailAddress,
        response: answers({ 202: Message }),
        detail: {
          ...Auth,
          summary: "Ask for another link to confirm an address",
          description: silent,
        },
      },
    )
    .post(
      "/auth/email/undo",
      async ({ body }) => {
        await undoEmailChange(world, body.token);
        return { message: "Address restored. Set a new password by the link in your mail" };
      },
      {
        body: EmailVerification,
        response: answers({ 200: Message }, "not_found", "email_taken"),
        detail: {
          ...Auth,
          summary: "Take a change of address back by the token mailed to the old one",
          description:
            "For a week, where the old address was confirmed. Every session and API key, the password and the ways in by a provider end.",
        },
      },
    );
};
