// Instants that somebody will send: far, finer than ours, oddly written.
import { expect, test } from "bun:test";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { guestOf } from "./support/guest.ts";
import { busyOf, expectSoundLedger } from "./support/ledger.ts";

const world = await testWorld();
const api = client(world);

test.each([
  ["0001-01-01T00:00:00Z", "start_in_past"],
  ["1582-10-10T00:00:00Z", "start_in_past"],
  ["1969-12-31T23:59:59.999Z", "start_in_past"],
  ["2099-12-31T09:00:00Z", null],
  ["2100-01-01T09:00:00Z", "too_late"],
  ["9998-12-31T23:59:59.999999999Z", "too_late"],
  ["9998-12-31T23:59:59-12:00", "too_late"],
])("a start of %s is answered by name", async (start, code) => {
  const type = await makeMeetingType(world, await makeHost(world));
  const made = await book(api, type, "2026-11-23T09:00:00Z");
  const answers = [await book(api, type, start), await guestOf(api, made).move(start)];
  const expected = code === null ? [201, 409] : [422, 422];
  expect(answers.map(({ status }) => status)).toEqual(expected);
  if (code !== null) expect(answers.map(({ body }) => body.code)).toEqual([code, code]);
});

test.each([
  "-000001-01-01T00:00:00Z",
  "-271821-04-20T00:00:00Z",
  "+275760-09-13T00:00:00Z",
  "2026-02-30T09:00:00Z",
  "2026-11-23T24:30:00Z",
  "2026-11-23",
  "2026-11-23T09:00:00",
  "1795424400000",
  "now",
  "",
])("%p is no start", async (start) => {
  const type = await makeMeetingType(world, await makeHost(world));
  const { status, body } = await book(api, type, start);
  expect([status, body.errors?.[0]?.path]).toEqual([422, "start"]);
});

test.each([
  "2026-11-23T14:45:00+05:45",
  "2026-11-23T09:00:00-00:00",
  "2026-11-22T22:00:00-11:00",
  "2026-11-23t09:00:00z",
  "2026-11-23T09:00:00.000000Z",
])("%s is the same instant as 09:00Z", async (start) => {
  const type = await makeMeetingType(world, await makeHost(world));
  expect((await book(api, type, start)).body.booking.start).toBe("2026-11-23T09:00:00Z");
});

test.each(["2026-11-23T09:00:00.001Z", "2026-11-23T09:00:01Z", "2026-11-23T10:00:00+01:00:30"])(
  "%s is off the grid",
  async (start) => {
    const type = await makeMeetingType(world, await makeHost(world));
    expect((await book(api, type, start)).body.code).toBe("outside_hours");
  },
);

test("what is finer than a millisecond is not kept, so that the next time stays bookable", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const made = await book(api, type, "2026-11-23T09:00:00.0004Z");
  expect(made.body.booking).toMatchObject({
    start: "2026-11-23T09:00:00Z",
    end: "2026-11-23T09:30:00Z",
  });
  const same = await guestOf(api, made).move("2026-11-23T09:00:00.000000001Z");
  expect(same.body.version).toBe(1);
  expect((await book(api, type, "2026-11-23T09:30:00Z")).status).toBe(201);
  expect(await busyOf(world, host)).toEqual([
    "2026-11-23T09:00:00Z/2026-11-23T09:30:00Z",
    "2026-11-23T09:30:00Z/2026-11-23T10:00:00Z",
  ]);
});

test("a meeting over the change of clocks lasts as many minutes as it says", async () => {
  const hours = [{ weekday: "sunday", from: "00:00", until: "06:00" }];
  const host = await makeHost(world, { zone: "Europe/Berlin", hours });
  const type = await makeMeetingType(world, host, { minutes: 120 });
  const [spring, autumn] = ["2027-03-27T23:00:00Z", "2027-10-30T22:00:00Z"];
  const inSpring = await book(api, type, spring);
  expect(inSpring.body.booking).toMatchObject({
    end: "2027-03-28T01:00:00Z",
    durationMinutes: 120,
  });
  const inAutumn = await book(api, type, autumn);
  expect(inAutumn.body.booking).toMatchObject({
    end: "2027-10-31T00:00:00Z",
    durationMinutes: 120,
  });
  expect((await book(api, type, "2027-10-31T00:00:00Z")).status).toBe(201);
  await expectSoundLedger(world);
});
