// What requests leave behind in a process that lives for months: counted as objects of the heap after a collection, since
// the size of the process tells nothing within a minute. `bun run test:soak` looks at that from outside, for longer.
import { heapStats } from "bun:jsc";
import { expect, test } from "bun:test";
import { sender } from "../support/http.ts";
import { book, makeHost, makeMeetingType, PASSWORD } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const ROUNDS = 5;
const OF_EACH = 50;

test("more requests leave nothing behind", async () => {
  await using scene = await requests();
  expect(await leftByRound(scene.kinds)).toBeLessThan(OF_EACH / 2);
});

test("what each of them leaves is seen", async () => {
  await using scene = await requests();
  const kept: object[] = [];
  const leaking = async (n: number) => {
    // More than the noise of a process in which other tests have run.
    for (let i = 0; i < 20; i += 1) kept.push({ n });
    await scene.kinds[0]!(n);
  };
  expect(await leftByRound([leaking])).toBeGreaterThan(OF_EACH);
  expect(kept).toHaveLength(20 * OF_EACH * (ROUNDS + 1));
});

/** How many more objects there are after each round of so many requests of each kind: the median, since there is noise. */
async function leftByRound(kinds: readonly ((n: number) => Promise<unknown>)[]): Promise<number> {
  let asked = 0;
  const round = async () => {
    for (let i = 0; i < OF_EACH; i += 1) {
      asked += 1;
      await Promise.all(kinds.map((ask) => ask(asked)));
    }
  };
  // What is made once.
  await round();
  const more: number[] = [];
  for (let before = await liveObjects(), i = 0; i < ROUNDS; i += 1) {
    await round();
    const after = await liveObjects();
    more.push(after - before);
    before = after;
  }
  return more.toSorted((a, b) => a - b)[ROUNDS >> 1]!;
}

// What the engine makes of code that runs often, and drops when it does not.
const COMPILED = /CodeBlock|Executable|Structure/;

async function liveObjects(): Promise<number> {
  for (let i = 0; i < 3; i += 1) {
    Bun.gc(true);
    // So that what waits for the end of a turn is let go.
    await Bun.sleep(1);
  }
  return Object.entries(heapStats().objectTypeCounts)
    .filter(([type]) => !COMPILED.test(type))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** What hosts and guests ask for, over and over. */
async function requests() {
  const world = await testWorld({
    // What the cache keeps has its own bound; here every booking would leave an answer in it for a minute.
    CACHE_MEGABYTES: "0",
    METRICS_TOKEN: "the-token-of-this-test",
    RATE_LIMIT_PER_MINUTE: "1000000",
    TRUSTED_PROXIES: "192.0.2.1",
  });
  const api = client(world);
  const hours = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
  const host = await makeHost(world, { hours });
  const type = await makeMeetingType(world, host, { minutes: 5, step: 5 });
  // Where there is no Redis, each address is remembered for a minute: so there are few.
  const from = (n: number) => ({ "x-forwarded-for": `10.0.0.${n % 8}` });
  const start = (n: number) =>
    Temporal.Instant.from("2026-11-24T00:00:00Z")
      .add({ minutes: 5 * n })
      .toString();
  const send = sender(world);
  const right = async (answer: Promise<{ status: number }>, status = 200) =>
    expect((await answer).status).toBe(status);
  const { token } = host;
  return {
    kinds: [
      (n: number) => right(api("GET", `/users/${host.username}`, { headers: from(n) })),
      (n: number) => right(api("GET", `/users/nobody-${n}`, { headers: from(n) }), 404),
      () => right(api("GET", `/meeting-types/${type.id}/slots?from=2026-12-01&until=2026-12-01`)),
      () => right(send(`/${host.username}/${type.slug}`)),
      () => right(api("GET", "/bookings", { token })),
      () => right(api("POST", "/auth/login", { body: { email: host.email, password: PASSWORD } })),
      async (n: number) => {
        const guest = { email: `guest-${n}@example.com` };
        const { body } = await book(api, type, start(n), { guest });
        await right(api("DELETE", `/bookings/${body.booking.id}`, { token }));
      },
    ],
    [Symbol.asyncDispose]: () => world.db.close(),
  };
}
