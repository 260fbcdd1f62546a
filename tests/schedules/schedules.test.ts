import { expect, test } from "bun:test";
import { makeHost } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld();
const api = client(world);

const WEEK = [{ weekday: "monday", from: "09:00", until: "17:00" }];
const create = async (token: string, given: object = {}) => {
  const { status, body } = await api("POST", "/schedules", {
    token,
    body: { name: "Mornings", ...given },
  });
  expect(status).toBe(201);
  return body;
};

test("POST /schedules makes a schedule and answers it as GET does", async () => {
  const { token } = await makeHost(world);
  const given = {
    name: "  Mornings ",
    timeZone: "europe/berlin",
    hours: [
      ...WEEK,
      { weekday: "friday", from: "22:00", until: "02:00" },
      { rrule: "FREQ=MONTHLY;BYDAY=1SA", from: "10:00", until: "24:00" },
    ],
    overrides: [
      { date: "2026-12-31", hours: [{ from: "09:00", until: "12:00" }] },
      { date: "2026-12-24", hours: [] },
    ],
    caps: [
      { per: "day", bookings: 6 },
      { per: "week", minutes: 1200 },
    ],
  };
  const made = await api("POST", "/schedules", { token, body: given });

  expect(made.status).toBe(201);
  expect(made.headers.get("etag")).toBe('"v1"');
  expect(made.body).toEqual({
    id: expect.any(String),
    name: "Mornings",
    timeZone: "Europe/Berlin",
    hours: given.hours,
    overrides: given.overrides.toReversed(),
    caps: given.caps,
    isDefault: false,
    version: 1,
    createdAt: "2026-11-22T10:00:00Z",
    updatedAt: expect.any(String),
  });
  const found = await api("GET", `/schedules/${made.body.id}`, { token });
  expect(found.status).toBe(200);
  expect(found.headers.get("etag")).toBe('"v1"');
  expect(found.body).toEqual(made.body);
});

test("a schedule without a zone and hours is in its owner's zone and never open", async () => {
  const { token } = await makeHost(world, { zone: "Asia/Tokyo" });
  expect(await create(token)).toMatchObject({ timeZone: "Asia/Tokyo", hours: [], overrides: [] });
});

