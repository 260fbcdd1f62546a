// A provider of calendars without a vendor behind it, which does as it is told.
import { CalendarFailure, type FailureKind } from "../../../src/calendars/failure.ts";
import type {
  Access,
  CalendarProvider,
  ProviderName,
  RemoteCalendar,
} from "../../../src/calendars/provider.ts";

export interface FakeCalendar extends CalendarProvider {
  calendars: RemoteCalendar[];
  /** How the next calls fail; null: they do not. */
  fails: FailureKind | null;
  /** What it was let in by, call by call. */
  readonly opened: Exclude<Access, { kind: "token" }>[];
  readonly tokens: string[];
  /** Channels that were stopped. */
  readonly stopped: string[];
}

export const remote = (externalId: string, over: Partial<RemoteCalendar> = {}): RemoteCalendar => ({
  externalId,
  name: `Calendar ${externalId}`,
  timeZone: "Europe/Berlin",
  isPrimary: false,
  canWrite: true,
  conferences: [],
  ...over,
});

function fakeCalendar(name: ProviderName): FakeCalendar {
  const never = () => {
    throw new Error("Cannot do this: nobody here asks for it");
  };
  const enter = async (access: Access): Promise<void> => {
    if (access.kind === "token") fake.tokens.push(await access.token());
    else fake.opened.push(access);
    if (fake.fails) throw new CalendarFailure(fake.fails, `It is ${fake.fails}`);
  };
  const fake: FakeCalendar = {
    name,
    calendars: [
      remote("work"),
      remote("main", { isPrimary: true, name: "Ada Lovelace" }),
      remote("holidays", { canWrite: false }),
    ],
    fails: null,
    opened: [],
    tokens: [],
    stopped: [],
    async listCalendars(access) {
      await enter(access);
      return fake.calendars;
    },
    async unwatch(access, { externalId }) {
      await enter(access);
      fake.stopped.push(externalId);
    },
    changes: never,
    write: never,
    read: never,
    remove: never,
    watch: never,
  };
  return fake;
}

/** One of each. */
export const fakeCalendars = () => ({
  google: fakeCalendar("google"),
  microsoft: fakeCalendar("microsoft"),
  caldav: fakeCalendar("caldav"),
  ics: fakeCalendar("ics"),
});
