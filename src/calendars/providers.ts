import type { World } from "../world.ts";
import type { CalendarProvider, ProviderName } from "./provider.ts";

type Factory = (world: World) => CalendarProvider;

const FACTORIES: Readonly<Record<ProviderName, string>> = {
  google: "makeGoogle",
  microsoft: "makeMicrosoft",
  caldav: "makeCaldav",
  ics: "makeIcs",
};

const made = new WeakMap<World, Map<ProviderName, Promise<CalendarProvider>>>();

/**
 * The provider of calendars of this name, as this process has it. Their libraries are large: each is loaded when
 * somebody has such a calendar, and never by who only answers guests.
 */
export function providerOf(world: World, name: ProviderName): Promise<CalendarProvider> {
  const given = world.calendars?.[name];
  if (given) return Promise.resolve(given);
  const known = made.get(world) ?? new Map<ProviderName, Promise<CalendarProvider>>();
  made.set(world, known);
  const provider = known.get(name) ?? load(name).then((make) => make(world));
  known.set(name, provider);
  return provider;
}

async function load(name: ProviderName): Promise<Factory> {
  const file: Record<string, Factory> = await import(`./${name}.ts`);
  const factory = file[FACTORIES[name]];
  if (!factory) throw new RangeError(`Cannot find ${FACTORIES[name]} in ${name}.ts`);
  return factory;
}
