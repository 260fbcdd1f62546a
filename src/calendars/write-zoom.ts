// A booking's meeting at Zoom, kept as its events are: read the booking, make Zoom match. Zoom takes no ids of ours, so that
// a meeting is asked for in three steps: write down that it is, ask, store it. Where a run died in between, the next one
// looks for the booking's id among the agendas before it asks again.
import { createHash } from "node:crypto";
import { mailFacts } from "../bookings/mail-facts.ts";
import { type FoundBooking, findBooking } from "../bookings/queries.ts";
import { eventTitle } from "../messages/event-text.ts";
import { oneLine } from "../messages/line.ts";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import { hasLink } from "./write-draft.ts";
import { endRun, failRun, type Run } from "./write-end.ts";
import { hasZoom, type ZoomDraft, type ZoomMeeting, zoomOf } from "./zoom.ts";
import {
  askForZoomMeeting,
  findZoomMeeting,
  forgetZoomIntent,
  forgetZoomMeeting,
  storeZoomMeeting,
  type ZoomRow,
} from "./zoom-queries.ts";

/** Until then its list has what Zoom took. */
const LISTED_AFTER_SECONDS = 60;

/** Makes the booking's meeting at Zoom match, and stores what came of it. */
export async function writeZoomMeeting(world: World, run: Run): Promise<void> {
  const found = await findZoomMeeting(world.db, run);
  const booking = found && (await findBooking(world.db, { ...run, attendeeId: null }));
  if (!booking) return;
  const ending = { hostId: null, kept: found.open, release: true };
  try {
    const isKept = isWanted(world, booking, found)
      ? await show(world, run, booking, found)
      : await takeAway(world, run, booking, found);
    if (!isKept) await endRun(world, run, ending, { version: null });
  } catch (error) {
    const isInDoubt = error instanceof CalendarFailure && error.kind === "temporary";
    if (!isInDoubt) await forgetZoomIntent(world.db, run);
    await failRun(world, run, ending, booking, error);
  }
}

/** Whether the meeting takes place there, and its host has given no link of his own. */
function isWanted(world: World, { status, location }: FoundBooking, { url }: ZoomRow): boolean {
  const isOurs = location.url === null ? !hasLink(location.details) : location.url === url;
  return hasZoom(world) && status === "CONFIRMED" && location.type === "ZOOM" && isOurs;
}

async function show(
  world: World,
  run: Run,
  booking: FoundBooking,
  found: ZoomRow,
): Promise<boolean> {
  const draft = draftOf(world, booking);
  const shows = digestOf(draft);
  if (isHosted(booking, found) && found.meetingId !== null && found.url !== null) {
    const { meetingId, url, password } = found;
    const known = { meetingId, url, password };
    if (found.shows === shows)
      return booking.location.url === null && store(world, run, found, known, shows);
    try {
      await zoomOf(world).update(meetingId, draft);
      return await store(world, run, found, known, shows);
    } catch (error) {
      // Somebody has deleted it there.
      if (!(error instanceof CalendarFailure) || error.kind !== "not_found") throw error;
    }
  } else if (found.meetingId !== null) await zoomOf(world).remove(found.meetingId);
  return store(world, run, found, await make(world, run, booking, found, draft), shows);
}

/** The meeting that was asked for before and may be there, else a new one. */
async function make(
  world: World,
  run: Run,
  booking: FoundBooking,
  found: ZoomRow,
  draft: ZoomDraft,
): Promise<ZoomMeeting> {
  const zoom = zoomOf(world);
  await zoom.ready();
  const { id: hostId, email } = organizerOf(booking);
  if (found.askedAt !== null && found.meetingId === null) {
    const made = await lookUp(world, booking, found.askedAt, organizerOf(booking, found).email);
    if (made) return made;
  }
  const asked = await askForZoomMeeting(world.db, { ...run, hostId, now: world.now() });
  if (!asked) throw new CalendarFailure("temporary", "Another run has begun");
  return zoom.create(email, draft);
}

/** What a run that died may have made. Throws temporary while Zoom's list may not have it yet. */
async function lookUp(
  world: World,
  { id }: FoundBooking,
  askedAt: Temporal.Instant,
  email: string,
): Promise<ZoomMeeting | null> {
  const left = LISTED_AFTER_SECONDS - askedAt.until(world.now()).total("seconds");
  if (left > 0)
    throw new CalendarFailure("temporary", "A meeting may have been made", Math.ceil(left));
  return zoomOf(world).find(email, markOf(id));
}

async function takeAway(
  world: World,
  run: Run,
  booking: FoundBooking,
  found: ZoomRow,
): Promise<boolean> {
  const { isKnown, askedAt, meetingId } = found;
  if (!isKnown || !hasZoom(world)) return false;
  const { email } = organizerOf(booking, found);
  const made = askedAt && meetingId === null ? await lookUp(world, booking, askedAt, email) : null;
  const id = meetingId ?? made?.meetingId;
  if (id !== undefined) await zoomOf(world).remove(id);
  await forgetZoomMeeting(world.db, { ...run, kept: found.open, now: world.now() });
  return true;
}

async function store(
  world: World,
  run: Run,
  { open }: ZoomRow,
  meeting: ZoomMeeting,
  shows: string,
): Promise<true> {
  const now = world.now();
  await storeZoomMeeting(world.db, { ...run, ...meeting, kept: open, shows, now });
  return true;
}

const isHosted = ({ hosts }: FoundBooking, { hostId }: ZoomRow): boolean =>
  hosts.some(({ id }) => id === hostId);

/** In whose account it is, or is to be. */
function organizerOf({ hosts, hostId }: FoundBooking, found?: ZoomRow) {
  const wanted = found?.hostId ?? hostId;
  const host = hosts.find(({ id }) => id === wanted) ?? hosts[0];
  if (!host) throw new RangeError("Cannot make a meeting without a host");
  return host;
}

/** In the agenda, by which a meeting is found again. */
const markOf = (bookingId: string): string => `Kalends ${bookingId}`;

function draftOf(world: World, booking: FoundBooking): ZoomDraft {
  const { id, start, end } = booking;
  const topic = oneLine(eventTitle(mailFacts(world, booking, null)), 200);
  return { topic, agenda: markOf(id), start, end };
}

const digestOf = (draft: ZoomDraft): string =>
  createHash("sha256").update(JSON.stringify(draft)).digest("base64url");
