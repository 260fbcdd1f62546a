// How many bookings a second one API process takes, beside a bare handler of Elysia and postgres.js that is sent the values
// of the same statement, worked out beforehand, and runs it. What Kalends does besides is to read what decides (a second
// statement), to work out whether the time is offered, to write the mails' promises and the answer.
// `bun bench/booking.ts [--count 200]` makes a database of the tests' server (no fsync, so that the disk does not hide what
// we cost).
import { releaseTestDatabases, testDatabaseUrl } from "../tests/support/postgres.ts";
import { HOSTS, KINDS, openHouse, POOL, TEAM } from "./booking/house.ts";
import { bookBare, bookByHttp, startBareBooking } from "./booking/rates.ts";
import { startApi } from "./support/child.ts";
import { median, perSecond, table } from "./support/numbers.ts";

const flag = process.argv.indexOf("--count");
const COUNT = flag < 0 ? 200 : Number(process.argv[flag + 1]);
const PAST = 10_000;
const ROUNDS = 5;

const house = await openHouse(await testDatabaseUrl(), PAST);
const [api, bare] = [await startApi(house.env), await startBareBooking(house)];
const rows = [["", "bare", "Kalends", "ratio"]];
for (const kind of KINDS) {
  const rates = { bare: [] as number[], ours: [] as number[] };
  // Turn by turn, so that whatever else the machine does slows both; the first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const theirs = await bookBare(bare, house, kind, COUNT);
    const ours = await bookByHttp(api, house, kind, COUNT);
    if (round === 0) continue;
    rates.bare.push(theirs);
    rates.ours.push(ours);
  }
  const [theirs, ours] = [median(rates.bare), median(rates.ours)];
  rows.push([kind, perSecond(theirs), perSecond(ours), (ours / theirs).toFixed(2)]);
}
console.log(
  `one process each, ${POOL} connections, 16 clients, ${HOSTS} hosts of each kind, teams of ${TEAM}, ${PAST} bookings before;
medians of ${ROUNDS} rounds of ${COUNT}\n\n${table(rows)}`,
);
await Promise.all([api.stop(), bare.stop(), house.close()]);
await releaseTestDatabases();
process.exit(0);
