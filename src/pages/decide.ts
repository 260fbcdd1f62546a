// A host's answer to a request by the link of his mail. GET changes nothing: mail scanners open links.
import { Value } from "@sinclair/typebox/value";
import { confirm } from "../bookings/host/confirm.ts";
import { findForDecider } from "../bookings/host/decision.ts";
import { decline } from "../bookings/host/decline.ts";
import { Declination } from "../bookings/host/schema.ts";
import { severalLines } from "../messages/line.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import {
  confirmedPage,
  decidePage,
  declinedPage,
  noSuchRequestPage,
  type RequestFacts,
} from "./decide-page.ts";
import { isId, textAt } from "./input.ts";
import { pageResponse } from "./page.ts";

/** The question, with both answers. */
export const askToDecide = (world: World, id: string, query: unknown): Promise<Response> =>
  withRequest(world, id, query, async (facts) => pageResponse(decidePage(facts, "", [])));

/** Does what the pressed button says. */
export const decideByForm = (world: World, id: string, form: unknown): Promise<Response> =>
  withRequest(world, id, form, async (facts) => {
    const request = {
      bookingId: id,
      asker: { user: null, token: null },
      link: facts.token,
      expected: {},
    };
    switch (textAt(form, "answer")) {
      case "confirm":
        await confirm(world, request);
        return pageResponse(confirmedPage);
      case "decline": {
        const reason = severalLines(textAt(form, "reason") ?? "").trim();
        if (!Value.Check(Declination, { reason })) {
          const message = "must be plain text of at most 1000 characters.";
          return pageResponse(decidePage(facts, reason, [{ field: "reason", message }]), 422);
        }
        await decline(world, { ...request, reason });
        return pageResponse(declinedPage);
      }
      default:
        return pageResponse(decidePage(facts, "", []));
    }
  });

/** Opens a request by its token; whatever cannot be answered any more leads to the same helpful page. */
async function withRequest(
  world: World,
  id: string,
  input: unknown,
  answer: (facts: RequestFacts) => Promise<Response>,
): Promise<Response> {
  const token = textAt(input, "token") ?? "";
  try {
    if (!isId(id)) throw new Problem("not_found");
    const { booking, actor } = await findForDecider(world, id, token);
    if (booking.status !== "PENDING") throw new Problem("booking_closed");
    const host = booking.hosts.find((each) => each.id === actor.id);
    const guest = booking.attendees[0] ?? null;
    return await answer({ ...booking, token, guest, timeZone: host?.timeZone ?? "UTC" });
  } catch (error) {
    if (!(error instanceof Problem) || !GONE.has(error.problem)) throw error;
    return pageResponse(noSuchRequestPage, error.httpStatus);
  }
}

const GONE: ReadonlySet<string> = new Set(["not_found", "booking_closed"]);
