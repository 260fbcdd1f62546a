// A process that is killed after a provider has done what it was asked, and before anybody has written that down.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { openZoom } from "../support/zoom.ts";
import { promisesOf } from "./support/writing.ts";

const SCRIPT = join(import.meta.dir, "support/write-process.ts");

test("makes no second meeting when another one goes on, and loses none", async () => {
  await using zoom = await openZoom();
  const world = await testWorld(zoom.env);
  // A process reads the real clock.
  const now = Temporal.Now.instant().round("millisecond");
  world.setNow(now.toString());
  const api = client(world);
  const host = await makeHost(world, {
    hours: [{ rrule: "FREQ=DAILY", from: "00:00", until: "24:00" }],
  });
  const type = await makeMeetingType(world, host, { locationType: "ZOOM" });
  const day = now
    .add({ hours: 24 * 30 })
    .toString()
    .slice(0, 10);
  const made = await book(api, type, `${day}T10:00:00Z`);
  const id: string = made.body.booking.id;
  const work = () =>
    Bun.spawn([process.execPath, SCRIPT], {
      env: {
        ...process.env,
        ...zoom.env,
        NODE_ENV: "test",
        DATABASE_URL: world.config.DATABASE_URL,
        JWT_SECRET: world.config.JWT_SECRET,
        ENCRYPTION_KEY: world.config.ENCRYPTION_KEY ?? "",
        PUBLIC_URL: world.config.PUBLIC_URL,
        LOG_LEVEL: "silent",
      },
      stdout: "ignore",
      stderr: "inherit",
    });

  const killed = work();
  zoom.state.made = () => killed.kill("SIGKILL");
  await killed.exited;
  expect(killed.signalCode).toBe("SIGKILL");
  expect(zoom.meetings.size).toBe(1);
  expect(await promisesOf(world, id)).toMatchObject([{ outcome: null }]);

  // Its lease ends, and Zoom's list has what it took.
  zoom.state.made = () => {};
  const earlier = "- interval '1 hour'";
  await world.db.run(
    `with o as (update outbox set due_at = due_at ${earlier} where booking_id = $1),
       r as (update calendar_runs set leased_until = leased_until ${earlier} where booking_id = $1)
     update zoom_meetings set asked_at = asked_at ${earlier} where booking_id = $1`,
    [id],
  );
  expect(await work().exited).toBe(0);
  expect(zoom.meetings.size).toBe(1);
  expect(await promisesOf(world, id)).toMatchObject([{ outcome: "done", attempts: 2 }]);
  const { body } = await api("GET", `/bookings/${id}`, { token: host.token });
  expect(body.location.meetingId).toBe(`${[...zoom.meetings.keys()][0]}`);
});
