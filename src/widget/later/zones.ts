// Names of time zones, for the reader to choose from. What their clocks show comes from the server.

/** Every zone that the browser has a name for, and the one that is chosen. */
export const zoneNames = (chosen: string): string[] =>
  [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", chosen])].sort();

/** "Buenos Aires" of "America/Argentina/Buenos_Aires". */
export const cityOf = (zone: string): string => plain(zone.slice(zone.lastIndexOf("/") + 1));
/** "America, Argentina"; nothing of "UTC". */
export const regionOf = (zone: string): string => plain(zone.split("/").slice(0, -1).join(", "));

const plain = (name: string): string => name.replaceAll("_", " ");

const bare = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[_/,\s]+/g, " ")
    .trim();

/** The zones that a search means, those whose city begins with it first. */
export function searchZones(names: readonly string[], query: string): string[] {
  const wanted = bare(query);
  if (wanted === "") return [...names];
  const found = names.filter((name) => bare(name).includes(wanted));
  const rank = (name: string) => (bare(cityOf(name)).startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b));
}
