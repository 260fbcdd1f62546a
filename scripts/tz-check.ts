// Which zones does this machine get wrong? Compares our tables with what the runtime and the database
// believe, month by month over the years that people book in. Kalends itself asks neither.
import postgres from "postgres";
import { offsetMinutesAt, TZDATA_VERSION, zoneNames } from "../src/availability/zone.ts";
import { withEmbedded } from "./embedded.ts";

const FIRST_YEAR = new Date().getUTCFullYear();
const YEARS = 3;

/** The instants that are compared: the middle of every month, which no clock change is near for long. */
const INSTANTS = Array.from({ length: YEARS * 12 }, (_, month) =>
  Date.UTC(FIRST_YEAR, month, 15, 12),
);

interface Difference {
  zone: string;
  at: number;
  ours: number;
  theirs: number | null;
}

/** The first instant of each zone at which somebody else's offset is not ours; null: no such zone there. */
function differences(offsets: (zone: string) => (number | null)[]): Difference[] {
  return zoneNames().flatMap((zone) => {
    const theirs = offsets(zone);
    const i = INSTANTS.findIndex((at, j) => offsetMinutesAt(zone, at) !== theirs[j]);
    if (i < 0) return [];
    const at = INSTANTS[i]!;
    return [{ zone, at, ours: offsetMinutesAt(zone, at), theirs: theirs[i] ?? null }];
  });
}

function runtimeOffsets(zone: string): (number | null)[] {
  try {
    return INSTANTS.map((at) =>
      Math.round(
        Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds /
          6e10,
      ),
    );
  } catch {
    return INSTANTS.map(() => null);
  }
}

async function databaseOffsets(url: string): Promise<(zone: string) => (number | null)[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const rows = await sql<{ name: string; offsets: number[] }[]>`
      select z.name, array_agg(
        round(extract(epoch from (i.at at time zone z.name) - (i.at at time zone 'UTC')) / 60)::int order by i.at) as offsets
      from unnest(${zoneNames()}::text[]) as wanted(name)
      join pg_timezone_names z on z.name = wanted.name,
      unnest(${INSTANTS.map((at) => new Date(at).toISOString())}::text[]::timestamptz[]) as i(at)
      group by z.name`;
    const byZone = new Map(rows.map(({ name, offsets }) => [name, offsets]));
    return (zone) => byZone.get(zone) ?? INSTANTS.map(() => null);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function report(who: string, found: readonly Difference[]): void {
  const wrong = found.filter(({ theirs }) => theirs !== null);
  console.log(`\n${who}: ${wrong.length === 0 ? "agrees" : `${wrong.length} zones differ`}.`);
  for (const { zone, at, ours, theirs } of wrong)
    console.log(
      `  ${zone.padEnd(32)} ${new Date(at).toISOString().slice(0, 7)}  ${hours(theirs!)}, right is ${hours(ours)}`,
    );
  const unknown = found.length - wrong.length;
  if (unknown > 0) console.log(`  ${unknown} more zones are not known there.`);
}

const hours = (minutes: number): string => {
  const sign = minutes < 0 ? "−" : "+";
  const [h, m] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${sign}${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`;
};

console.log(`Kalends uses its own tables: tzdata ${TZDATA_VERSION}, ${zoneNames().length} zones.`);
report(
  `This runtime (Bun ${Bun.version}, ICU ${process.versions["icu"] ?? "?"}, tz ${process.versions["tz"] ?? "?"})`,
  differences(runtimeOffsets),
);
await withEmbedded(async (url) => report("The database", differences(await databaseOffsets(url))));
console.log(
  "\nKalends is right in all of them; what other programs on this machine show may not be.",
);
