/**
 * What people call a zone, "Central European Time" of "Europe/Berlin"; its own name where nobody calls it
 * anything. The runtime's zone data may be stale, so it is asked for the name alone: what the clock
 * shows, and the offset, come from zone.ts.
 */
export function zoneInWords(zone: string, at: Temporal.Instant, locale: string): string {
  const year = at.toString().slice(0, 4);
  try {
    const name = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "longGeneric" })
      // Near a change of the clocks the country would be named as well.
      .formatToParts(Temporal.Instant.from(`${year}-01-15T12:00:00Z`).epochMilliseconds)
      .find(({ type }) => type === "timeZoneName")?.value;
    return name === undefined || /^(GMT|UTC)/.test(name) ? zone : name;
  } catch {
    // A zone that is younger than the runtime's data.
    return zone;
  }
}
