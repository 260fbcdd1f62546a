// What mailed links about an account do. GET changes nothing: mail scanners open links.
import { Value } from "@sinclair/typebox/value";
import type { Client } from "../accounts/session.ts";
import { forgotPassword } from "../accounts/sign-in/forgot-password.ts";
import { resetPassword } from "../accounts/sign-in/reset-password.ts";
import { undoEmailChange } from "../accounts/sign-in/undo-email-change.ts";
import { verifyEmail } from "../accounts/verify-email.ts";
import { Problem } from "../problem.ts";
import { Email } from "../schema.ts";
import type { World } from "../world.ts";
import {
  emailRestoredPage,
  forgotPage,
  linkMailedPage,
  passwordSetPage,
  resetPage,
  staleUndoPage,
  staleVerificationPage,
  undoEmailPage,
  verifiedPage,
  verifyPage,
} from "./account-page.ts";
import { textAt } from "./input.ts";
import { type Page, pageResponse } from "./page.ts";

export const askToVerify = (query: unknown): Response =>
  pageResponse(verifyPage(textAt(query, "token") ?? ""));

/** Confirms an address by the form's token. */
export const verifyByForm = (world: World, form: unknown): Promise<Response> =>
  orStale(staleVerificationPage, async () => {
    await verifyEmail(world, textAt(form, "token") ?? "");
    return verifiedPage;
  });

/** With a token the form for a new password, without one the form that asks for a link. */
export function askToReset(world: World, query: unknown): Response {
  const token = textAt(query, "token");
  return pageResponse(token === undefined ? forgotPage("", []) : newPassword(world, token));
}

/** Sets a password by the form's token, or mails a link to the form's address. */
export async function resetByForm(world: World, form: unknown, client: Client): Promise<Response> {
  const token = textAt(form, "token");
  if (token === undefined) return mailLink(world, textAt(form, "email")?.trim() ?? "");
  try {
    return await orStale(forgotPage("", [], true), async () => {
      await resetPassword(world, { token, password: textAt(form, "password") ?? "" }, client);
      return passwordSetPage;
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.problem !== "invalid") throw error;
    const message = `${error.message.replace(/^password: /, "")}.`;
    return pageResponse(newPassword(world, token, message), 422);
  }
}

export const askToUndoEmail = (query: unknown): Response =>
  pageResponse(undoEmailPage(textAt(query, "token") ?? ""));

/** Takes a change of address back by the form's token. */
export const undoEmailByForm = (world: World, form: unknown): Promise<Response> =>
  orStale(staleUndoPage, async () => {
    await undoEmailChange(world, textAt(form, "token") ?? "");
    return emailRestoredPage;
  });

async function mailLink(world: World, email: string): Promise<Response> {
  if (!Value.Check(Email, email)) {
    const message = email === "" ? "is missing." : "does not look like a mail address.";
    return pageResponse(forgotPage(email, [{ field: "email", message }]), 422);
  }
  await forgotPassword(world, email);
  return pageResponse(linkMailedPage, 202);
}

const newPassword = (world: World, token: string, message?: string): Page =>
  resetPage(
    token,
    world.config.PASSWORD_MIN_LENGTH,
    message === undefined ? [] : [{ field: "password", message }],
  );

/** A link that is wrong, old or used leads to a page that says what to do. */
async function orStale(stale: Page, act: () => Promise<Page>): Promise<Response> {
  try {
    return pageResponse(await act());
  } catch (error) {
    if (!(error instanceof Problem) || error.problem !== "not_found") throw error;
    return pageResponse(stale, 404);
  }
}
