// Signing in over HTTP, beside a bare handler that reads one row and checks the password against its hash, of the same
// cost. And how long it takes to be refused for a wrong password and for an address that nobody has: one must not be told
// from the other by the clock. `bun bench/login.ts` makes a database of the tests' server.
import { type Host, makeHost, PASSWORD } from "../tests/support/make.ts";
import { startApi, startBare } from "./support/child.ts";
import { type Loaded, load, wire } from "./support/load.ts";
import { median, table } from "./support/numbers.ts";
import { openStage } from "./support/stage.ts";

const COST = 12;
const ROUNDS = 5;
const PER_ROUND = 16;
const AT_ONCE = 4;
const REFUSALS = 8;
const POOL = 4;

const { databaseUrl, env, world, end } = await openStage(POOL);
const hosts: Host[] = [];
while (hosts.length < PER_ROUND) hosts.push(await makeHost(world));
const hash = await Bun.password.hash(PASSWORD, { algorithm: "bcrypt", cost: COST });
await world.db.run("update users set password_hash = $1", [hash]);
const api = await startApi(env);
const bare = await startBare(databaseUrl, POOL, {
  login: { text: "select id, password_hash from users where email = $1", values: [""] },
});

const ask = (path: string, email: string, password: string) =>
  wire("POST", path, { body: JSON.stringify({ email, password }) });
const asOften = (path: string) => hosts.map(({ email }) => ask(path, email, PASSWORD));

const rounds = { bare: [] as Loaded[], ours: [] as Loaded[] };
for (let n = 0; n <= ROUNDS; n += 1) {
  const theirs = await load(bare.url, asOften("/login/password"), AT_ONCE);
  const ours = await load(api.url, asOften("/api/v1/auth/login"), AT_ONCE);
  for (const { statuses } of [theirs, ours])
    if (statuses[200] !== PER_ROUND) throw new Error(`Refused: ${JSON.stringify(statuses)}`);
  if (n === 0) continue;
  rounds.bare.push(theirs);
  rounds.ours.push(ours);
}
const of = (who: keyof typeof rounds, what: "perSecond" | "p50Ms" | "p99Ms") =>
  median(rounds[who].map((each) => each[what]));
const row = (name: string, what: "perSecond" | "p50Ms" | "p99Ms") => [
  name,
  of("bare", what).toFixed(1),
  of("ours", what).toFixed(1),
  (of("ours", what) / of("bare", what)).toFixed(2),
];
console.log(
  `bcrypt of cost ${COST}, ${AT_ONCE} clients, medians of ${ROUNDS} rounds of ${PER_ROUND}\n`,
);
console.log(
  table([
    ["", "bare", "Kalends", "ratio"],
    row("sign-ins a second", "perSecond"),
    row("half take, ms", "p50Ms"),
    row("99 of 100 take, ms", "p99Ms"),
  ]),
);

const refused = { wrong: [] as number[], unknown: [] as number[] };
for (let n = 0; n < REFUSALS; n += 1)
  for (const [kind, email] of [
    ["wrong", hosts[n]!.email],
    ["unknown", `nobody-${n}@example.com`],
  ] as const) {
    const request = ask("/api/v1/auth/login", email, "not the password");
    const { p50Ms, statuses } = await load(api.url, [request], 1);
    if (statuses[401] !== 1) throw new Error(`Not refused: ${JSON.stringify(statuses)}`);
    refused[kind].push(p50Ms);
  }
const [wrong, unknown] = [median(refused.wrong), median(refused.unknown)];
console.log(
  `\nRefused, one by one: ${wrong.toFixed(1)} ms a wrong password, ${unknown.toFixed(1)} ms an unknown address: ratio ${(unknown / wrong).toFixed(2)}`,
);
await Promise.all([api.stop(), bare.stop()]);
await end();
