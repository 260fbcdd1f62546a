// Free times of a month over HTTP, beside a bare handler of Elysia and postgres.js that answers with the rows of the same
// statement, and a copy that is still right (304) beside a bare handler of one small row. Two processes, each with the
// settings of production, keep-alive clients, turn and turn about. A new question is one that nobody has asked before: it
// cannot be answered from what is remembered. Of 304s the most that each can give is compared, to as many clients as suit it.
// CPU is what the server's process used for one request.
// `bun bench/slots-http.ts [--count 1000]` makes a database of the tests' server.
import { findRedis, startRedis } from "../tests/support/redis.ts";
import {
  BOOKINGS,
  CALENDARS,
  DAYS,
  factsOf,
  makeTeamType,
  makeType,
  pathOf,
  TEAM,
} from "./slots-http/house.ts";
import { type Child, startApi, startBare } from "./support/child.ts";
import { type Loaded, load, wire } from "./support/load.ts";
import { aimed, median, perSecond, table } from "./support/numbers.ts";
import { openStage, rowOf } from "./support/stage.ts";

const flag = process.argv.indexOf("--count");
const COUNT = flag < 0 ? 1_000 : Number(process.argv[flag + 1]);
/** Of what takes microseconds so many more, that a round takes its time. */
const SMALL = 10;
const ROUNDS = 7;
const AT_ONCE = 16;
/** Few wait for each other, many for their turn: a server's most lies between. */
const CROWDS = [8, AT_ONCE, 32, 64, 128];
const POOL = 10;
const AIMS = { facts: 0.5, etag: 0.9, p99: 3 };

interface Case {
  readonly name: string;
  readonly server: Child;
  /** What the bare handler answers. */
  readonly beside: string;
  /** How much of what the bare handler does a second. */
  readonly aim?: number;
  readonly status: 200 | 304;
  readonly clients?: number;
  readonly count?: number;
  /** Requests as they go over the wire. */
  ask(count: number): Promise<Uint8Array[]> | Uint8Array[];
}

const { databaseUrl, env, world, end } = await openStage(POOL);
const redis = findRedis() ? await startRedis() : null;
const [busy, quiet, team] = [
  await makeType(world, BOOKINGS),
  await makeType(world, 0),
  await makeTeamType(world),
];
await world.db.run("analyze", []);
const bare = await startBare(databaseUrl, POOL, {
  busy: await factsOf(world, busy),
  quiet: await factsOf(world, quiet),
  team: await factsOf(world, team),
  row: rowOf(busy),
});
const api = await startApi(env);
const counting =
  redis && (await startApi({ ...env, REDIS_URL: redis.url, RATE_LIMIT_PER_MINUTE: "1000000" }));

let asked = 0;
const newQuestions = (type: { id: string }) => (count: number) =>
  Array.from({ length: count }, () => wire("GET", pathOf(type, asked++)));
const copies = (server: Child) => async (count: number) => {
  const path = pathOf(busy, 0);
  const { headers } = await fetch(server.url + path);
  const copy = { "if-none-match": headers.get("etag") ?? "" };
  return new Array<Uint8Array>(count).fill(wire("GET", path, { headers: copy }));
};
const slots = { server: api, aim: AIMS.facts, status: 200 } as const;
const etag = { beside: "row", status: 304, count: COUNT * SMALL } as const;
const CASES: Case[] = [
  { ...slots, name: "busy host, new question", beside: "busy", ask: newQuestions(busy) },
  {
    ...slots,
    name: "busy host, asked again",
    beside: "busy",
    ask: (count) => new Array<Uint8Array>(count).fill(wire("GET", pathOf(busy, 0))),
  },
  { ...slots, name: "host without bookings, new", beside: "quiet", ask: newQuestions(quiet) },
  { ...slots, name: `team of ${TEAM}, new question`, beside: "team", ask: newQuestions(team) },
  ...(counting
    ? [{ ...etag, name: "304, rationed in Redis", server: counting, ask: copies(counting) }]
    : []),
];
const CROWDED: Case[] = CROWDS.map((clients) => ({
  ...etag,
  name: `304, ${clients} clients`,
  server: api,
  clients,
  ask: copies(api),
}));

