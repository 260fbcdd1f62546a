import { createHash, randomBytes } from "node:crypto";
import { nameOf } from "../../accounts/schema.ts";
import { asOf } from "../../bookings/confirmation.ts";
import { refused } from "../../db/conflict.ts";
import { newId } from "../../db/id.ts";
import type { Reader } from "../../messages/facts.ts";
import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";
import { createFeed, type FeedRow, listFeedBookings, readFeed as read } from "../feed-queries.ts";

const MOST_FEEDS = 20;
const PAST_DAYS = 90;
/** So long a meeting that is off is shown as such: calendars look rarely, and some keep what merely disappears. */
const OFF_DAYS = 30;
const MOST_BOOKINGS = 2_000;
/** Raised when the same bookings are to be written otherwise. */
const FORMAT = 1;

/** Makes a feed; its token is in the answer and nowhere else. Problems: calendar_limit. */
export async function makeFeed(
  world: World,
  userId: string,
  name: string,
): Promise<{ row: FeedRow; token: string }> {
  const token = randomBytes(32).toString("base64url");
  const row = await createFeed(world.db, {
    id: newId(),
    userId,
    name: name.trim(),
    tokenHash: hashOf(token),
    most: MOST_FEEDS,
    now: world.now(),
  }).catch((error: unknown) => {
    if (refused(error) !== "calendar_limit") throw error;
    throw new Problem("calendar_limit", `There can be ${MOST_FEEDS} feeds at most.`);
  });
  return { row, token };
}

/** The text of a feed; null where the caller has it already. */
interface Read {
  readonly etag: string;
  readonly text: string | null;
}

/**
 * What a feed shows: its user's bookings as host from a while ago on, as the invitations to him tell them, under the same
 * UIDs. The tag is of all that the text is made of, so that the same is not written again. Problems: not_found.
 */
export async function readFeed(
  world: World,
  token: string,
  isKnown: (etag: string) => boolean,
): Promise<Read> {
  const now = world.now();
  const found = await read(world.db, { tokenHash: hashOf(token), now });
  if (!found) throw new Problem("not_found");
  const rows = await listFeedBookings(world.db, {
    userId: found.userId,
    from: now.subtract({ hours: 24 * PAST_DAYS }),
    offSince: now.subtract({ hours: 24 * OFF_DAYS }),
    limit: MOST_BOOKINGS,
  });
  const bookings = rows.map((row) => asOf(row, now));
  const reader: Reader = {
    role: "host",
    name: nameOf(found),
    timeZone: found.timeZone,
    locale: found.locale,
  };
  const etag = tagOf([FORMAT, world.config.PUBLIC_URL, found.name, reader, bookings]);
  if (isKnown(etag)) return { etag, text: null };
  const [{ hostsEvent }, { feed }] = await Promise.all([
    import("../../bookings/invite-file.ts"),
    import("../../messages/ics.ts"),
  ]);
  return {
    etag,
    text: feed(
      found.name,
      bookings.map((each) => hostsEvent(world, each, reader)),
    ),
  };
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

const tagOf = (all: unknown): string =>
  `W/"${createHash("sha256").update(JSON.stringify(all)).digest("base64url").slice(0, 22)}"`;
