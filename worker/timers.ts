// What comes with time alone. Plain loops: a scheduler in Redis would be gone with its keys.
import { keepEventPartitions } from "../src/analytics/retention.ts";
import { settleDepartures } from "../src/bookings/host/depart.ts";
import { completeMeetings, expireRequests, forgetHolds } from "../src/bookings/lapse.ts";
import { closeChannels, openChannels } from "../src/calendars/channels.ts";
import { pollCalendars } from "../src/calendars/poll.ts";
import { passOrphanedTypes, tellOfGoneHosts } from "../src/organizations/converge.ts";
import { reconcile } from "../src/outbox/reconcile.ts";
import { eraseGuests } from "../src/privacy/erase-guests.ts";
import { eraseUsers } from "../src/privacy/erase-users.ts";
import { sweepOld } from "../src/privacy/retention.ts";
import { forgetOldAttempts } from "../src/webhooks/forget.ts";
import type { World } from "../src/world.ts";
import type { Rhythm } from "./rhythm.ts";

/** Does some of what is due; whether there may be more. Any number of workers may, at once. */
type Timer = (world: World) => Promise<boolean>;

const TIMERS: Readonly<Record<string, Timer>> = {
  "requests that lapse": expireRequests,
  "meetings that end": completeMeetings,
  "holds that end": forgetHolds,
  "months of events": keepEventPartitions,
  "types whose owner is gone": passOrphanedTypes,
  "hosts who are gone": tellOfGoneHosts,
  "meetings of hosts who are gone": settleDepartures,
  "logs of webhooks": forgetOldAttempts,
  "calendars to look at": pollCalendars,
  "channels to open": openChannels,
  "channels to close": closeChannels,
  "guests to forget": eraseGuests,
  "accounts to erase": eraseUsers,
  "what is kept no longer": sweepOld,
};

/** What is dearer, and need not be soon. */
const RARE_TIMERS: Readonly<Record<string, Timer>> = {
  "promises that are missing": (world) => reconcile(world).then(() => false),
};

/** Looks for what is due until it is stopped. */
export function startTimers(world: World, rhythm: Pick<Rhythm, "timers" | "rareTimers">) {
  const loops = [
    ...Object.entries(TIMERS).map((each) => startLoop(world, ...each, rhythm.timers)),
    ...Object.entries(RARE_TIMERS).map((each) => startLoop(world, ...each, rhythm.rareTimers)),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

function startLoop(world: World, name: string, timer: Timer, pauseMs: number) {
  let isStopping = false;
  let wake = () => {};

  async function run(): Promise<void> {
    while (!isStopping) {
      const isMore = await timer(world).catch((error: unknown) => {
        world.log.warn({ err: error, timer: name }, "A timer could not do its work");
        return false;
      });
      if (!isMore && !isStopping) await nap();
    }
  }

  function nap(): Promise<void> {
    return new Promise((resolve) => {
      const timeout = setTimeout(resolve, pauseMs);
      wake = () => {
        clearTimeout(timeout);
        resolve();
      };
    });
  }

  const running = run();
  return {
    stop: async () => {
      isStopping = true;
      wake();
      await running;
    },
  };
}
