// In whose turn a meeting is: by priority, then each his share of a month.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { book, type Host, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { askFor, makeAskedType } from "./support/asked.ts";
import { guestOf, tally } from "./support/guest.ts";
import { hold } from "./support/holds.ts";
import { makeTeam, sharesOf } from "./support/team.ts";

const world = await testWorld();
const api = client(world);
const ALWAYS = { hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }] };
const at = (halfHour: number) =>
  Temporal.Instant.from("2026-11-23T00:00:00Z")
    .add({ minutes: 30 * halfHour })
    .toString();
const blocked = (host: Host, halfHour: number) =>
  api("POST", "/bookings", {
    token: host.token,
    body: { title: "Dentist", start: at(halfHour), end: at(halfHour + 1) },
  });

/** Who takes each of so many meetings, one after the other, as places in the team. */
async function takers(team: Awaited<ReturnType<typeof makeTeam>>, count: number, from = 0) {
  const taken: number[] = [];
  for (let i = from; i < from + count; i += 1) {
    const { body } = await book(api, team.type, at(i));
    taken.push(team.hosts.findIndex(({ id }) => id === body.booking.hosts[0].id));
  }
  return taken;
}

test("whatever the weights, each host is within one meeting of his share at any time", async () => {
  const [owner, ...others] = await Promise.all(Array.from({ length: 8 }, () => makeHost(world)));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 8 }),
      async (weights) => {
        const hosts = [owner!, ...others].slice(0, weights.length);
        const type = await makeMeetingType(world, owner!, { groups: [{ hosts, required: 1 }] });
        await world.db.run(
          `update group_hosts set weight = (($2::text::jsonb) -> (position - 1))::int where meeting_type_id = $1`,
          [type.id, JSON.stringify(weights)],
        );
        const taken = await world.db.run(
          "select host_id from play($1, $2::text::uuid[], 60) with ordinality p(host_id, n) order by n",
          [type.id, `{${hosts.map(({ id }) => id).join()}}`],
        );
        const all = weights.reduce((sum, weight) => sum + weight, 0);
        const counts = hosts.map(() => 0);
        for (const [i, row] of taken.entries()) {
          counts[hosts.findIndex(({ id }) => id === row["hostId"])]! += 1;
          const off = counts.map((count, h) => Math.abs(count - ((i + 1) * weights[h]!) / all));
          expect(Math.max(...off)).toBeLessThan(1);
        }
        expect(taken).toHaveLength(60);
      },
    ),
    { numRuns: 25 },
  );
});

// So many meetings, each of whoever is in turn.
await world.db.run(
  `create function play(p_type uuid, p_hosts uuid[], p_count int) returns setof uuid language plpgsql as $$
   declare host uuid; booking uuid;
   begin
     for i in 1..p_count loop
       host := (in_turn(p_type, p_hosts, null, '2026-11-22T10:00Z'))[1];
       insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location)
       values (gen_random_uuid(), p_type, host, 'Meeting', tstzrange('2026-11-23Z', '2026-11-24Z'), 'CONFIRMED', 'UTC', '{}')
       returning id into booking;
       insert into booking_hosts (booking_id, host_id) values (booking, host);
       return next host;
     end loop;
   end $$`,
  [],
);

test("weights 1, 2 and 3 take 4, 8 and 12 of 24 meetings", async () => {
  const team = await makeTeam(world, [{ weight: 1 }, { weight: 2 }, { weight: 3 }], {}, ALWAYS);
  const taken = await takers(team, 24);
  expect([0, 1, 2].map((host) => taken.filter((each) => each === host).length)).toEqual([4, 8, 12]);
});

test("the higher priority has what it can take, the others what is left", async () => {
  const team = await makeTeam(
    world,
    [{ weight: 100 }, { priority: 5 }, { priority: 5 }],
    {},
    ALWAYS,
  );
  expect(await takers(team, 4)).toEqual([1, 2, 1, 2]);
  for (const host of [1, 2]) await blocked(team.hosts[host]!, 10);
  expect(await takers(team, 1, 10)).toEqual([0]);
});

test("of those with equal shares it is in turn who was booked longest ago", async () => {
  const team = await makeTeam(world, [{}, {}, {}], {}, ALWAYS);
  const made = [];
  for (let i = 0; i < 3; i += 1) {
    world.setNow(`2026-11-22T10:0${i}:00Z`);
    made.push(await book(api, team.type, at(2 - i)));
  }
  expect(sharesOf(team.hosts, made)).toEqual([1, 1, 1]);
  world.setNow("2026-11-22T10:05:00Z");
  // The first was booked again for him whose turn came last.
  await world.db.run("update bookings set created_at = $2 where id = $1", [
    made[0]!.body.booking.id,
    "2026-11-22T10:04:00Z",
  ]);
  expect(await takers(team, 3, 10)).toEqual([1, 2, 0]);
  world.setNow("2026-11-22T10:00:00Z");
});

