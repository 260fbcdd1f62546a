// Links that book a meeting type a limited number of times. POST /bookings uses them up.
import { randomUUID } from "node:crypto";
import { limitByPlan, planRefusal } from "../accounts/plans.ts";
import { limitOf, newestAfter, newestCursor, pageOf } from "../cursor.ts";
import { claimOf, madeBefore } from "../http/idempotency.ts";
import { invalid, Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { findEditable } from "./find.ts";
import { createLink, deleteLink, findLink, listLinks } from "./link-queries.ts";
import { type Link, linkOf, type NewLink } from "./link-schema.ts";

/** A meeting type, as somebody who may change it names it. */
interface OfType {
  readonly userId: string;
  readonly meetingTypeId: string;
}

/** Makes a link, once for a key. Problems: not_found, forbidden, invalid, plan_limit, idempotency_mismatch. */
export async function makeLink(
  world: World,
  type: OfType,
  input: NewLink,
  key?: string,
): Promise<{ link: Link; isReplay: boolean }> {
  const now = world.now();
  const expiresAt = input.expiresAt === undefined ? null : expiryOf(input.expiresAt, now);
  const { maxBookings = 1, durationMinutes = null } = input;
  const claim = claimOf(`user ${type.userId} links ${type.meetingTypeId}`, key, input);
  // Ids of ours tell when they were made; this one is to tell nothing.
  const wanted = { id: randomUUID(), maxBookings, durationMinutes, expiresAt };
  const limits = limitByPlan(world, "linksPerMeetingType");
  const made = await createLink(world.db, { ...wanted, ...claim, ...type, now, limits }).catch(
    (error: unknown) => {
      throw planRefusal(world, error, "linksPerMeetingType") ?? error;
    },
  );
  if (!made) throw await refusal(world, type);
  if (made.id === null) {
    const id = await madeBefore(world, claim);
    return { link: await getLink(world, { ...type, id }), isReplay: true };
  }
  const link = linkOf(world, { ...made, ...wanted, used: 0, createdAt: now });
  return { link, isReplay: false };
}

/** One page, newest first. Problems: not_found, forbidden. */
export async function pageOfLinks(
  world: World,
  type: OfType,
  query: { limit?: number; cursor?: string },
) {
  const limit = limitOf(query);
  const after = newestAfter(query.cursor);
  const rows = await listLinks(world.db, { ...type, ...after, limit: limit + 1 });
  if (rows.length === 0) await findEditable(world, { ...type, id: type.meetingTypeId });
  return pageOf(rows, limit, (row) => linkOf(world, row), newestCursor);
}

/** Problems: not_found, forbidden. */
export async function getLink(world: World, at: OfType & { id: string }): Promise<Link> {
  const row = await findLink(world.db, at);
  if (!row) throw await refusal(world, at);
  return linkOf(world, row);
}

/** It books nothing any more; what was booked by it stays. Problems: not_found, forbidden. */
export async function removeLink(world: World, at: OfType & { id: string }): Promise<void> {
  if (!(await deleteLink(world.db, at))) throw await refusal(world, at);
}

/** Why there is nothing: no such type or link, or a plain member asks. */
async function refusal(world: World, { userId, meetingTypeId }: OfType): Promise<Problem> {
  await findEditable(world, { userId, id: meetingTypeId });
  return new Problem("not_found");
}

function expiryOf(text: string, now: Temporal.Instant): Temporal.Instant {
  const ms = Temporal.Instant.from(text).epochMilliseconds;
  if (ms <= now.epochMilliseconds) throw invalid("expiresAt", "must be ahead");
  if (ms > LATEST_MS) throw invalid("expiresAt", "must be before the year 2100");
  return Temporal.Instant.fromEpochMilliseconds(ms);
}

const LATEST_MS = Temporal.Instant.from("2100-01-01T00:00:00Z").epochMilliseconds;
