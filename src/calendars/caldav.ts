// Calendars of iCloud, Fastmail, Nextcloud, Radicale and whatever else speaks CalDAV (RFC 4791), with an app password.
import { TooLarge } from "../outbound/guarded-fetch.ts";
import type { World } from "../world.ts";
import { changesOf } from "./caldav-changes.ts";
import { type Dav, type DavBounds, openDav } from "./caldav-dav.ts";
import { failureOf } from "./caldav-failure.ts";
import { listCalendars } from "./caldav-list.ts";
import { readEvent, removeEvent, writeEvent } from "./caldav-write.ts";
import { CalendarFailure } from "./failure.ts";
import type { Access, CalendarProvider } from "./provider.ts";

const BOUNDS: DavBounds = {
  requestMs: 30_000,
  callMs: 300_000,
  answerBytes: 16 * 1024 * 1024,
};

/** A calendar's id is its URL, an event's too. There are no pushes: it is polled. */
export function makeCaldav(world: World, bounds = BOUNDS): CalendarProvider {
  const open = (access: Access) => openDav(world, passwordOf(access), bounds);
  const call = async <T>(access: Access, attempt: (dav: Dav) => Promise<T>): Promise<T> => {
    try {
      return await attempt(open(access));
    } catch (error) {
      throw failureIn(world, error);
    }
  };
  return {
    name: "caldav",
    listCalendars: (access) =>
      call(access, (dav) => listCalendars(world, dav, passwordOf(access).url)),
    async *changes(access, from) {
      try {
        yield* changesOf(world, open(access), passwordOf(access).username, from);
      } catch (error) {
        throw failureIn(world, error);
      }
    },
    write: (access, calendar, draft, known) =>
      call(access, (dav) => writeEvent(world, dav, calendar, draft, known)),
    read: (access, _calendar, externalId) => call(access, (dav) => readEvent(dav, externalId)),
    remove: (access, _calendar, externalId) => call(access, (dav) => removeEvent(dav, externalId)),
    watch: async () => null,
    unwatch: async () => {},
  };
}

function passwordOf(access: Access) {
  if (access.kind === "password") return access;
  throw new CalendarFailure("refused", "CalDAV takes a password");
}

function failureIn(world: World, error: unknown): CalendarFailure {
  if (error instanceof CalendarFailure) return error;
  if (error instanceof TooLarge) return failureOf(error);
  // Something that no server should say, and that we did not foresee.
  world.log.error({ err: error }, "A CalDAV answer is not understood");
  return new CalendarFailure("temporary", "The server's answer is not understood");
}
