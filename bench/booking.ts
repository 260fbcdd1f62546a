// How many bookings a second one API process takes, beside what the database takes of the bare booking statement: the
// same statement with the same parameters, worked out beforehand and sent from here. And how much of that is left when the
// tables have grown: an installation of each size stands ready, and all are measured turn by turn.
// `bun bench/booking.ts [--rows 10000,1000000]` makes databases of the tests' server (no fsync, so that the disk does not
// hide what we cost); it takes some minutes to fill a million.
import { availableParallelism, loadavg } from "node:os";
import { releaseTestDatabases, testDatabaseUrl } from "../tests/support/postgres.ts";
import {
  HOSTS,
  type House,
  KINDS,
  type Kind,
  openHouse,
  POOL,
  TEAM,
  type Way,
} from "./booking/house.ts";

const flag = process.argv.indexOf("--rows");
const SIZES = (flag < 0 ? "10000,100000" : (process.argv[flag + 1] ?? "")).split(",").map(Number);
const AT_ONCE = 16;
const ROUNDS = 5;
const PER_ROUND = 200;

/** Bookings per second. */
async function rateOf(way: Way, kind: Kind): Promise<number> {
  const calls: (() => Promise<unknown>)[] = [];
  for (let i = 0; i < PER_ROUND; i += 1) calls.push(await way(kind));
  const before = performance.now();
  const worker = async () => {
    for (let call = calls.pop(); call; call = calls.pop()) await call();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (PER_ROUND / (performance.now() - before)) * 1000;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >>> 1] ?? 0;
const column = (value: string | number, width = 11) => String(value).padStart(width);
const perSecond = (rate: number) => column(`${Math.round(rate)}/s`);

async function measure(houses: readonly House[], kind: Kind): Promise<void> {
  const rates = new Map(houses.map((house) => [house, { statement: [0], HTTP: [0] }]));
  // Turn by turn, so that whatever else the machine does slows all alike; the first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const house of houses)
      for (const name of ["statement", "HTTP"] as const) {
        const rate = await rateOf(house.ways[name], kind);
        const kept = rates.get(house)![name];
        if (round === 0) kept.length = 0;
        else kept.push(rate);
      }
  let least: { statement: number; http: number } | null = null;
  for (const house of houses) {
    const { statement: all, HTTP } = rates.get(house)!;
    const [statement, http] = [median(all), median(HTTP)];
    least ??= { statement, http };
    const pages: { facts: number; book: number }[] = [];
    for (let i = 0; i < 30; i += 1) pages.push(await house.pages(kind));
    console.log(
      kind.padEnd(12) +
        column(house.size) +
        perSecond(statement) +
        perSecond(http) +
        column((http / statement).toFixed(2), 17) +
        column(`${(least.statement / statement).toFixed(2)}×`, 13) +
        column(`${(least.http / http).toFixed(2)}×`, 8) +
        column(median(pages.map(({ facts }) => facts)), 8) +
        column(median(pages.map(({ book }) => book)), 8),
    );
  }
}

console.log(
  `Bun ${Bun.version}, one API process, ${POOL} connections, ${AT_ONCE} at once, ${HOSTS} hosts of each kind, teams of ${TEAM};\n` +
    `median of ${ROUNDS} rounds of ${PER_ROUND}. slower: than with the fewest bookings. pages: of facts and of the booking statement.\n`,
);
const houses: House[] = [];
for (const size of SIZES) houses.push(await openHouse(await testDatabaseUrl(), size));
console.log(
  "                bookings  statement       HTTP   HTTP/statement   slower: st.    HTTP   pages: f.  book",
);
for (const kind of KINDS) await measure(houses, kind);
// Where others run too, the one process that answers HTTP gets a smaller share than eight that serve its statements.
console.log(
  `\nload of the machine: ${loadavg()[1]?.toFixed(1)} on ${availableParallelism()} cores`,
);
await Promise.all(houses.map((house) => house.close()));
await releaseTestDatabases();