test("what is cancelled, lapsed, older than 30 days or of another type counts to nobody", async () => {
  const team = await makeTeam(world, [{}, {}], {}, ALWAYS);
  const [one] = team.hosts as [Host, Host];
  const other = await makeMeetingType(world, one, { groups: [{ hosts: [one] }] });
  const lapsed = await book(api, team.type, at(0));
  const off = [lapsed, await book(api, team.type, at(0))];
  expect(sharesOf(team.hosts, off)).toEqual([1, 1]);
  await guestOf(api, off[1]!).cancel();
  await world.db.run("update bookings set status = 'PENDING', expires_at = $2 where id = $1", [
    lapsed.body.booking.id,
    "2026-11-22T09:00:00Z",
  ]);
  expect((await book(api, other, at(20))).status).toBe(201);
  expect(await takers(team, 1, 2)).toEqual([0]);
  expect(await takers(team, 1, 3)).toEqual([1]);
  await world.db.run(
    "update bookings set during = tstzrange('2026-10-23T09:00Z', '2026-10-23T09:30Z') where meeting_type_id = $1 and host_id = $2",
    [team.type.id, one.id],
  );
  expect(await takers(team, 1, 4)).toEqual([0]);
  await world.db.run(
    "update bookings set during = tstzrange('2026-10-24T09:00Z', '2026-10-24T09:30Z') where meeting_type_id = $1 and host_id = $2",
    [team.type.id, one.id],
  );
  expect(await takers(team, 2, 5)).toEqual([1, 0]);
});

test("50 guests at once, each at a time of his own: of five hosts each has ten", async () => {
  const { hosts, type } = await makeTeam(world, [{}, {}, {}, {}, {}], {}, ALWAYS);
  const made = await Promise.all(Array.from({ length: 50 }, (_, i) => book(api, type, at(i))));
  expect(tally(made)).toEqual({ "201": 50 });
  expect(sharesOf(hosts, made)).toEqual([10, 10, 10, 10, 10]);
});

test("holds do not upset the order: whoever is in turn when they are redeemed takes it", async () => {
  const { hosts, type } = await makeTeam(world, [{}, {}, {}], {}, ALWAYS);
  const made = [];
  for (let i = 0; i < 6; i += 1) {
    const { body } = await hold(api, type, at(3 * i));
    made.push(await book(api, type, at(3 * i), { holdId: body.holdId }));
  }
  expect(tally(made)).toEqual({ "201": 6 });
  expect(sharesOf(hosts, made)).toEqual([2, 2, 2]);
});

test("two of three are the two in turn, and a meeting that moves keeps its hosts", async () => {
  const { hosts, type } = await makeTeam(world, [{}, {}, {}], { required: 2 }, ALWAYS);
  const made = [];
  for (let i = 0; i < 3; i += 1) made.push(await book(api, type, at(i)));
  expect(sharesOf(hosts, made)).toEqual([2, 2, 2]);
  const [, second] = made;
  const idsOf = (given: { id: string }[]) => given.map(({ id }) => id).sort();
  const moved = await guestOf(api, second!).move(at(30));
  expect(idsOf(moved.body.hosts)).toEqual(idsOf(second!.body.booking.hosts));
  await blocked(hosts.find(({ id }) => id === second!.body.booking.hosts[0].id)!, 40);
  const again = await guestOf(api, second!).move(at(40));
  expect(idsOf(again.body.hosts)).toContain(second!.body.booking.hosts[1].id);
  expect(idsOf(again.body.hosts)).not.toContain(second!.body.booking.hosts[0].id);
});

test("handed over, it goes to the next in turn", async () => {
  const { hosts } = await makeTeam(world, [{}, {}, {}], {}, ALWAYS);
  const [one, , three] = hosts as [Host, Host, Host];
  const type = await makeAskedType(world, one, { groups: [{ hosts, required: 1 }] });
  for (const busy of [one, three]) await blocked(busy, 0);
  await askFor(world, one, type, at(0));
  const { by, made } = await askFor(world, one, type, at(1));
  expect(made.body.booking.hosts).toMatchObject([{ id: one.id }]);
  const { body } = await by.reassign({});
  expect(body.hosts).toMatchObject([{ id: three.id }]);
});
