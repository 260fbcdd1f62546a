// What the worker does again and again.
import { expect, test } from "bun:test";
import { startTimer } from "../../worker/timer.ts";
import { hold } from "../bookings/support/holds.ts";
import { busyOf } from "../bookings/support/ledger.ts";
import { eventually } from "../support/eventually.ts";
import { makeMeetingType } from "../support/make.ts";
import { testWorld } from "../support/world.ts";
import { onEachBackend } from "./support/backends.ts";
import { openHouse } from "./support/house.ts";

test("a timer goes on after its work has failed, and ends when it is stopped", async () => {
  const world = await testWorld();
  let runs = 0;
  const timer = startTimer(world, "test", 5, async () => {
    runs += 1;
    if (runs % 2) throw new Error("no database");
  });
  await eventually(async () => expect(runs).toBeGreaterThan(3));
  await timer.stop();
  const ended = runs;
  await Bun.sleep(30);
  expect(runs).toBe(ended);
});

test("a timer that is stopped lets its work finish, and does not sleep first", async () => {
  const world = await testWorld();
  const { promise, resolve } = Promise.withResolvers<void>();
  let isDone = false;
  const timer = startTimer(world, "test", 3_600_000, async () => {
    await promise;
    isDone = true;
  });
  const stopped = timer.stop();
  resolve();
  await stopped;
  expect(isDone).toBe(true);
});

onEachBackend("timers", (backend) => {
  test("holds that have ended are swept away, live ones are not", async () => {
    await using house = await openHouse(backend);
    const type = await makeMeetingType(house.world, house.host);
    await hold(house.api, type, "2026-11-23T10:00:00Z");
    house.world.setNow("2026-11-22T10:03:00Z");
    await hold(house.api, type, "2026-11-23T11:00:00Z");
    house.world.setNow("2026-11-22T10:05:00Z");
    await house.work({ sweep: 10 });
    await eventually(async () =>
      expect(await busyOf(house.world, house.host)).toEqual([
        "2026-11-23T11:00:00Z/2026-11-23T11:30:00Z",
      ]),
    );
  });
});
