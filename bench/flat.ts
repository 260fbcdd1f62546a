// Whether the same bookings and the same months of free times cost as much with five million bookings in the tables as with
// ten thousand: an installation of each size stands ready, and both are measured turn by turn, each statement alone and over
// HTTP. The hosts who are asked have eight years of meetings in the big one and two months in the small one. Slower is how
// much less is done in a second than with the fewest bookings; pages are those that the statement looks at. The plans of
// both sizes are kept in flat-plans.md.
// `bun bench/flat.ts [--rows 10000,5000000] [--count 150]` makes databases of the tests' server; filling takes minutes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { releaseTestDatabases, testDatabaseUrl } from "../tests/support/postgres.ts";
import { type House, KINDS, type Kind, openHouse, pagesOf } from "./booking/house.ts";
import { describePlans } from "./booking/plans.ts";
import { bookByHttp, bookByStatement, readByHttp, readByStatement } from "./booking/rates.ts";
import { type Child, startApi } from "./support/child.ts";
import { aimed, median, perSecond, table } from "./support/numbers.ts";

const flag = (name: string, fallback: string) =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1]! : fallback;
const SIZES = flag("--rows", "10000,5000000").split(",").map(Number);
const COUNT = Number(flag("--count", "150"));
const ROUNDS = 5;
const AIM = 1.3;
const PLANS = join(import.meta.dir, "flat-plans.md");

type Measured = { readonly house: House; readonly api: Child };
type Way = (of: Measured, kind: Kind) => Promise<number>;
const WAYS = {
  slots: {
    statement: ({ house }, kind) => readByStatement(house, kind, COUNT),
    HTTP: ({ house, api }, kind) => readByHttp(api, house, kind, COUNT),
  },
  booking: {
    statement: ({ house }, kind) => bookByStatement(house, kind, COUNT),
    HTTP: ({ house, api }, kind) => bookByHttp(api, house, kind, COUNT),
  },
} satisfies Record<string, Record<"statement" | "HTTP", Way>>;
const pages = {
  slots: async ({ house }: Measured, kind: Kind) =>
    pagesOf(house, await house.month(kind).statement()),
  booking: async ({ house }: Measured, kind: Kind) =>
    pagesOf(house, (await house.prepare(kind)).take),
};

const all: Measured[] = [];
for (const size of SIZES) {
  const house = await openHouse(await testDatabaseUrl(), size);
  all.push({ house, api: await startApi(house.env) });
}
const rows = [["", "bookings", "statement", "slower", "HTTP", "slower", "pages"]];
for (const what of ["slots", "booking"] as const)
  for (const kind of KINDS) rows.push(...(await measure(what, kind)));
console.log(`medians of ${ROUNDS} rounds of ${COUNT}, 16 at once\n\n${table(rows)}`);
writeFileSync(PLANS, await describePlans(all.map(({ house }) => house)));
console.log("\nThe plans: bench/flat-plans.md");
for (const { house, api } of all) await Promise.all([api.stop(), house.close()]);
await releaseTestDatabases();
process.exit(0);

async function measure(what: keyof typeof WAYS, kind: Kind): Promise<string[][]> {
  const rates = all.map(() => ({ statement: [] as number[], HTTP: [] as number[] }));
  // Turn by turn, so that whatever else the machine does slows all alike; the first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [i, each] of all.entries())
      for (const way of ["statement", "HTTP"] as const) {
        const rate = await WAYS[what][way](each, kind);
        if (round > 0) rates[i]![way].push(rate);
      }
  const least = { statement: median(rates[0]!.statement), HTTP: median(rates[0]!.HTTP) };
  const measured: string[][] = [];
  for (const [i, each] of all.entries()) {
    const found = { statement: median(rates[i]!.statement), HTTP: median(rates[i]!.HTTP) };
    const seen: number[] = [];
    while (seen.length < 15) seen.push(await pages[what](each, kind));
    const slower = (way: "statement" | "HTTP") =>
      i === 0 ? "" : aimed(least[way] / found[way], "≤", AIM);
    measured.push([
      i === 0 ? `${what}, ${kind}` : "",
      each.house.size.toLocaleString("en"),
      perSecond(found.statement),
      slower("statement"),
      perSecond(found.HTTP),
      slower("HTTP"),
      String(median(seen)),
    ]);
  }
  return measured;
}
