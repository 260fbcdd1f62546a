// ?explain=true: the owner learns why a time is missing, nobody else does, and no names are told.
import { expect, test } from "bun:test";
import { counting } from "../support/counting.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const { world: counted, statements } = counting(world);
const api = client(counted);

interface Explained {
  start: string;
  reason: string | null;
  hosts: {
    id: string;
    state: string;
    by: string | null;
    from: string | null;
    until: string | null;
  }[];
}

const ask = (type: { id: string }, token?: string, more = "", days = "2026-11-23/2026-11-23") => {
  const [from, until] = days.split("/");
  const query = `from=${from}&until=${until}&explain=true${more}`;
  return api("GET", `/meeting-types/${type.id}/slots?${query}`, { token });
};

/** "09:00 slot_taken busy" for each step. */
const told = (explanations: Explained[]) =>
  explanations.map(({ start, reason, hosts }) =>
    [start.slice(11, 16), `${reason}`, ...hosts.map(({ state }) => state)].join(" "),
  );

test("each step of the grid has its reason, and each host how he stands to it", async () => {
  const hours = [{ weekday: "monday", from: "09:00", until: "12:00" }];
  const host = await makeHost(world, { hours });
  const type = await makeMeetingType(world, host, { before: 10, step: 20, notice: 60 });
  const body = {
    title: "Oncologist",
    start: "2026-11-23T10:30:00Z",
    end: "2026-11-23T11:00:00Z",
    notes: "Ward 7",
  };
  expect((await api("POST", "/bookings", { token: host.token, body })).status).toBe(201);
  world.setNow("2026-11-23T08:30:00Z");
  const answer = await ask(type, host.token);
  world.setNow("2026-11-22T10:00:00Z");
  expect(answer.status).toBe(200);
  expect(told(answer.body.explanations)).toEqual([
    "09:00 too_soon free",
    "09:20 too_soon free",
    "09:40 null free",
    "10:00 null free",
    "10:20 slot_taken busy",
    "10:40 slot_taken busy",
    "11:00 slot_taken buffer",
    "11:20 null free",
    "11:40 outside_hours closed",
  ]);
  const { start, end } = body;
  expect(answer.body.explanations[6]).toEqual({
    start: "2026-11-23T11:00:00Z",
    end: "2026-11-23T11:30:00Z",
    localStart: "2026-11-23T11:00+00:00",
    reason: "slot_taken",
    hosts: [{ id: host.id, state: "buffer", by: "booking", from: start, until: end }],
  });
  expect(answer.text).not.toMatch(/oncologist|ward/i);
  expect(answer.body.days[0].slots.map((slot: Explained) => slot.start.slice(11, 16))).toEqual([
    "09:40",
    "10:00",
    "11:20",
  ]);
});

test("past, horizon, caps, absences, overrides and a type that is off are told apart", async () => {
  const hours = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"].map(
    (weekday) => ({ weekday, from: "09:00", until: "10:00" }),
  );
  const host = await makeHost(world, { hours });
  const type = await makeMeetingType(world, host, {
    minutes: 60,
    horizon: { kind: "rolling", days: 5 },
    caps: [{ per: "day", bookings: 1 }],
  });
  await api("PATCH", `/schedules/${host.scheduleId}`, {
    token: host.token,
    body: {
      caps: [{ per: "week", bookings: 2 }],
      overrides: [{ date: "2026-11-26", hours: [] }],
    },
  });
  const dates = { from: "2026-11-25", until: "2026-11-25", reason: "Surgery" };
  await api("POST", "/out-of-office", { token: host.token, body: dates });
  await book(api, type, "2026-11-24T09:00:00Z", { guest: { name: "Secret Person" } });
  world.setNow("2026-11-23T09:30:00Z");
  const week = "2026-11-23/2026-11-29";
  const before = await ask(type, host.token, "", week);
  expect(before.text).not.toMatch(/secret|surgery/i);
  const byDay = ({ body }: typeof before) =>
    body.explanations.map(({ start, reason, hosts }: Explained) =>
      [start.slice(8, 10), `${reason}`, hosts[0]?.state].join(" "),
    );
  expect(byDay(before)).toEqual([
    "23 start_in_past free",
    "24 cap_reached busy",
    "25 outside_hours away",
    "26 outside_hours closed",
    "27 null free",
    "28 null free",
  ]);
  await book(api, type, "2026-11-27T09:00:00Z");
  expect(byDay(await ask(type, host.token, "", week))[5]).toBe("28 cap_reached cap");
  const next = await ask(type, host.token, "", "2026-11-30/2026-11-30");
  expect(byDay(next)).toEqual(["30 too_late free"]);
  await api("PATCH", `/meeting-types/${type.id}`, { token: host.token, body: { isActive: false } });
  const off = await ask(type, host.token, "", "2026-11-30/2026-11-30");
  expect([off.body.days, byDay(off)]).toEqual([[], ["30 type_inactive free"]]);
  world.setNow("2026-11-22T10:00:00Z");
});

test("it is for the owner alone, also among the hosts", async () => {
  const [owner, member] = [await makeHost(world), await makeHost(world)];
  const admin = await makeHost(world, { role: "admin" });
  const type = await makeMeetingType(world, owner, { groups: [{ hosts: [owner, member] }] });
  expect((await ask(type)).body.code).toBe("unauthorized");
  expect((await ask(type, "nonsense")).status).toBe(401);
  for (const { token } of [member, admin, await makeHost(world)]) {
    const refused = await ask(type, token);
    expect([refused.status, refused.body.code, refused.body.explanations]).toEqual([
      403,
      "forbidden",
      undefined,
    ]);
  }
  expect((await ask(type, owner.token)).body.explanations[0].hosts).toHaveLength(2);
  const plain = `/meeting-types/${type.id}/slots?from=2026-11-23&until=2026-11-23&explain=false`;
  expect((await api("GET", plain)).body.explanations).toBeUndefined();
});

test("seven days at most, one statement beside the sign-in, kept by nobody", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host);
  const long = await ask(type, host.token, "", "2026-11-23/2026-11-30");
  expect([long.status, long.body.errors[0].path]).toEqual([422, "until"]);
  expect((await ask(type, host.token, "", "2026-11-23/2026-11-29")).status).toBe(200);
  expect((await ask(type, host.token, "&explain=yes")).status).toBe(422);
  statements.length = 0;
  const { headers } = await ask(type, host.token);
  expect(statements).toHaveLength(2);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("etag")).toBeNull();
});
