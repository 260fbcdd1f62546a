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
  prolongChannel,
  putOffChannel,
  type Unwatched,
} from "./channel-queries.ts";
import { CalendarFailure } from "./failure.ts";
import type { Access, CalendarProvider } from "./provider.ts";
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
  const claim = { calendarId: calendar.id, claimedAt };
  try {
    const provider = await providerOf(world, calendar.provider);
    const access = await accessOf(world, calendar.connectionId);
    const isStanding =
      (await prolong(world, provider, access, calendar, claim)) ||
      (await open(world, provider, access, calendar, claim));
    if (!isStanding)
      await putOffChannel(world.db, {
        ...claim,
        channelAt: world.now().add({ hours: AGAIN_HOURS }),
      });
  } catch (error) {
    world.log.warn({ err: error, calendarId: calendar.id }, "Pushes could not be asked for");
    const told = error instanceof CalendarFailure ? error.retryAfterSeconds : null;
    const channelAt = world.now().add({ seconds: told ?? RETRY_MINUTES * 60 });
    await putOffChannel(world.db, { ...claim, channelAt });
  }
}

interface Claim {
  readonly calendarId: string;
  readonly claimedAt: Temporal.Instant;
}

/** Lets the channel that there is live longer; false where another one is wanted. */
async function prolong(
  world: World,
  provider: CalendarProvider,
  access: Access,
  { channelId, channelExternalId: externalId, channelResourceId: resourceId }: Unwatched,
  claim: Claim,
): Promise<boolean> {
  if (!provider.renew || channelId === null || externalId === null) return false;
  try {
    const { expiresAt } = await provider.renew(access, { externalId, resourceId });
    const renewAt = renewalOf(world, expiresAt);
    await prolongChannel(world.db, { ...claim, channelId, expiresAt, renewAt });
    return true;
  } catch (error) {
    if (error instanceof CalendarFailure && error.kind === "not_found") return false;
    throw error;
  }
}

/** Has another channel made; false where this provider does not push of this calendar. */
async function open(
  world: World,
  provider: CalendarProvider,
  access: Access,
  calendar: Unwatched,
  claim: Claim,
): Promise<boolean> {
  const channelId = newId();
  const channel = await provider.watch(access, calendar.externalId, {
    id: channelId,
    secret: pushSecret(world, channelId),
    url: `${world.config.PUBLIC_URL}/api/v1/calendar/notifications/${calendar.provider}`,
  });
  if (!channel) return false;
  const { externalId, resourceId, expiresAt } = channel;
  const added = await addChannel(world.db, {
    ...claim,
    channelId,
    externalId,
    resourceId,
    expiresAt,
    renewAt: renewalOf(world, expiresAt),
    now: world.now(),
  });
  if (!added) await provider.unwatch(access, channel);
  return true;
}

/** At half of its life: who fails then has the other half to try again. */
function renewalOf(world: World, expiresAt: Temporal.Instant): Temporal.Instant {
  const now = world.now();
  const life = expiresAt.epochMilliseconds - now.epochMilliseconds;
  return now.add({ milliseconds: Math.max(Math.floor(life / 2), 60_000) });
}

/** Ends pushes that are of no more use: of channels that another one has replaced, and of calendars that nobody wants. */
export async function closeChannels(world: World): Promise<boolean> {
  const claimed = await claimChannelsToClose(world.db, {
    now: world.now(),
    leaseUntil: world.now().add({ minutes: RETRY_MINUTES }),
    limit: AT_ONCE,
  });
  await Promise.all(
    claimed.map(async ({ id, connectionId, provider, ...channel }) => {
      try {
        const access = await accessOf(world, connectionId);
        await (await providerOf(world, provider)).unwatch(access, channel);
        await forgetChannel(world.db, { channelId: id });
      } catch (error) {
        world.log.warn({ err: error, channelId: id }, "A channel could not be stopped");
      }
    }),
  );
  return claimed.length === AT_ONCE;
}
