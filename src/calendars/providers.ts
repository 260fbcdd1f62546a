import type { World } from "../world.ts";
import type { CalendarProvider, ProviderName } from "./provider.ts";

type Factory = (world: World) => CalendarProvider;

// Their libraries are large: each is loaded when somebody has such a calendar, and never by who only answers guests.
const FACTORIES: Readonly<Record<ProviderName, () => Promise<Factory>>> = {
  google: async () => (await import("./google.ts")).makeGoogle,
  microsoft: async () => (await import("./microsoft.ts")).makeMicrosoft,
  caldav: async () => (await import("./caldav.ts")).makeCaldav,
  ics: async () => (await import("./ics.ts")).makeIcs,
};

const made = new WeakMap<World, Map<ProviderName, Promise<CalendarProvider>>>();

/** The provider of calendars of this name, as this process has it. */
export function providerOf(world: World, name: ProviderName): Promise<CalendarProvider> {
  const given = world.calendars?.[name];
  if (given) return Promise.resolve(given);
  const known = made.get(world) ?? new Map<ProviderName, Promise<CalendarProvider>>();
  made.set(world, known);
  const provider = known.get(name) ?? FACTORIES[name]().then((make) => make(world));
  known.set(name, provider);
  return provider;
}
