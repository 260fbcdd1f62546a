// The link of a host's mail by which he answers one request, and nothing else.
import { Problem } from "../../problem.ts";
import { isGenuine, makeToken, readToken } from "../../token.ts";
import type { World } from "../../world.ts";
import { findForAsker, lookAgain, type Seen } from "../access.ts";
import { type ChangeRequest, changeAs, type Decide } from "../change.ts";
import { asOf } from "../confirmation.ts";
import { type FoundBooking, findBooking } from "../queries.ts";

/** Bound to the invitation's sequence: it lives through edits, and dies when the request is answered or moved. */
const versionOf = ({ id, sequence }: Pick<FoundBooking, "id" | "sequence">) => `${id} ${sequence}`;

/** The page where a host answers a request. */
export const decideUrl = (world: World, booking: FoundBooking, hostId: string): string =>
  `${world.config.PUBLIC_URL}/b/${booking.id}/decide?token=${makeToken(world, "decide", hostId, versionOf(booking))}`;

/** The booking for the host whose link it is. Problems: not_found for a link that is wrong or used up. */
export async function findForDecider(
  world: World,
  bookingId: string,
  token: string,
): Promise<Seen> {
  const found = await findBooking(world.db, { bookingId, attendeeId: null });
  const claim = readToken(token);
  const host = found?.hosts.find(({ id }) => id === claim?.id);
  if (!found || !claim || !host || !isGenuine(world, "decide", claim, versionOf(found)))
    throw new Problem("not_found", "There is no such request, or it has been answered.");
  return { booking: asOf(found, world.now()), actor: { kind: "host", id: host.id } };
}

/** An answer: by a signed-in host, or by the link of his mail. */
export interface Answer extends ChangeRequest {
  readonly link?: string;
}

/** Changes a booking for whoever may answer a request. Problems: those of change(). */
export function answer(world: World, request: Answer, decide: Decide): Promise<Seen> {
  const { bookingId, asker, link } = request;
  const find = () =>
    link === undefined
      ? findForAsker(world, bookingId, asker)
      : findForDecider(world, bookingId, link);
  return changeAs(request.expected, find, decide, (actor) => lookAgain(world, bookingId, actor));
}

/** Who is told of a change, as the booking stands. */
export const audienceOf = ({ hosts, attendees }: FoundBooking) => ({
  hostIds: hosts.map(({ id }) => id),
  attendeeIds: attendees.filter(({ status }) => status === "ACTIVE").map(({ id }) => id),
});
