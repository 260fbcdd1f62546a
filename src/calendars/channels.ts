// Where providers push what changes. A channel ends by itself; another one stands before that.
import { newId } from "../db/id.ts";
import { leaseEnd } from "../outbox/lease.ts";
import type { World } from "../world.ts";
import { accessOf } from "./access.ts";
import {
  addChannel,
  claimChannels,
  claimChannelsToClose,
  forgetChannel,
  putOffChannel,
  type Unwatched,
} from "./channel-queries.ts";
import { CalendarFailure } from "./failure.ts";
import { providerOf } from "./providers.ts";
import { pushSecret } from "./push.ts";

const AT_ONCE = 10;
const RETRY_MINUTES = 10;
// Of a calendar that its provider does not watch; what cannot be had today may be had tomorrow.
const AGAIN_HOURS = 24;

/** Whether providers can reach us: they push to https alone. Without it calendars are polled. */
export const canBePushedTo = ({ config }: Pick<World, "config">): boolean =>
  config.PUBLIC_URL.startsWith("https://");

/** Asks for pushes of calendars that have none, or none for long. Whether there may be more. */
export async function openChannels(world: World): Promise<boolean> {
  if (!canBePushedTo(world)) return false;
  const claimedAt = leaseEnd(world);
  const claimed = await claimChannels(world.db, {
    now: world.now(),
    leaseUntil: claimedAt,
    limit: AT_ONCE,
  });
  await Promise.all(
    claimed.filter(({ isClaimed }) => isClaimed).map((each) => openChannel(world, each, claimedAt)),
  );
  return claimed.length === AT_ONCE;
}

async function openChannel(
  world: World,
  calendar: Unwatched,
  claimedAt: Temporal.Instant,
): Promise<void> {
  const id = newId();
  const putOff = (channelAt: Temporal.Instant) =>
    putOffChannel(world.db, { calendarId: calendar.id, claimedAt, channelAt });
  try {
    const provider = await providerOf(world, calendar.provider);
    const access = await accessOf(world, {
      id: calendar.connectionId,
      credentials: calendar.credentials,
    });
    const channel = await provider.watch(access, calendar.externalId, {
      id,
      secret: pushSecret(world, id),
      url: `${world.config.PUBLIC_URL}/api/v1/calendar/notifications/${calendar.provider}`,
    });
    if (!channel) {
      await putOff(world.now().add({ hours: AGAIN_HOURS }));
      return;
    }
    const now = world.now();
    const life = channel.expiresAt.epochMilliseconds - now.epochMilliseconds;
    const added = await addChannel(world.db, {
      channelId: id,
      calendarId: calendar.id,
      claimedAt,
      ...channel,
      // At half of its life: who fails then has the other half to try again.
      renewAt: now.add({ milliseconds: Math.max(Math.floor(life / 2), 0) }),
      now,
    });
    if (!added) await provider.unwatch(access, channel);
  } catch (error) {
    warn(world, error, calendar.id, "Pushes of a calendar could not be asked for");
    const told = error instanceof CalendarFailure ? error.retryAfterSeconds : null;
    await putOff(world.now().add({ seconds: told ?? RETRY_MINUTES * 60 }));
  }
}

/** Ends pushes that are of no more use: of channels that another one has replaced, and of calendars that nobody wants. */
export async function closeChannels(world: World): Promise<boolean> {
  const claimed = await claimChannelsToClose(world.db, {
    now: world.now(),
    leaseUntil: world.now().add({ minutes: RETRY_MINUTES }),
    limit: AT_ONCE,
  });
  await Promise.all(
    claimed.map(async ({ id, connectionId, credentials, provider, ...channel }) => {
      try {
        const access = await accessOf(world, { id: connectionId, credentials });
        await (await providerOf(world, provider)).unwatch(access, channel);
        await forgetChannel(world.db, { channelId: id });
      } catch (error) {
        warn(world, error, id, "A channel could not be stopped");
      }
    }),
  );
  return claimed.length === AT_ONCE;
}

// What a provider says may be told; of whatever else, no more than that.
function warn(world: World, err: unknown, id: string, what: string): void {
  world.log.warn({ err, id }, what);
}