console.log(
  `${DAYS} days by 30 minutes; busy: ${BOOKINGS} bookings and ${CALENDARS} calendars with ${CALENDARS * 20} events; one process each, ${AT_ONCE} clients unless said,
medians of ${ROUNDS} rounds of ${COUNT}, of 304s ${COUNT * SMALL}; p99 in ms; nothing rationed unless said\n`,
);
const rows = [["", "bare", "Kalends", "ratio", "p99", "p99", "ratio", "CPU µs", "CPU µs"]];
for (const each of CASES) rows.push(lineOf(each, await compare(each)));
const crowded: Compared[] = [];
for (const each of CROWDED) {
  const compared = await compare(each);
  crowded.push(compared);
  rows.push(lineOf(each, compared));
}
const most = (who: keyof Compared) => Math.max(...crowded.map((each) => each[who].perSecond));
rows.push([
  "304, the most of each",
  perSecond(most("bare")),
  perSecond(most("ours")),
  aimed(most("ours") / most("bare"), "≥", AIMS.etag),
  ...new Array<string>(5).fill(""),
]);
console.log(table(rows));
await Promise.all([api.stop(), bare.stop(), counting?.stop()]);
await redis?.stop();
await end();

interface Round extends Loaded {
  readonly cpuUs: number;
}

interface Compared {
  readonly bare: Measured;
  readonly ours: Measured;
}

type Measured = Record<"perSecond" | "p99Ms" | "cpuUs", number>;

/** The medians of the rounds. */
async function compare(each: Case): Promise<Compared> {
  const { server, beside, status, clients = AT_ONCE, count = COUNT, ask } = each;
  const bareRequests = new Array<Uint8Array>(count).fill(wire("GET", `/${beside}`));
  const rounds = { bare: [] as Round[], ours: [] as Round[] };
  // The first round of both warms up.
  for (let n = 0; n <= ROUNDS; n += 1) {
    const theirs = await round(bare, bareRequests, 200, clients);
    const ours = await round(server, () => ask(count), status, clients);
    if (n === 0) continue;
    rounds.bare.push(theirs);
    rounds.ours.push(ours);
  }
  const middle = (of: readonly Round[]): Measured => ({
    perSecond: median(of.map(({ perSecond }) => perSecond)),
    p99Ms: median(of.map(({ p99Ms }) => p99Ms)),
    cpuUs: median(of.map(({ cpuUs }) => cpuUs)),
  });
  return { bare: middle(rounds.bare), ours: middle(rounds.ours) };
}

function lineOf({ name, aim }: Case, { bare, ours }: Compared): string[] {
  const ratio = ours.perSecond / bare.perSecond;
  const late = ours.p99Ms / bare.p99Ms;
  return [
    name,
    perSecond(bare.perSecond),
    perSecond(ours.perSecond),
    aim === undefined ? ratio.toFixed(2) : aimed(ratio, "≥", aim),
    bare.p99Ms.toFixed(1),
    ours.p99Ms.toFixed(1),
    aim === undefined ? late.toFixed(2) : aimed(late, "≤", AIMS.p99),
    bare.cpuUs.toFixed(0),
    ours.cpuUs.toFixed(0),
  ];
}

async function round(
  server: Child,
  asked: Uint8Array[] | (() => Promise<Uint8Array[]> | Uint8Array[]),
  status: number,
  clients: number,
): Promise<Round> {
  for (;;) {
    const requests = typeof asked === "function" ? await asked() : asked;
    const before = server.cpuMs();
    const loaded = await load(server.url, requests, clients);
    const cpuUs = ((server.cpuMs() - before) * 1000) / requests.length;
    if (loaded.statuses[status] === requests.length) return { ...loaded, cpuUs };
    // A tag holds for the minute; the round in which it ended does not count.
    if (status !== 304 || Object.keys(loaded.statuses).some((each) => !"200 304".includes(each)))
      throw new Error(`${server.url} answered ${JSON.stringify(loaded.statuses)}`);
  }
}
