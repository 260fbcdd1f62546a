import { expect, test } from "bun:test";
import { startTimers } from "../../worker/timers.ts";
import { asked, hostOf } from "../bookings/support/asked.ts";
import { hold } from "../bookings/support/holds.ts";
import { busyOf } from "../bookings/support/ledger.ts";
import { makeHosts, makeType, named } from "../organizations/support/people.ts";
import { eventually } from "../support/eventually.ts";
import { book, makeMeetingType } from "../support/make.ts";
import { testWorld } from "../support/world.ts";
import { onPostgres } from "./support/backends.ts";
import { openHouse } from "./support/house.ts";
import { mailed } from "./support/settled.ts";

test("a worker lets requests lapse and completes meetings when it is time", async () => {
  await using house = await openHouse(onPostgres);
  const { world } = house;
  const type = await makeMeetingType(world, house.host, { notifications: { confirmation: false } });
  const over = await book(house.api, type, "2026-11-23T09:00:00Z");
  const { id, by, host } = await asked(world, {}, "2026-11-23T10:00:00Z");
  await house.work();
  await mailed(house, 2);
  world.setNow("2026-11-23T10:00:00Z");
  const status = async (ask: typeof by.get) => (await ask()).body.status;
  await eventually(async () => {
    expect(await status(hostOf(world, house.host, over.body.booking.id).get)).toBe("COMPLETED");
    expect((await by.get()).body.history.at(-1).event).toBe("expired");
  });
  const mails = await mailed(house, 4);
  expect(
    mails
      .slice(2)
      .map(({ recipient }) => recipient)
      .sort(),
  ).toEqual(["grace@example.com", host.email].sort());
  expect(id).toBeString();
});

test("a worker hands over what a host who left had before him, and mails everybody", async () => {
  await using house = await openHouse(onPostgres);
  const { world, api } = house;
  const { id, hosts } = await makeHosts(world, api, 3);
  const [owner, ...others] = hosts;
  const type = await makeType(api, id, owner!, [{ hosts: named(...others), required: 1 }]);
  const made = await book(api, type.body, "2026-11-23T09:00:00Z");
  const { booking } = made.body;
  const gone = others.find((host) => host.id === booking.hosts[0].id)!;
  const heir = others.find((host) => host !== gone)!;
  await house.work();
  await mailed(house, 2 + 2);
  await api("DELETE", `/organizations/${id}/members/${gone.id}`, { token: gone.token });
  const mails = await mailed(house, 2 + 2 + 3);
  expect(mails.slice(4).map(({ recipient }) => recipient)).toEqual(
    expect.arrayContaining(["grace@example.com", gone.email, heir.email]),
  );
  expect((await hostOf(world, heir, booking.id).get()).body.hosts).toMatchObject([{ id: heir.id }]);
});

test("a timer that fails is tried again, and stops at once when it is told to", async () => {
  const world = await testWorld();
  let looks = 0;
  const run = (text: string, values: Parameters<typeof world.db.run>[1]) => {
    looks += 1;
    return looks < 5 ? Promise.reject(new Error("away")) : world.db.run(text, values);
  };
  const timers = startTimers({ ...world, db: { ...world.db, run } }, { timers: 5, rareTimers: 5 });
  await eventually(() => expect(looks).toBeGreaterThan(8));
  await timers.stop();
  const before = looks;
  await Bun.sleep(30);
  expect(looks).toBe(before);
  const slow = startTimers(world, { timers: 3_600_000, rareTimers: 3_600_000 });
  await slow.stop();
});

test("holds that have ended are swept away, live ones are not", async () => {
  await using house = await openHouse(onPostgres);
  const type = await makeMeetingType(house.world, house.host);
  await hold(house.api, type, "2026-11-23T10:00:00Z");
  house.world.setNow("2026-11-22T10:03:00Z");
  await hold(house.api, type, "2026-11-23T11:00:00Z");
  house.world.setNow("2026-11-22T10:05:00Z");
  await house.work();
  await eventually(async () =>
    expect(await busyOf(house.world, house.host)).toEqual([
      "2026-11-23T11:00:00Z/2026-11-23T11:30:00Z",
    ]),
  );
});