test.each([
  ["no weekday and no rrule", { hours: [{ from: "09:00", until: "10:00" }] }, "hours.0"],
  ["both", { hours: [{ ...WEEK[0], rrule: "FREQ=DAILY" }] }, "hours.0"],
  ["an empty opening", { hours: [{ ...WEEK[0], until: "09:00" }] }, "hours.0.until"],
  ["a start at 24:00", { hours: [{ ...WEEK[0], from: "24:00" }] }, "hours.0.from"],
  ["a wrong weekday", { hours: [{ ...WEEK[0], weekday: "Montag" }] }, "hours.0.weekday"],
  [
    "a wrong rule",
    { hours: [{ rrule: "FREQ=HOURLY", from: "09:00", until: "10:00" }] },
    "hours.0.rrule",
  ],
  [
    "a rule without dates",
    { hours: [{ rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", from: "09:00", until: "10:00" }] },
    "hours.0.rrule",
  ],
  [
    "a NUL in a rule",
    { hours: [{ rrule: "FREQ=DAILY\0", from: "09:00", until: "10:00" }] },
    "hours.0.rrule",
  ],
  ["too many hours", { hours: Array(101).fill(WEEK[0]) }, "hours"],
  [
    "too many rules",
    {
      hours: Array.from({ length: 11 }, (_, i) => ({
        rrule: `FREQ=YEARLY;BYMONTH=${i + 1};BYMONTHDAY=1`,
        from: "09:00",
        until: "10:00",
      })),
    },
    "hours.10",
  ],
  [
    "a date twice",
    {
      overrides: [
        { date: "2026-12-24", hours: [] },
        { date: "2026-12-24", hours: [] },
      ],
    },
    "overrides.1.date",
  ],
  ["a date that is none", { overrides: [{ date: "2026-02-30", hours: [] }] }, "overrides.0.date"],
  ["a date far off", { overrides: [{ date: "0000-01-01", hours: [] }] }, "overrides.0.date"],
  [
    "an empty override",
    { overrides: [{ date: "2026-12-24", hours: [{ from: "09:00", until: "09:00" }] }] },
    "overrides.0.hours.0.until",
  ],
  ["a zone that is none", { timeZone: "EST5EDT" }, "timeZone"],
  ["a cap that limits nothing", { caps: [{ per: "day" }] }, "caps.0"],
  [
    "two caps of a period",
    {
      caps: [
        { per: "day", bookings: 1 },
        { per: "day", minutes: 60 },
      ],
    },
    "caps.1",
  ],
  ["a blank name", { name: "  " }, "name"],
  ["a name that is null", { name: null }, "name"],
  ["an unknown field", { nmae: "x" }, "nmae"],
  ["an unknown field of an opening", { hours: [{ ...WEEK[0], to: "10:00" }] }, "hours.0.to"],
])("POST and PATCH refuse %s and say where", async (_what, given, path) => {
  const { token, scheduleId } = await makeHost(world);
  const post = await api("POST", "/schedules", { token, body: { name: "Mornings", ...given } });
  expect(post).toMatchObject({ status: 422, body: { code: "invalid", errors: [{ path }] } });
  const patch = await api("PATCH", `/schedules/${scheduleId}`, { token, body: given });
  expect(patch).toMatchObject({ status: 422, body: { code: "invalid", errors: [{ path }] } });
});

test("PATCH keeps what is absent, replaces lists whole and raises the version", async () => {
  const { token } = await makeHost(world);
  const overrides = [
    { date: "2026-12-24", hours: [] },
    { date: "2026-12-25", hours: [] },
  ];
  const made = await create(token, { hours: [...WEEK, ...WEEK, ...WEEK], overrides });
  const path = `/schedules/${made.id}`;

  const renamed = await api("PATCH", path, { token, body: { name: "Noon" } });
  expect(renamed.headers.get("etag")).toBe('"v2"');
  expect(renamed.body).toEqual({
    ...made,
    name: "Noon",
    version: 2,
    updatedAt: expect.any(String),
  });

  const hours = [{ weekday: "sunday", from: "12:00", until: "13:00" }];
  const later = [{ date: "2026-12-25", hours: [{ from: "10:00", until: "11:00" }] }];
  const changed = await api("PATCH", path, { token, body: { hours, overrides: later } });
  expect(changed.body).toMatchObject({ name: "Noon", hours, overrides: later, version: 3 });
  expect((await api("GET", path, { token })).body).toEqual(changed.body);

  const emptied = await api("PATCH", path, { token, body: { hours: [], overrides: [] } });
  expect((await api("GET", path, { token })).body).toEqual(emptied.body);
  expect(emptied.body).toMatchObject({ hours: [], overrides: [], version: 4 });
});

test("If-Match and version refuse a change that is based on an old state, and show the present one", async () => {
  const { token } = await makeHost(world);
  const made = await create(token);
  const path = `/schedules/${made.id}`;
  const change = (body: object, ifMatch?: string) =>
    api("PATCH", path, { token, body, ...(ifMatch && { headers: { "if-match": ifMatch } }) });

  expect((await change({ name: "Two" }, '"v1"')).status).toBe(200);
  const stale = await change({ name: "Three" }, '"v1"');
  expect(stale).toMatchObject({
    status: 412,
    body: { code: "precondition_failed", current: { id: made.id, name: "Two", version: 2 } },
  });
  const old = await change({ name: "Three", version: 1 });
  expect(old).toMatchObject({
    status: 409,
    body: { code: "version_conflict", current: { id: made.id, name: "Two", version: 2 } },
  });
  expect((await change({ name: "Three" }, "nonsense")).status).toBe(412);
  expect((await change({ name: "Three", version: 2 }, '"v1", W/"v2"')).body.version).toBe(3);
  expect((await change({ name: "Four" }, "*")).body.version).toBe(4);
  const gone = await api("DELETE", path, { token, headers: { "if-match": '"v3"' } });
  expect(gone.status).toBe(412);
});

test("of two changes based on the same version one wins, the other gets 409", async () => {
  const { token } = await makeHost(world);
  const { id } = await create(token, { hours: WEEK });
  const answers = await Promise.all(
    ["10:00", "11:00"].map((from) =>
      api("PATCH", `/schedules/${id}`, {
        token,
        body: { version: 1, hours: [{ weekday: "monday", from, until: "12:00" }] },
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const winner = answers.find(({ status }) => status === 200)!.body;
  expect(answers.find(({ status }) => status === 409)!.body.current).toEqual(winner);
  expect((await api("GET", `/schedules/${id}`, { token })).body).toEqual(winner);
});

test("changes that name no version all come through, one after the other", async () => {
  const { token } = await makeHost(world);
  const { id } = await create(token);
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      api("PATCH", `/schedules/${id}`, {
        token,
        body: { name: `Name ${i}`, hours: Array(i).fill(WEEK[0]) },
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  const { body } = await api("GET", `/schedules/${id}`, { token });
  expect(body.version).toBe(9);
  expect(body.name).toBe(`Name ${body.hours.length}`);
});

test("making a schedule the default un-defaults the other and raises both versions", async () => {
  const { token, scheduleId } = await makeHost(world);
  const made = await create(token, { isDefault: true });
  expect(made).toMatchObject({ isDefault: true, version: 1 });
  const before = await api("GET", `/schedules/${scheduleId}`, { token });
  expect(before.body).toMatchObject({ isDefault: false, version: 2 });

  const back = await api("PATCH", `/schedules/${scheduleId}`, { token, body: { isDefault: true } });
  expect(back.body).toMatchObject({ isDefault: true, version: 3 });
  const after = await api("GET", `/schedules/${made.id}`, { token });
  expect(after.body).toMatchObject({ isDefault: false, version: 2 });
});

test("the default cannot be given up, only handed over", async () => {
  const { token, scheduleId } = await makeHost(world);
  const { id } = await create(token);
  const refused = await api("PATCH", `/schedules/${scheduleId}`, {
    token,
    body: { isDefault: false },
  });
  expect(refused).toMatchObject({ status: 409, body: { code: "schedule_in_use" } });
  const kept = await api("PATCH", `/schedules/${id}`, { token, body: { isDefault: false } });
  expect(kept.body).toMatchObject({ isDefault: false });
});

test("many switches of the default at once leave exactly one", async () => {
  const { token } = await makeHost(world);
  const made = await Promise.all(Array.from({ length: 6 }, () => create(token)));
  const switches = [...made, ...made].map(({ id }) =>
    api("PATCH", `/schedules/${id}`, { token, body: { isDefault: true } }),
  );
  const creations = Array.from({ length: 3 }, () =>
    api("POST", "/schedules", { token, body: { name: "New", isDefault: true } }),
  );
  const answers = await Promise.all([...switches, ...creations]);

  expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
  const { body } = await api("GET", "/schedules?limit=100", { token });
  expect(body.data.filter((each: { isDefault: boolean }) => each.isDefault)).toHaveLength(1);
});

test("a change that loses its race leaves the default where it was", async () => {
  const { token, scheduleId } = await makeHost(world);
  const { id } = await create(token);
  await api("PATCH", `/schedules/${id}`, { token, body: { name: "Changed" } });
  const late = await api("PATCH", `/schedules/${id}`, {
    token,
    body: { isDefault: true, version: 1 },
  });
  expect(late.status).toBe(409);
  expect((await api("GET", `/schedules/${scheduleId}`, { token })).body.isDefault).toBe(true);
});

test("a schedule is deleted, with its hours", async () => {
  const { token } = await makeHost(world);
  const { id } = await create(token, {
    hours: WEEK,
    overrides: [{ date: "2026-12-24", hours: [] }],
  });
  const gone = await api("DELETE", `/schedules/${id}`, { token });
  expect(gone).toMatchObject({ status: 200, body: { message: "Schedule deleted" } });
  expect((await api("GET", `/schedules/${id}`, { token })).status).toBe(404);
  expect((await api("DELETE", `/schedules/${id}`, { token })).status).toBe(404);
});

test("the default schedule cannot be deleted", async () => {
  const { token, scheduleId } = await makeHost(world);
  const refused = await api("DELETE", `/schedules/${scheduleId}`, { token });
  expect(refused).toMatchObject({ status: 409, body: { code: "schedule_in_use" } });
});

test("a stranger's schedule does not exist", async () => {
  const { scheduleId } = await makeHost(world);
  const { token } = await makeHost(world);
  const path = `/schedules/${scheduleId}`;
  const answers = await Promise.all([
    api("GET", path, { token }),
    api("PATCH", path, { token, body: { name: "Mine now" } }),
    api("DELETE", path, { token }),
    api("GET", `${path}/preview?from=2026-12-01&until=2026-12-02`, { token }),
  ]);
  expect(answers.map(({ body }) => body.code)).toEqual(Array(4).fill("not_found"));
});

test("nobody gets anything without a token", async () => {
  const { scheduleId } = await makeHost(world);
  const answers = await Promise.all([
    api("GET", "/schedules"),
    api("POST", "/schedules", { body: {} }),
    api("GET", `/schedules/${scheduleId}`),
    api("PATCH", `/schedules/${scheduleId}`, { body: {} }),
    api("DELETE", `/schedules/${scheduleId}`),
    api("GET", `/schedules/${scheduleId}/preview`),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(401));
});
