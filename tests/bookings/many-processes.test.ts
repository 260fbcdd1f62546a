// Three API processes on one database: what holds in one process holds among many.
import { afterAll, expect, test } from "bun:test";
import { type Host, type MeetingType, makeHost, makeMeetingType } from "../support/make.ts";
import { testWorld } from "../support/world.ts";
import { tally } from "./support/guest.ts";
import { busyOf, expectSoundLedger } from "./support/ledger.ts";
import { post, startApi } from "./support/processes.ts";

const world = await testWorld();
const { DATABASE_URL } = world.config;
const apis = await Promise.all([1, 2, 3].map(() => startApi(DATABASE_URL)));
afterAll(() => Promise.all(apis.map((api) => api.kill())));

// The processes have the real clock.
const DAY = Temporal.Now.instant()
  .add({ hours: 30 * 24 })
  .toString()
  .slice(0, 10);
const ALWAYS = [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }];
const at = (minute: number) =>
  Temporal.Instant.from(`${DAY}T00:00:00Z`).add({ minutes: minute }).toString();

const wanted = (type: MeetingType, start: string, i: number) => ({
  meetingTypeId: type.id,
  start,
  guest: { name: `Guest ${i}`, email: `guest-${i}@example.com`, timeZone: "UTC" },
});
const bookAt = (i: number, body: object, headers = {}) =>
  post(`${apis[i % apis.length]?.url}/bookings`, body, headers);

const LENGTHS = [
  { minutes: 15, before: 0, after: 0 },
  { minutes: 30, before: 10, after: 0 },
  { minutes: 45, before: 0, after: 15 },
  { minutes: 60, before: 5, after: 10 },
];

async function typesOf(host: Host): Promise<MeetingType[]> {
  const types = [];
  for (const length of LENGTHS)
    types.push(await makeMeetingType(world, host, { step: 15, ...length }));
  return types;
}

test("200 overlapping bookings of mixed lengths: no overlap, every refusal justified, nothing fails", async () => {
  const host = await makeHost(world, { hours: ALWAYS });
  const types = await typesOf(host);
  // 32 starts in eight hours; the multiplier spreads lengths over starts, the same each time.
  const requests = Array.from({ length: 200 }, (_, i) => {
    const length = (i * 7 + Math.floor(i / 4)) % 4;
    return { ...LENGTHS[length]!, type: types[length]!, minute: 480 + ((i * 13) % 32) * 15 };
  });
  const answers = await Promise.all(
    requests.map(({ type, minute }, i) => bookAt(i, wanted(type, at(minute), i))),
  );
  const { "201": made = 0, "409 slot_taken": refused = 0 } = tally(answers);
  expect(made + refused).toBe(200);
  await expectSoundLedger(world);
  const busy = (await busyOf(world, host)).map((span) => span.split("/"));
  expect(busy).toHaveLength(made);
  const unjustified = requests.filter(({ minute, minutes, before, after }, i) => {
    const [from, until] = [at(minute - before), at(minute + minutes + after)];
    const overlaps = busy.some(([start = "", end = ""]) => start < until && from < end);
    return answers[i]?.status === 409 && !overlaps;
  });
  expect(unjustified).toEqual([]);
  const few = answers.filter(
    ({ status, body }) => status === 409 && body.alternatives.length !== 3,
  );
  expect(few).toEqual([]);
});

test("200 bookings of one time through three processes: exactly one has it", async () => {
  const host = await makeHost(world, { hours: ALWAYS });
  const type = await makeMeetingType(world, host);
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      bookAt(i, wanted(type, at(600), i), { "idempotency-key": `guest ${i}` }),
    ),
  );
  expect(tally(answers)).toEqual({ "201": 1, "409 slot_taken": 199 });
  expect(await busyOf(world, host)).toHaveLength(1);
  await expectSoundLedger(world);
});

test("twins of one key, sent to different processes, are one booking", async () => {
  const host = await makeHost(world, { hours: ALWAYS });
  const type = await makeMeetingType(world, host);
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      bookAt(i, wanted(type, at(600), 0), { "idempotency-key": "twin" }),
    ),
  );
  expect(tally(answers)).toEqual({ "201": 30 });
  expect(new Set(answers.map(({ body }) => body.booking.id)).size).toBe(1);
  expect(await busyOf(world, host)).toHaveLength(1);
});

test("a process killed while it books leaves keys that another completes or replays, none twice", async () => {
  const host = await makeHost(world, { hours: ALWAYS });
  const type = await makeMeetingType(world, host);
  const doomed = await startApi(DATABASE_URL);
  const send = (url: string, i: number) =>
    post(`${url}/bookings`, wanted(type, at(i * 30), i), { "idempotency-key": `killed ${i}` });
  const [url = ""] = apis.map((api) => api.url);
  let answered = 0;
  const first = Array.from({ length: 40 }, (_, i) =>
    send(doomed.url, i).then(
      () => {
        answered += 1;
        if (answered === 5) void doomed.kill();
      },
      () => {},
    ),
  );
  await Promise.all(first);
  expect(answered).toBeLessThan(40);
  const again = await Promise.all(Array.from({ length: 40 }, (_, i) => send(url, i)));
  expect(tally(again)).toEqual({ "201": 40 });
  const replayed = again.filter(({ headers }) => headers.has("idempotency-replayed"));
  expect(replayed.length).toBeGreaterThanOrEqual(answered);
  expect(await busyOf(world, host)).toHaveLength(40);
  await expectSoundLedger(world);
});

test("on SIGTERM a process answers what it has taken in, then ends with 0", async () => {
  const host = await makeHost(world, { hours: ALWAYS });
  const type = await makeMeetingType(world, host);
  const leaving = await startApi(DATABASE_URL);
  const answers = Array.from({ length: 10 }, (_, i) =>
    post(`${leaving.url}/bookings`, wanted(type, at(i * 30), i)),
  );
  await answers[0];
  const code = await leaving.stop();
  const settled = await Promise.allSettled(answers);
  const made = settled.filter((each) => each.status === "fulfilled" && each.value.status === 201);
  expect(code).toBe(0);
  expect(await busyOf(world, host)).toHaveLength(made.length);
});
