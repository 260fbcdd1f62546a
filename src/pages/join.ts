// The links of the mails about organizations. GET changes nothing: mail scanners open links.
import { nameOf } from "../accounts/schema.ts";
import { agree, readConsent } from "../organizations/consent.ts";
import { accept, readInvitation } from "../organizations/invitation.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { textAt } from "./input.ts";
import {
  type InvitationFacts,
  invitationPage,
  joinedPage,
  mayHostPage,
  mayNowHostPage,
  staleInvitationPage,
} from "./join-page.ts";
import { type Page, pageResponse } from "./page.ts";

/** The invitation, with a button for who can accept it at once. */
export const askToJoin = (world: World, query: unknown): Promise<Response> =>
  orStale(async () => invitationPage(await invitationFor(world, query)));

/** Joins: whoever has the link has read the invited address's mail. */
export const joinByForm = (world: World, form: unknown): Promise<Response> =>
  orStale(async () => {
    const facts = await invitationFor(world, form);
    if (facts.userId === null || facts.state !== "ready") return invitationPage(facts);
    await accept(world, facts.token, { id: facts.userId });
    return joinedPage(facts.organization);
  });

/** The question whether colleagues may name the reader as a host. */
export const askToHost = (world: World, query: unknown): Promise<Response> =>
  orStale(async () => {
    const token = textAt(query, "token") ?? "";
    const { organizationName, canHost } = await readConsent(world, token);
    return canHost
      ? mayNowHostPage(organizationName)
      : mayHostPage({ token, organization: organizationName });
  });

/** The yes. */
export const hostByForm = (world: World, form: unknown): Promise<Response> =>
  orStale(async () => {
    const { organizationName } = await agree(world, textAt(form, "token") ?? "");
    return mayNowHostPage(organizationName);
  });

/** Whatever is wrong with a link leads to the same helpful page. */
async function orStale(show: () => Promise<Page>): Promise<Response> {
  try {
    return pageResponse(await show());
  } catch (error) {
    if (!(error instanceof Problem) || error.problem !== "not_found") throw error;
    return pageResponse(staleInvitationPage, 404);
  }
}

async function invitationFor(world: World, input: unknown): Promise<InvitationFacts> {
  const token = textAt(input, "token") ?? "";
  const found = await readInvitation(world, token);
  const { inviterFirstName: firstName, inviterLastName: lastName } = found;
  return {
    token,
    organization: found.organizationName,
    inviter: firstName && nameOf({ firstName, lastName }),
    role: found.role,
    email: found.email,
    userId: found.userId,
    state: stateOf(found),
    frontendUrl: world.config.FRONTEND_URL ?? null,
  };
}

function stateOf(found: Awaited<ReturnType<typeof readInvitation>>): InvitationFacts["state"] {
  if (found.acceptedAt) return "accepted";
  if (found.userId === null) return "no account";
  if (found.status !== "ACTIVE") return "not active";
  return found.emailVerifiedAt ? "ready" : "unconfirmed";
}
